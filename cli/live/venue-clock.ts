import type { Clock } from "../../host/platform/index.ts";

const NS_PER_MS = 1e6;

/** The simulated venue's time as a host's clock: for replays, whose day is past, and which may run faster than the machine's clock. */
export class VenueClock implements Clock {
  private readonly startMs: number;
  private readonly nowNs: () => number;

  constructor(startMs: number, nowNs: () => number) {
    this.startMs = startMs;
    this.nowNs = nowNs;
  }

  stamp(cells: Float64Array, index: number): void {
    cells[index] = this.nowNs();
  }

  wallMs(): number {
    return this.startMs + Math.floor(this.nowNs() / NS_PER_MS);
  }
}
