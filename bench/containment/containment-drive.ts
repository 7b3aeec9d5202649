import { writePluginInput } from "../../host/control/plugin-input.ts";
import type { PluginChannel, PluginModule, PluginSlot } from "../../host/engine/index.ts";
import { FaultCode, PlacedKind, placedEntry, SlotCounter } from "../../host/engine/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { LaneCounter, PluginAction } from "../../host/lane/index.ts";
import type { FrameSet } from "../frames/index.ts";
import type { OrderSink } from "../lane/frame-drive.hot.ts";
import { FrameDrive } from "../lane/frame-drive.hot.ts";
import type { VenueAnswers } from "../lane/venue-answers.hot.ts";
import { MISBEHAVING, MISDEED_AT } from "./misbehaving-agent.ts";

/** A host begins a plugin again four times, and leaves it alone after its fifth failure. */
const MISDEEDS_MAX = 5;
/** Frames from a failure to the next beginning: at the recording's rate some seconds. */
const REST_FRAMES = 200;
const NS_PER_MS = 1e6;

/** Drives a lane in which one agent misbehaves, is stopped, and begins again as a host would let it. Between two frames it takes what the agent's thread has written, if it has one, and looks at it. */
export class ContainmentDrive extends FrameDrive {
  /** Milliseconds from the call, or the handing over to a thread that has begun, of the record on which a misdeed began, to the plugin's stop. */
  readonly stopMs: number[] = [];
  private readonly slot: PluginSlot;
  private readonly index: number;
  private readonly built: BuiltLane;
  private readonly channel: PluginChannel | null;
  private module: PluginModule | null = null;
  private misdeeds = 0;
  private callsBefore = 0;
  private beganMs = 0;
  private restUntil = 0;
  private wasRunning = true;

  constructor(
    parts: { readonly built: BuiltLane; readonly frames: FrameSet; readonly answers: VenueAnswers },
    sink: OrderSink | null,
    channel: PluginChannel | null,
  ) {
    super(parts.built, parts.frames, parts.answers, sink, { settle: () => undefined });
    const { built } = parts;
    this.built = built;
    this.channel = channel;
    this.index = built.slots.findIndex(({ name }) => name === MISBEHAVING);
    const slot = built.slots[this.index];
    if (slot === undefined) throw new Error("the lane has no place for the agent that misbehaves");
    this.slot = slot;
  }

  /**
   * From now on this module is in the place. What still runs there is stopped first: a plugin that replaces a running one on a thread is made ready beside
   * it, and one that replaces a stopped one begins on another thread, as it does after each misdeed.
   */
  place(module: PluginModule): void {
    this.takePlaced();
    if (this.slot.state === "running") this.change(PluginAction.QUARANTINE, null);
    this.module = module;
    this.misdeeds = 0;
    this.stopMs.length = 0;
    this.install();
  }

  /** Whether the agent is where it runs: a thread takes some 50 ms to begin. */
  get isReady(): boolean {
    return this.channel?.isReady ?? true;
  }

  /** Whether the agent has been given the record of a misdeed since it was placed. */
  get wasGiven(): boolean {
    return this.stopMs.length > 0 || this.calls >= MISDEED_AT;
  }

  /** What the agent's thread has still to say after the last frame. True once the agent was stopped for a misdeed since it was placed, and none is under way. */
  get wasStopped(): boolean {
    this.takePlaced();
    if (this.wasRunning && this.slot.state !== "running") this.stopped(Number.POSITIVE_INFINITY);
    const isUnderWay = this.wasRunning && this.beganMs !== 0 && this.calls >= MISDEED_AT;
    return this.stopMs.length > 0 && !isUnderWay;
  }

  /** Orders and cancels of the lane that the venue was never given: without their answers the others soon trade no more, and their p99 is of nothing. */
  get ordersLost(): number {
    const { counters } = this.lane;
    const sent = (counters[LaneCounter.ORDERS_SENT] ?? 0) + (counters[LaneCounter.CANCELS_SENT] ?? 0);
    return sent - this.orders;
  }

  override frame(index: number, moreFollow: boolean): void {
    if (this.isDue) this.beganMs = performance.now();
    super.frame(index, moreFollow);
    this.takePlaced();
    if (this.wasRunning && this.slot.state !== "running") this.stopped(index);
    else if (!this.wasRunning && index >= this.restUntil && this.misdeeds < MISDEEDS_MAX) this.install();
  }

  /** Whether this frame may be the one of the misdeed: a frame without a vector for the agent is not, and the next one may be. */
  private get isDue(): boolean {
    const { calls } = this;
    return calls >= MISDEED_AT - 1 && (this.beganMs === 0 || calls < MISDEED_AT) && this.isReady;
  }

  private get calls(): number {
    return (this.slot.counters[SlotCounter.CALLS] ?? 0) - this.callsBefore;
  }

  private install(): void {
    const { module } = this;
    if (module === null) return;
    this.change(PluginAction.REPLACE, module);
    this.callsBefore = this.slot.counters[SlotCounter.CALLS] ?? 0;
    this.beganMs = 0;
    this.wasRunning = true;
  }

  private change(action: PluginAction, module: PluginModule | null): void {
    const { slot, built } = this;
    const change = { action, slot: slot.name, isFresh: true, person: "bench", reason: "a measurement" };
    const record = writePluginInput(change, module === null ? null : { module, parameters: {} });
    built.lane.onPlugin(change, module?.instantiate(built.pool) ?? null, record);
    this.finish();
  }

  private stopped(index: number): void {
    if (this.beganMs !== 0) this.stopMs.push(performance.now() - this.beganMs);
    this.misdeeds += 1;
    this.restUntil = index + REST_FRAMES;
    this.wasRunning = false;
  }

  private takePlaced(): void {
    const { channel, slot, built } = this;
    if (channel === null) return;
    const { lane } = built;
    while (channel.next()) this.give(channel.entry, channel.entryBytes);
    const reason = slot.state === "running" ? channel.look(performance.now() * NS_PER_MS) : null;
    if (reason === null) return;
    const { generation } = slot;
    const about = { generation, timeNs: lane.nowNs[0] ?? 0, code: FaultCode.THREAD, text: reason };
    const entry = placedEntry(PlacedKind.FAULT, about);
    this.give(entry, entry.length);
  }

  private give(entry: Uint8Array, entryBytes: number): void {
    this.built.lane.onPlaced(this.index, entry, 0, entryBytes);
    this.finish();
  }
}
