/** The venue's calendar: session nanoseconds to epoch stamps. */
export class VenueClock {
  readonly #sessionStartMs: number;
  /** Fault: how far this clock has gone from the right time; whole milliseconds, either sign. */
  aheadMs = 0;

  /** Epoch ms of session time 0. Throws a RangeError where that is no date after 1970. */
  constructor(sessionStartMs: number) {
    if (!Number.isSafeInteger(sessionStartMs) || sessionStartMs <= 0) {
      throw new RangeError(`sessionStartMs ${sessionStartMs} is no epoch time in milliseconds.`);
    }
    this.#sessionStartMs = sessionStartMs;
  }

  /** Epoch milliseconds, cut. */
  ms(timeNs: number): number {
    return this.#sessionStartMs + this.aheadMs + Math.floor(timeNs / 1_000_000);
  }

  /** Epoch microseconds, cut. */
  us(timeNs: number): number {
    return (this.#sessionStartMs + this.aheadMs) * 1_000 + Math.floor(timeNs / 1_000);
  }

  /** Epoch time in the unit that a connection asked for with `timeUnit`. */
  stamp(timeNs: number, micros: boolean): number {
    return micros ? this.us(timeNs) : this.ms(timeNs);
  }
}
