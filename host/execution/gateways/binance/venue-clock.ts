import type { Clock } from "../../../platform/index.ts";

const NS_PER_MS = 1e6;
/** An answer that took longer says little of the venue's clock: it is off by up to half of that. */
const ROUND_TRIP_MAX_NS = 1e9;

/**
 * How far the venue's clock is ahead of this host's. This host's is its wall clock at the start and its monotonic one since, as in order
 * stamps: a wall clock that is set back by an hour moves nothing [T1].
 */
export class VenueClock {
  private readonly clock: Clock;
  private readonly cells: Float64Array = new Float64Array(1);
  private readonly startWallMs: number;
  /** Milliseconds, rounded; 0 until the first measurement. */
  aheadMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.startWallMs = clock.wallMs() - Math.floor(this.nowNs() / NS_PER_MS);
  }

  /** Session time. */
  nowNs(): number {
    this.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }

  /** Milliseconds since 1970 by the venue's clock, as far as it is known. */
  venueMs(): number {
    return this.localMs(this.nowNs()) + this.aheadMs;
  }

  /** The venue's time was asked for at `sentNs`, and its answer is here. False: it took too long to be believed. */
  measure(serverTimeMs: number, sentNs: number): boolean {
    const nowNs = this.nowNs();
    if (nowNs - sentNs > ROUND_TRIP_MAX_NS) return false;
    this.aheadMs = Math.round(serverTimeMs - this.startWallMs - (sentNs + nowNs) / 2 / NS_PER_MS);
    return true;
  }

  private localMs(nowNs: number): number {
    return this.startWallMs + Math.floor(nowNs / NS_PER_MS);
  }
}
