import type { Clock } from "../../../platform/index.ts";

const NS_PER_SECOND = 1e9;

export interface SignatureLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket of signatures: `burst` at once, refilled by `perSecond`. */
export class SignatureRate {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #cells = new Float64Array(1);
  #left: number;
  #atNs: number;

  constructor(clock: Clock, { burst, perSecond }: SignatureLimit) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#atNs = this.#now();
  }

  /** Takes one; false when there is none. */
  take(): boolean {
    const nowNs = this.#now();
    const grown = ((nowNs - this.#atNs) / NS_PER_SECOND) * this.#perSecond;
    this.#left = Math.min(this.#burst, this.#left + grown);
    this.#atNs = nowNs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #now(): number {
    this.#clock.stamp(this.#cells, 0);
    return this.#cells[0] ?? 0;
  }
}
