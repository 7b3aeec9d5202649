import type { Clock, VirtualClock } from "../../../host/platform/index.ts";

const NS_PER_MS = 1e6;

/** One host's view of the world's time: session time begins at its birth, and its wall clock can be wrong. */
export class HostClock implements Clock {
  /** How far the wall clock is ahead of the world's. */
  aheadMs = 0;
  private readonly world: VirtualClock;
  private readonly bornNs: number;

  constructor(world: VirtualClock) {
    this.world = world;
    // Whole milliseconds: a host makes its order stamps from the wall clock at session time 0.
    this.bornNs = Math.floor(world.nowNs / NS_PER_MS) * NS_PER_MS;
  }

  stamp(cells: Float64Array, index: number): void {
    cells[index] = this.world.nowNs - this.bornNs;
  }

  wallMs(): number {
    return this.world.wallMs() + this.aheadMs;
  }
}
