/** Refuses sizes of the order table that would not fit together. Throws RangeError. */
export function checkCapacity(capacity: number, openOrdersMax: number, agentsMax: number): void {
  if (
    !Number.isInteger(capacity) ||
    (capacity & (capacity - 1)) !== 0 ||
    capacity < 64 ||
    capacity > 1_048_576
  ) {
    throw new RangeError(
      `order table capacity ${capacity}: expected a power of two from 64 to 1,048,576; correct the configuration`,
    );
  }
  if (!Number.isInteger(openOrdersMax) || openOrdersMax < 1 || openOrdersMax > capacity / 8) {
    throw new RangeError(
      `openOrdersMax ${openOrdersMax}: expected 1 to ${capacity / 8}, an eighth of the capacity; correct it`,
    );
  }
  if (!Number.isInteger(agentsMax) || agentsMax < 1 || agentsMax > 4096) {
    throw new RangeError(`agentsMax ${agentsMax}: expected 1 to 4,096; correct the configuration`);
  }
}
