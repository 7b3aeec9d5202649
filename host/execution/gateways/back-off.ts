import type { Random } from "../../platform/index.ts";

/** Binance allows 300 connections in 5 minutes for each address: one a second on average. */
const FIRST_NS = 1e9;
const LONGEST_NS = 60e9;

/**
 * Waiting times between attempts: doubling from 1 s to 60 s, each drawn from the upper half of its step, so that many hosts that lost
 * one venue do not come back at the same moment.
 */
export class BackOff {
  private readonly random: Random;
  private stepNs = FIRST_NS;

  constructor(random: Random) {
    this.random = random;
  }

  /** The next waiting time in nanoseconds. */
  next(): number {
    const waitNs = this.stepNs * (0.5 + this.random.fraction() / 2);
    this.stepNs = Math.min(this.stepNs * 2, LONGEST_NS);
    return waitNs;
  }

  /** After a session that worked. */
  reset(): void {
    this.stepNs = FIRST_NS;
  }
}
