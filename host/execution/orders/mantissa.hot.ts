/**
 * Signed 64-bit fields of a record as doubles that are safe integers. The value goes through a Float64Array slot and the
 * result is a small integer, because a double that crosses a call which is not inlined allocates 16 bytes.
 */

const WORD = 4_294_967_296;
/** A high word from −2^21 + 1 to 2^21 − 1 holds |value| < 2^53. */
const HIGH_LIMIT = 2_097_152;

/**
 * Reads the field at `byteOffset` (a multiple of 4) into `cells[slot]`.
 * Returns 1, or 0 when the value is no safe integer; the slot is then 0.
 */
export function readMantissa(
  words: Int32Array,
  byteOffset: number,
  cells: Float64Array,
  slot: number,
): number {
  const at = byteOffset >> 2;
  const high = words[at + 1]!;
  if (high >= HIGH_LIMIT || high <= -HIGH_LIMIT) {
    cells[slot] = 0;
    return 0;
  }
  cells[slot] = high * WORD + (words[at]! >>> 0);
  return 1;
}

/** Writes the safe integer in `cells[slot]` as a signed 64-bit field at `byteOffset` (a multiple of 4). */
export function writeMantissa(
  words: Int32Array,
  byteOffset: number,
  cells: Float64Array,
  slot: number,
): void {
  const at = byteOffset >> 2;
  const value = cells[slot]!;
  // A double converts to 32 bits modulo 2^32, which is the low word of the two's complement, negative values included.
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / WORD) | 0;
}
