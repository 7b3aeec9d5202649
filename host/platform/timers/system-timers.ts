import type { CancelTimer, Timers } from "./timers.ts";

const NS_PER_MS = 1e6;

/** The event loop's timers, to the millisecond. */
export class SystemTimers implements Timers {
  after(delayNs: number, call: () => void): CancelTimer {
    const handle = setTimeout(call, delayNs / NS_PER_MS);
    return () => {
      clearTimeout(handle);
    };
  }
}
