import type { Rng } from "../market/index.ts";

/** One way's delay in nanoseconds: a fixed part and a uniform, seeded part in [0, jitterNs). */
export interface LatencyOptions {
  readonly fixedNs: number;
  readonly jitterNs: number;
}

/** No delay at all: what a client on the venue's own machine would see. */
export const NO_LATENCY: LatencyOptions = { fixedNs: 0, jitterNs: 0 };

/** Draws one way's delays. */
export class Latency {
  readonly #fixedNs: number;
  readonly #jitterNs: number;
  readonly #random: Rng;

  constructor(options: LatencyOptions, random: Rng) {
    if (!(options.fixedNs >= 0 && options.jitterNs >= 0)) {
      throw new RangeError(
        `A latency cannot be negative: fixed ${options.fixedNs} ns, jitter ${options.jitterNs} ns.`,
      );
    }
    this.#fixedNs = options.fixedNs;
    this.#jitterNs = options.jitterNs;
    this.#random = random;
  }

  /** The delay of the next message, whole nanoseconds. */
  sampleNs(): number {
    if (this.#jitterNs === 0) return this.#fixedNs;
    return this.#fixedNs + Math.floor(this.#random.nextUnit() * this.#jitterNs);
  }
}
