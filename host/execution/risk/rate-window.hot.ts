/**
 * At most `eventsMax` in any span of `windowNs`, exactly: a ring of the last stamps. (A token bucket would let nearly twice
 * as many through around a boundary.) Events past the limit may still be recorded: they count.
 */
export class RateWindow {
  readonly eventsMax: number;
  readonly #windowNs: Float64Array;
  readonly #stamps: Float64Array;
  #head: number;

  /** `eventsMax` 1 to 1,000,000; `windowNs` 1 or more. */
  constructor(eventsMax: number, windowNs: number) {
    if (!Number.isInteger(eventsMax) || eventsMax < 1 || eventsMax > 1_000_000) {
      throw new RangeError(
        `rate limit of ${eventsMax} events: expected 1 to 1,000,000; correct the configuration`,
      );
    }
    if (!Number.isSafeInteger(windowNs) || windowNs < 1) {
      throw new RangeError(
        `rate window of ${windowNs} ns: expected a positive integer; correct the configuration`,
      );
    }
    this.eventsMax = eventsMax;
    this.#windowNs = Float64Array.of(windowNs);
    this.#stamps = new Float64Array(eventsMax).fill(Number.NEGATIVE_INFINITY);
    this.#head = 0;
  }

  /** 1 when one more event at `now[0]` keeps `reserve` (0 to eventsMax − 1) of the window free, else 0. */
  hasRoom(now: Float64Array, reserve: number): number {
    let at = this.#head - (this.eventsMax - reserve);
    if (at < 0) at += this.eventsMax;
    return now[0]! - this.#stamps[at]! >= this.#windowNs[0]! ? 1 : 0;
  }

  record(now: Float64Array): void {
    const head = this.#head;
    this.#stamps[head] = now[0]!;
    this.#head = head + 1 === this.eventsMax ? 0 : head + 1;
  }
}
