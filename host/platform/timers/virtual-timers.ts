import type { VirtualClock } from "../clock/index.ts";
import type { CancelTimer, Timers } from "./timers.ts";

interface Entry {
  readonly dueNs: number;
  readonly order: number;
  readonly call: () => void;
}

/** Timers on a virtual clock: those due run in order of time, then of making. */
export class VirtualTimers implements Timers {
  private readonly clock: VirtualClock;
  private entries: Entry[] = [];
  private made = 0;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  after(delayNs: number, call: () => void): CancelTimer {
    const entry = { dueNs: this.clock.nowNs + Math.max(0, delayNs), order: this.made, call };
    this.made += 1;
    const at = this.entries.findIndex((other) => other.dueNs > entry.dueNs);
    this.entries.splice(at < 0 ? this.entries.length : at, 0, entry);
    return () => {
      this.entries = this.entries.filter((other) => other !== entry);
    };
  }

  /** When the next timer is due; Infinity when there is none. */
  get nextNs(): number {
    return this.entries[0]?.dueNs ?? Number.POSITIVE_INFINITY;
  }

  /** Moves the clock to `timeNs`, running what falls due on the way. */
  advance(timeNs: number): void {
    for (let entry = this.entries[0]; entry !== undefined && entry.dueNs <= timeNs; entry = this.entries[0]) {
      this.entries.shift();
      this.clock.set(Math.max(entry.dueNs, this.clock.nowNs));
      entry.call();
    }
    this.clock.set(timeNs);
  }
}
