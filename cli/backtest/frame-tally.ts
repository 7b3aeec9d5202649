import type { GatewayListener } from "../../host/execution/gateways/index.ts";
import { Channel, channelOf } from "../../host/execution/gateways/index.ts";
import type { Lane } from "../../host/lane/index.ts";
import { LaneCounter } from "../../host/lane/index.ts";

/** Counts what passes from the gateways to the session: market frames, and the frames that the host refused, by code. */
export class FrameTally implements GatewayListener {
  /** Market stream frames and snapshots. */
  frames = 0;
  readonly refusals: Map<number, number> = new Map<number, number>();
  private readonly listener: GatewayListener;
  private readonly lane: Lane;
  private refusedBefore = 0;

  constructor(listener: GatewayListener, lane: Lane) {
    this.listener = listener;
    this.lane = lane;
  }

  onFrame(line: number, instrumentIndex: number, bytes: Uint8Array, lengthBytes: number): void {
    const channel = channelOf(line);
    if (channel === Channel.MARKET || channel === Channel.REST) this.frames += 1;
    this.listener.onFrame(line, instrumentIndex, bytes, lengthBytes);
    const refused = this.lane.counters[LaneCounter.FRAMES_REFUSED] ?? 0;
    if (refused === this.refusedBefore) return;
    this.refusedBefore = refused;
    const code = this.lane.lastRefusal;
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  onLine(line: number, isUp: boolean): void {
    this.listener.onLine(line, isUp);
  }

  onVenueClock(venueIndex: number, aheadMs: number): void {
    this.listener.onVenueClock?.(venueIndex, aheadMs);
  }

  onSecondHalf(requestId: number): boolean {
    return this.listener.onSecondHalf(requestId);
  }

  onNotice(level: "info" | "warn" | "error", text: string): void {
    this.listener.onNotice(level, text);
  }
}
