import type { CancelTimer, Timers } from "../../platform/index.ts";

/** Timers that end with the desk: one that waits would keep the process from ending for a whole probation. */
export class DeskTimers implements Timers {
  private readonly timers: Timers;
  private readonly waiting = new Set<CancelTimer>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  after(delayNs: number, call: () => void): CancelTimer {
    const end = (): void => {
      cancel();
      this.waiting.delete(end);
    };
    const cancel = this.timers.after(delayNs, () => {
      this.waiting.delete(end);
      call();
    });
    this.waiting.add(end);
    return end;
  }

  /** None of those made so far is called any more. */
  end(): void {
    for (const cancel of [...this.waiting]) cancel();
  }
}
