/**
 * A counter over calendar windows: it starts again at every multiple of its length since the epoch, so a 10 s window
 * begins at :00, :10, :20 and a day at 00:00 UTC. That is how the venue counts, and why a burst across a border passes.
 */
export class FixedWindow {
  readonly lengthMs: number;
  readonly limit: number;
  #startMs = -1;
  #count = 0;

  constructor(lengthMs: number, limit: number) {
    this.lengthMs = lengthMs;
    this.limit = limit;
  }

  /** What has been counted in the window that holds `nowMs` (epoch ms). */
  count(nowMs: number): number {
    this.#roll(nowMs);
    return this.#count;
  }

  /** Counts `amount` more and returns whether the limit still holds. What goes over is counted too. */
  add(nowMs: number, amount: number): boolean {
    this.#roll(nowMs);
    this.#count += amount;
    return this.#count <= this.limit;
  }

  /** Takes `amount` back, never below zero. */
  subtract(nowMs: number, amount: number): void {
    this.#roll(nowMs);
    this.#count = Math.max(0, this.#count - amount);
  }

  /** First epoch ms of the next window. */
  endMs(nowMs: number): number {
    return (Math.floor(nowMs / this.lengthMs) + 1) * this.lengthMs;
  }

  #roll(nowMs: number): void {
    const startMs = nowMs - (nowMs % this.lengthMs);
    if (startMs === this.#startMs) return;
    this.#startMs = startMs;
    this.#count = 0;
  }
}
