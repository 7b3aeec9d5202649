import { PerformanceObserver } from "node:perf_hooks";

/** The pauses of the garbage collector while it watches: sum, number and longest. */
export class GcPauses {
  totalMs = 0;
  count = 0;
  maxMs = 0;
  private readonly observer: PerformanceObserver;

  constructor() {
    this.observer = new PerformanceObserver((list) => {
      this.take(list.getEntries());
    });
    this.observer.observe({ entryTypes: ["gc"] });
  }

  /** Entries reach an observer with the event loop, which a measured loop does not let run: it runs once here, before the sum is whole. */
  async stop(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.take(this.observer.takeRecords());
    this.observer.disconnect();
  }

  private take(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) {
      this.totalMs += duration;
      this.count += 1;
      if (duration > this.maxMs) this.maxMs = duration;
    }
  }
}
