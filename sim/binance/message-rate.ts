/** Inbound messages of one market stream connection: at most five in any second. */
export const MESSAGES_PER_SECOND_MAX = 5;
const SECOND_NS = 1_000_000_000;

/** Remembers when the last five messages came; a sixth within a second of the oldest is one too many. */
export class MessageRate {
  readonly #timesNs: number[] = [];

  /** Counts a message; false means that the connection must be cut. */
  accept(nowNs: number): boolean {
    while (this.#timesNs.length > 0 && nowNs - (this.#timesNs[0] ?? 0) >= SECOND_NS) this.#timesNs.shift();
    this.#timesNs.push(nowNs);
    return this.#timesNs.length <= MESSAGES_PER_SECOND_MAX;
  }
}
