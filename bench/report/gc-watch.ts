import { PerformanceObserver } from "node:perf_hooks";

/** Pauses of the collector while it watches. */
export class GcWatch {
  count = 0;
  totalMs = 0;
  maxMs = 0;
  private readonly observer: PerformanceObserver;

  constructor() {
    this.observer = new PerformanceObserver((list) => {
      this.take(list.getEntries());
    });
    this.observer.observe({ entryTypes: ["gc"] });
  }

  /** Entries arrive with the event loop, which a measured loop does not let run: it runs once here. */
  async stop(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.take(this.observer.takeRecords());
    this.observer.disconnect();
  }

  private take(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) {
      this.count += 1;
      this.totalMs += duration;
      if (duration > this.maxMs) this.maxMs = duration;
    }
  }
}
