import {
  CombinedSignal,
  FeatureVector,
  HEADER_BYTES,
  OrderEvent,
  OrderIntent,
  Signal,
  Timer,
  writeInt64,
} from "../../abi/host/index.ts";
import type { FeatureTable } from "../data/features/index.ts";
import type { SignalPool } from "../data/signals/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { FaultCode } from "../engine/index.ts";
import { copyBlock, openInbox } from "./inbox.hot.ts";
import type { OrderEvents } from "./order-events.hot.ts";
import { MALFORMED, OutboxReader } from "./outbox-reader.hot.ts";
import { OutputFault } from "./plugin-fault.ts";
import type { PaperComparison } from "./paper-comparison.hot.ts";
import { readersOf, TEMPLATES_MAX, writeReads } from "./routes.ts";
import type { ReferencePrices } from "./reference-prices.hot.ts";
import { REFERENCE_CELLS, ReferenceCell } from "./reference-prices.hot.ts";

const INSTRUMENT_ID_FIRST = 1;
/** Slots of FeatureVector.values. */
const VALUES_MAX = 16;

/** One agent, and what it reads. */
export interface AgentPlugin {
  readonly slot: PluginSlot;
  /** Template ids that it reads. */
  readonly reads: readonly number[];
  /** Places in the feature table of the features that its manifest names, in that order. */
  readonly featureSlots: Int32Array;
  /** Records that one call may write. */
  readonly outputsMax: number;
}

/** Takes what agents ask for. */
export interface IntentTaker {
  /** One OrderIntent block at offset 0 of `block`. `isLate`: what it was decided on is too old, so that nothing new may come of it. */
  onIntent(agent: number, block: Int32Array, isLate: boolean): void;
  /** The agent's position on an instrument, written to `cells[index]`. */
  writePosition(agent: number, instrument: number, cells: Float64Array, index: number): void;
  /** The agent was stopped: its orders go. */
  onAgentFault(agent: number): void;
}

/** The trading agents: features, combined signals and order events in; signals and intents out. */
export class AgentStage {
  readonly slots: readonly PluginSlot[];
  /** For agents with a second one beside. */
  readonly paper: PaperComparison;
  private readonly table: FeatureTable;
  private readonly pool: SignalPool;
  private readonly prices: ReferencePrices;
  private readonly nowNs: Float64Array;
  private readonly intents: IntentTaker;
  private readonly reader: OutboxReader;
  private readonly featureSlots: Int32Array[];
  private readonly outputsMax: Int32Array;
  private readonly isReader: Uint8Array;
  private readonly cells: Float64Array;
  /** Whether the outputs at hand were decided on too long ago. */
  private isLate: boolean;

  constructor(
    plugins: readonly AgentPlugin[],
    parts: {
      table: FeatureTable;
      pool: SignalPool;
      prices: ReferencePrices;
      nowNs: Float64Array;
      intents: IntentTaker;
      paper: PaperComparison;
      idle: PluginSlot;
    },
  ) {
    this.slots = plugins.map((plugin) => plugin.slot);
    this.table = parts.table;
    this.pool = parts.pool;
    this.prices = parts.prices;
    this.nowNs = parts.nowNs;
    this.intents = parts.intents;
    this.paper = parts.paper;
    this.reader = new OutboxReader(parts.idle);
    this.featureSlots = plugins.map((plugin) => plugin.featureSlots);
    this.outputsMax = Int32Array.from(plugins, (plugin) => plugin.outputsMax);
    this.isReader = readersOf(plugins);
    this.cells = new Float64Array(1);
    this.isLate = false;
  }

  /** Another agent is in place `agent`. Between events; not on an event's way. */
  place(agent: number, plugin: AgentPlugin): void {
    this.featureSlots[agent] = plugin.featureSlots;
    this.outputsMax[agent] = plugin.outputsMax;
    writeReads(this.isReader, agent, plugin.reads);
  }

  /** The agent's slot was stopped from outside: its signals and its orders go. */
  withdraw(agent: number): void {
    this.failed(agent);
  }

  /** Shows every agent the features of one instrument; none of them fresh when its book is not to be trusted. */
  onFeatures(instrument: number, isUsable: boolean): void {
    for (let agent = 0; agent < this.slots.length; agent++) {
      const slot = this.slots[agent]!;
      if (slot.shadow !== null && !slot.isPlaced) this.paper.onPrices(agent, slot, instrument);
      if (!this.wants(agent, slot, FeatureVector.templateId)) continue;
      this.writeVector(slot, agent, instrument, isUsable);
      this.call(slot, agent, FeatureVector.templateId, FeatureVector.blockLength);
    }
  }

  /** Shows every agent the combined signal whose block is at offset 0. */
  onCombined(block: Int32Array): void {
    for (let agent = 0; agent < this.slots.length; agent++) {
      const slot = this.slots[agent]!;
      if (!this.wants(agent, slot, CombinedSignal.templateId)) continue;
      copyBlock(
        slot,
        openInbox(slot, CombinedSignal.templateId, CombinedSignal.blockLength),
        block,
        CombinedSignal.blockLength,
      );
      this.call(slot, agent, CombinedSignal.templateId, CombinedSignal.blockLength);
    }
  }

  /** Gives the oldest queued event to its agent and takes it off the queue. */
  deliver(events: OrderEvents): void {
    const { agent, block, words } = events;
    events.shift();
    if (agent >= this.slots.length) return;
    const slot = this.slots[agent]!;
    if (!this.wants(agent, slot, OrderEvent.templateId)) return;
    const first = openInbox(slot, OrderEvent.templateId, OrderEvent.blockLength) >> 2;
    const count = OrderEvent.blockLength >> 2;
    const { i32 } = slot;
    for (let word = 0; word < count; word++) i32[first + word] = words[block + word]!;
    this.call(slot, agent, OrderEvent.templateId, OrderEvent.blockLength);
  }

