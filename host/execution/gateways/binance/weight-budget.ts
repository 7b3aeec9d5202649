const MINUTE_MS = 60_000;
/** What the venue allows where exchangeInfo has not said otherwise (rest-api.md). */
const LIMIT_DEFAULT = 6_000;
/** Kept for cancels and logons: a hundred cancels and two logons in a minute. */
const RESERVE = 104;
const BACK_OFF_MIN_MS = 1_000;

/**
 * Request weight of this address, as the venue counts it: by calendar minute, over all that this address does. The venue's own count, in
 * the header of each answer, replaces what was added up here. After 429 or 418 nothing is asked before the time that the venue names [V13].
 */
export class WeightBudget {
  private limit = LIMIT_DEFAULT;
  private used = 0;
  private minute = -1;
  private heldUntilMs = 0;

  /** The limit of exchangeInfo. */
  setLimit(limit: number): void {
    this.limit = limit;
  }

  /** Takes `weight`; 0, or for how many milliseconds to wait. An urgent request may use what is kept for cancels. */
  take(weight: number, isUrgent: boolean, nowMs: number): number {
    this.roll(nowMs);
    if (nowMs < this.heldUntilMs) return this.heldUntilMs - nowMs;
    const room = this.limit - (isUrgent ? 0 : RESERVE) - this.used;
    if (weight > room && this.used > 0) return (this.minute + 1) * MINUTE_MS - nowMs;
    this.used += weight;
    return 0;
  }

  /** What an answer says: the weight used so far this minute (NaN where it says nothing), and whether the venue wants no more. */
  note(status: number, usedWeight: number, retryAfterMs: number, nowMs: number): void {
    this.roll(nowMs);
    if (usedWeight > this.used) this.used = usedWeight;
    if (status === 429 || status === 418)
      this.heldUntilMs = Math.max(this.heldUntilMs, nowMs + Math.max(retryAfterMs, BACK_OFF_MIN_MS));
  }

  private roll(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute === this.minute) return;
    this.minute = minute;
    this.used = 0;
  }
}
