import type { Clock } from "./clock.ts";

const NS_PER_MS = 1e6;

/** A clock that stands still until it is set: backtests and replays. */
export class VirtualClock implements Clock {
  private readonly now: Float64Array = new Float64Array(1);
  private readonly startWallMs: number;

  constructor(startWallMs: number) {
    this.startWallMs = startWallMs;
  }

  stamp(cells: Float64Array, index: number): void {
    cells[index] = this.nowNs;
  }

  wallMs(): number {
    return this.startWallMs + Math.floor(this.nowNs / NS_PER_MS);
  }

  /** Nanoseconds since the session's start. */
  get nowNs(): number {
    return this.now[0] ?? 0;
  }

  /** Moves the clock. Throws when it would go back. */
  set(timeNs: number): void {
    if (!(timeNs >= this.nowNs)) throw new Error(`virtual clock: ${timeNs} ns lies before ${this.nowNs} ns`);
    this.now[0] = timeNs;
  }
}
