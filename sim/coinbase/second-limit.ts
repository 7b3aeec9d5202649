/** A bucket that holds one second's allowance and fills evenly: how the venue limits requests, connections and messages. */
export class SecondLimit {
  readonly perSecond: number;
  #tokens: number;
  #filledMs = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** Takes one; false when none is left, which takes nothing. */
  take(nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Whole requests that are left. */
  left(nowMs: number): number {
    this.#fill(nowMs);
    return Math.floor(this.#tokens);
  }

  #fill(nowMs: number): void {
    if (nowMs <= this.#filledMs) return;
    const seconds = (nowMs - this.#filledMs) / 1_000;
    this.#tokens = Math.min(this.perSecond, this.#tokens + seconds * this.perSecond);
    this.#filledMs = nowMs;
  }
}