  onTimer(): void {
    for (let agent = 0; agent < this.slots.length; agent++) {
      const slot = this.slots[agent]!;
      if (!this.wants(agent, slot, Timer.templateId)) continue;
      const block = openInbox(slot, Timer.templateId, Timer.blockLength);
      writeInt64(slot.i32, (block + Timer.timeNs) >> 2, this.nowNs[0]!);
      this.call(slot, agent, Timer.templateId, Timer.blockLength);
    }
  }

  /** What an agent on a thread of its own has written lies in its slot's outbox. Late intents are denied, late signals left out; cancels go. */
  takePlaced(agent: number, lengthBytes: number, isLate: boolean): void {
    this.isLate = isLate;
    this.takeOutputs(this.slots[agent]!, agent, lengthBytes);
    this.isLate = false;
  }

  /** Stops an agent for a reason that lies outside its calls. */
  stop(agent: number, reason: OutputFault): void {
    this.slots[agent]!.stop(FaultCode.OUTPUT, reason);
    this.failed(agent);
  }

  /** Stops an agent that can no longer be right, and with it the one beside: that has missed the same. */
  stopBoth(agent: number, reason: OutputFault): void {
    this.slots[agent]!.endShadow();
    this.stop(agent, reason);
  }

  private wants(agent: number, slot: PluginSlot, template: number): boolean {
    if (this.isReader[agent * TEMPLATES_MAX + template] === 0) return false;
    // One that failed on a thread of its own goes on with what it knew: then it has to know what became of its orders.
    return slot.state === "running" || (slot.isKept && template === OrderEvent.templateId);
  }

  private writeVector(slot: PluginSlot, agent: number, instrument: number, isUsable: boolean): void {
    const block = openInbox(slot, FeatureVector.templateId, FeatureVector.blockLength);
    const { i32, f64 } = slot;
    const { cells } = this.prices;
    const row = instrument * REFERENCE_CELLS;
    writeInt64(i32, (block + FeatureVector.timeNs) >> 2, this.nowNs[0]!);
    writeInt64(i32, (block + FeatureVector.bidPrice) >> 2, cells[row + ReferenceCell.BID_PRICE]!);
    writeInt64(i32, (block + FeatureVector.bidSize) >> 2, cells[row + ReferenceCell.BID_SIZE]!);
    writeInt64(i32, (block + FeatureVector.askPrice) >> 2, cells[row + ReferenceCell.ASK_PRICE]!);
    writeInt64(i32, (block + FeatureVector.askSize) >> 2, cells[row + ReferenceCell.ASK_SIZE]!);
    this.intents.writePosition(agent, instrument, this.cells, 0);
    writeInt64(i32, (block + FeatureVector.position) >> 2, this.cells[0]!);
    const first = (block + FeatureVector.values) >> 3;
    const mask = this.table.gather(instrument, this.featureSlots[agent]!, f64, first, this.nowNs);
    // What an earlier record left in the inbox would show an agent something else after a swap than before.
    for (let index = this.featureSlots[agent]!.length; index < VALUES_MAX; index++) f64[first + index] = 0;
    i32[(block + FeatureVector.instrumentId) >> 2] = instrument + INSTRUMENT_ID_FIRST;
    i32[(block + FeatureVector.freshMask) >> 2] = isUsable ? mask : 0;
  }

  private call(slot: PluginSlot, agent: number, template: number, blockLength: number): void {
    const written = slot.invoke(template, HEADER_BYTES + blockLength);
    if (slot.shadow !== null && !slot.isPlaced) this.paper.take(agent, slot, written);
    if (written > 0) this.takeOutputs(slot, agent, written);
    else if (written < 0) this.failed(agent);
  }

  /** All records are checked before the first intent is acted upon: outputs of a call that faults count for nothing. */
  private takeOutputs(slot: PluginSlot, agent: number, lengthBytes: number): void {
    const { reader } = this;
    let length = lengthBytes;
    let fault = this.checkOutputs(slot, agent, length);
    while (fault !== null) {
      // Above 0 a predecessor has taken over and answered the same input: its outputs are checked like any other's.
      length = slot.stop(FaultCode.OUTPUT, fault);
      fault = length > 0 ? this.checkOutputs(slot, agent, length) : null;
    }
    if (length < 0) {
      this.failed(agent);
      return;
    }
    reader.open(slot, length);
    for (let template = reader.next(); template > 0; template = reader.next()) {
      if (template === OrderIntent.templateId) this.intents.onIntent(agent, reader.i32, this.isLate);
      else if (!this.isLate) this.pool.take(reader.i32, reader.f64, 0, agent, this.nowNs);
    }
  }

  private checkOutputs(slot: PluginSlot, agent: number, lengthBytes: number): OutputFault | null {
    const { reader } = this;
    let count = 0;
    reader.open(slot, lengthBytes);
    for (let template = reader.next(); template !== 0; template = reader.next()) {
      count += 1;
      if (template === MALFORMED) return OutputFault.MALFORMED_RECORDS;
      if (template !== OrderIntent.templateId && template !== Signal.templateId)
        return OutputFault.UNEXPECTED_RECORD;
      if (count > this.outputsMax[agent]!) return OutputFault.TOO_MANY_RECORDS;
      if (template === Signal.templateId && this.pool.check(reader.i32, reader.f64, 0) !== 0)
        return OutputFault.VALUE_REFUSED;
    }
    return null;
  }

  private failed(agent: number): void {
    this.paper.onStopped(agent, this.slots[agent]!);
    this.pool.withdraw(agent);
    this.intents.onAgentFault(agent);
  }
}
