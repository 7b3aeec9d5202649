import type { LoadedPlugin, PluginSlot, StartWorker } from "../../engine/index.ts";
import { FaultCode, PlacedKind, PluginChannel, startWorker } from "../../engine/index.ts";
import type { BuiltLane, OpenPort, PluginChange } from "../../lane/index.ts";
import type { CancelTimer, Clock, Timers } from "../../platform/index.ts";
import type { TradingSession } from "../trading-session.ts";
import type { PlacedSource } from "./placed-source.ts";

/** How often the threads are looked at: a deadline of 10 ms is seen to be over after at most 15. */
const LOOK_NS = 2.5e6;
const NONE = new Uint8Array(0);

export interface PlacedParts {
  readonly instrumentCount: number;
  readonly timers: Timers;
  /** A clock that goes on when the session's does not. */
  readonly clock: Clock;
  /** Threads of the system unless given. */
  readonly start?: StartWorker;
}

/**
 * The plugins of a host that run on threads of their own: one channel for each, its output to the session, and its thread watched. What is seen from
 * outside, a stuck call or a dead thread, becomes an input of the lane like all else.
 */
export class PlacedPlugins implements PlacedSource {
  /** Of the lane: records are stamped by it as they are handed over. */
  readonly nowNs: Float64Array = new Float64Array(1);
  readonly openPort: OpenPort;
  entry: Uint8Array = NONE;
  entryBytes = 0;
  consumedNs = 0;
  private readonly parts: PlacedParts;
  private readonly channels = new Map<string, PluginChannel>();
  private readonly cells = new Float64Array(1);
  private lines: readonly {
    readonly channel: PluginChannel;
    readonly index: number;
    readonly slot: PluginSlot;
  }[] = [];
  private at = 0;
  private session: TradingSession | null = null;
  private changes: BuiltLane["lane"]["parts"]["changes"] | null = null;
  private cancelLook: CancelTimer | null = null;

  constructor(parts: PlacedParts) {
    this.parts = parts;
    this.openPort = (name, placement) => {
      const channel = new PluginChannel({
        name,
        ...placement,
        instrumentCount: parts.instrumentCount,
        nowNs: this.nowNs,
        start: parts.start ?? startWorker,
        wake: () => this.session?.takePlaced(),
      });
      this.channels.set(name, channel);
      return channel;
    };
  }

  /** Binds the lane that was built with these ports, and looks after the threads from now on. */
  start({ slots, lane }: BuiltLane, session: TradingSession): void {
    this.session = session;
    this.changes = lane.parts.changes;
    this.lines = slots.flatMap((slot, index) => {
      const channel = this.channels.get(slot.name);
      return channel === undefined ? [] : [{ channel, index, slot }];
    });
    if (this.lines.length > 0) this.scheduleLook();
  }

  /** Every channel, in the order of the slots. */
  get all(): readonly PluginChannel[] {
    return [...this.channels.values()];
  }

  /** The channel of a slot; undefined for one whose plugin runs in the lane. */
  channelOf(slot: string): PluginChannel | undefined {
    return this.channels.get(slot);
  }

  next(): number {
    const { lines } = this;
    for (let tried = 0; tried < lines.length; tried++) {
      const line = lines[this.at];
      // The next look begins with the next channel: one that floods does not keep the others waiting.
      this.at = (this.at + 1) % lines.length;
      if (line?.channel.next() !== true) continue;
      this.entry = line.channel.entry;
      this.entryBytes = line.channel.entryBytes;
      this.consumedNs = line.channel.consumedNs;
      return line.index;
    }
    return -1;
  }

  /** From now on each worker may wake the host once more. */
  listen(): void {
    for (const { channel } of this.lines) channel.listen();
  }

  /** Lets a plugin that failed go on with what it knew. False where that cannot be: then it has to begin afresh. */
  resume(slot: PluginSlot): boolean {
    const line = this.lines.find((candidate) => candidate.slot === slot);
    if (line === undefined || !slot.isKept || !line.channel.canResume) return false;
    this.session?.placedInput(line.index, PlacedKind.RESUMED, 0, "");
    return slot.state === "running";
  }

  /**
   * Has a candidate made ready on the thread of a slot, with what the plugin there knows, so that the change itself takes no time. Settles with the thread's answer. Throws
   * PluginChangeError where the change would be refused, rejects with EngineError where the candidate fails on the way.
   */
  async prepare(
    slot: PluginSlot,
    change: Pick<PluginChange, "action" | "isFresh">,
    candidate: LoadedPlugin,
  ): Promise<void> {
    const channel = this.channels.get(slot.name);
    if (channel === undefined || this.changes === null) return;
    const { changes } = this;
    const way = changes.wayOf(slot, change, candidate);
    await channel.prepare(candidate, way, (beside) => changes.introduceBeside(slot, beside, way, candidate));
  }

  /** A candidate that was made ready is not needed after all. */
  giveUp(slot: PluginSlot): void {
    if (slot.shadow === null) this.channels.get(slot.name)?.settled();
  }

  /** Looks at every thread once; by the timer. */
  look(): void {
    const { session } = this;
    if (session === null) return;
    session.takePlaced();
    this.parts.clock.stamp(this.cells, 0);
    for (const { channel, index, slot } of this.lines) {
      channel.flush();
      if (slot.shadow !== null) channel.readShadow(slot.shadow);
      // A thread that has ended may have said why, behind outputs that were not taken yet.
      if (slot.state !== "running" || channel.hasMore) continue;
      const reason = channel.look(this.cells[0] ?? 0);
      if (reason !== null) session.placedInput(index, PlacedKind.FAULT, FaultCode.THREAD, reason);
    }
  }

  /** How old the record is, by now, that a slot's last output was made of; 0 before the first. */
  outputAgeNs(slot: string): number {
    const channel = this.channels.get(slot);
    return channel === undefined || channel.consumedNs === 0
      ? 0
      : Math.max(0, (this.nowNs[0] ?? 0) - channel.consumedNs);
  }

  /** How long ago a slot's worker was last seen to move. */
  beatAgeNs(slot: string): number {
    this.parts.clock.stamp(this.cells, 0);
    return this.channels.get(slot)?.watch.beatAgeNs(this.cells[0] ?? 0) ?? 0;
  }

  /** Ends every thread; settles when none is left. */
  async end(): Promise<void> {
    this.cancelLook?.();
    this.session = null;
    for (const channel of this.channels.values()) channel.end();
    for (const channel of this.channels.values()) await channel.ended();
  }

  private scheduleLook(): void {
    this.cancelLook = this.parts.timers.after(LOOK_NS, () => {
      this.scheduleLook();
      this.look();
    });
  }
}
