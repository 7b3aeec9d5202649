import type { CancelTimer, Timers } from "../../host/platform/index.ts";

/** Timers of a session whose time runs faster, or slower, than the machine's. */
export class PacedTimers implements Timers {
  private readonly timers: Timers;
  private readonly speed: number;

  constructor(timers: Timers, speed: number) {
    this.timers = timers;
    this.speed = speed;
  }

  after(delayNs: number, call: () => void): CancelTimer {
    return this.timers.after(delayNs / this.speed, call);
  }
}
