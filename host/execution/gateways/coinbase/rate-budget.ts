import type { Clock } from "../../../platform/index.ts";

/** Requests a second that the venue allows a user; as many may come at once. */
const RATE = 30;
const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;
/** After a refusal that names no time. */
const HOLD_MIN_MS = 1_000;
/** After a 429 four cancels a second still leave: of 30 they keep no bucket empty, and an order that cannot be cancelled is money at risk. */
const HELD_CANCELS_A_SECOND = 4;

/** What a request is for: the less it matters, the more it leaves for others. */
export const Purpose = { CANCEL: 0, ORDER: 1, QUERY: 2 } as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/** Of a full second's requests: ten are kept for cancels, ten more for orders. */
const RESERVES: Readonly<Record<Purpose, number>> = {
  [Purpose.CANCEL]: 0,
  [Purpose.ORDER]: 10,
  [Purpose.QUERY]: 20,
};

/** Requests that may still be sent, as a bucket that fills with the time. After a 429 none but some cancels is sent before the time that the venue names [V13]. */
export class RateBudget {
  private readonly clock: Clock;
  private readonly cells = new Float64Array(1);
  private left = RATE;
  private filledNs = 0;
  private heldUntilNs = 0;
  /** While it is held: cancels that may still leave. As many as a second brings may leave at once, since the lane asks again by the second. */
  private heldCancels = 0;
  private heldCancelsNs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.filledNs = this.now();
  }

  /** Counts a request that may be sent now; false: it may not. */
  take(purpose: Purpose): boolean {
    const nowNs = this.now();
    this.left = Math.min(RATE, this.left + ((nowNs - this.filledNs) * RATE) / NS_PER_SECOND);
    this.filledNs = nowNs;
    if (this.left - 1 < RESERVES[purpose]) return false;
    if (nowNs < this.heldUntilNs) {
      if (purpose !== Purpose.CANCEL) return false;
      const refilled = ((nowNs - this.heldCancelsNs) * HELD_CANCELS_A_SECOND) / NS_PER_SECOND;
      this.heldCancels = Math.min(HELD_CANCELS_A_SECOND, this.heldCancels + refilled);
      this.heldCancelsNs = nowNs;
      if (this.heldCancels < 1) return false;
      this.heldCancels -= 1;
    }
    this.left -= 1;
    return true;
  }

  /** What an answer says of the rate. `remaining` is the venue's own count, NaN where it gives none. */
  note(status: number, retryAfterMs: number, remaining: number): void {
    if (remaining < this.left) this.left = remaining;
    if (status !== 429) return;
    const nowNs = this.now();
    const heldNs = Math.max(retryAfterMs, HOLD_MIN_MS) * NS_PER_MS;
    this.heldUntilNs = Math.max(this.heldUntilNs, nowNs + heldNs);
    // The one that was refused may have been a cancel: the next follows at the pace, not at once.
    this.heldCancels = 0;
    this.heldCancelsNs = nowNs;
  }

  private now(): number {
    this.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }
}
