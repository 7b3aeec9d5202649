import type { Channel, GatewayListener } from "../../host/execution/gateways/index.ts";
import { Channel as Channels } from "../../host/execution/gateways/index.ts";
import type { Lane } from "../../host/lane/index.ts";
import { LaneCounter } from "../../host/lane/index.ts";

/** Counts what passes from the gateway to the session: market frames, and the frames that the host refused, by code. */
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

  onFrame(channel: Channel, instrumentIndex: number, bytes: Uint8Array, lengthBytes: number): void {
    if (channel !== Channels.ORDERS && channel !== Channels.ORDER_REST) this.frames += 1;
    this.listener.onFrame(channel, instrumentIndex, bytes, lengthBytes);
    const refused = this.lane.counters[LaneCounter.FRAMES_REFUSED] ?? 0;
    if (refused === this.refusedBefore) return;
    this.refusedBefore = refused;
    const code = this.lane.lastRefusal;
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  onLine(channel: Channel, isUp: boolean): void {
    this.listener.onLine(channel, isUp);
  }

  onNotice(level: "info" | "warn" | "error", text: string): void {
    this.listener.onNotice(level, text);
  }
}
