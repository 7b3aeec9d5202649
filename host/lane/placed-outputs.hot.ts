import { copyBytes } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { ENTRY_HEADER_BYTES, EntryCell, EntryWord, FaultCode, PlacedKind } from "../engine/index.ts";
import type { AgentStage } from "./agent-stage.hot.ts";
import type { EnsembleStage } from "./ensemble-stage.hot.ts";
import type { FeatureStage } from "./feature-stage.hot.ts";
import { LaneCounter } from "./lane-counters.ts";
import { stopPlaced } from "./placed-fault.ts";
import type { PluginChanges } from "./plugin-changes.ts";
import { OutputFault } from "./plugin-fault.ts";

export interface PlacedParts {
  readonly slots: readonly PluginSlot[];
  readonly features: FeatureStage;
  readonly agents: AgentStage;
  readonly ensemble: EnsembleStage;
  readonly counters: Float64Array;
  readonly nowNs: Float64Array;
  /** By slot: how old a decision may be when it arrives; 0 for slots whose plugin runs in the lane. */
  readonly decisionAgeNs: Float64Array;
  /** Tells a predecessor that has begun on a new thread what it needs before its first event. */
  readonly changes: Pick<PluginChanges, "introduce">;
}

/**
 * What plugins on other threads say, taken as an input of the lane: the entry of the ring as it came, header and payload, which the journal keeps and a
 * replay gives again. An output is copied into the slot's outbox and from there taken as that of a call is: the same checks, the same consequences.
 *
 * | kind    | taken where                                   | else                                |
 * |---------|-----------------------------------------------|-------------------------------------|
 * | OUTPUT  | the slot runs, and it is of its generation    | counted: PLACED_REFUSED             |
 * | FAULT   | as OUTPUT: stops the plugin by its kind's policy; its thread has ended, so a predecessor begins afresh on another | counted: PLACED_REFUSED |
 * | ROLLED_BACK | as OUTPUT: the predecessor is in place already, where it runs, and answers under the next generation; without one as FAULT | counted: PLACED_REFUSED |
 * | BESIDE_FAULT | as OUTPUT, and something runs beside: that one has failed | counted: PLACED_REFUSED |
 * | RESUMED | the plugin has failed and may go on           | counted: PLACED_REFUSED             |
 */
export class PlacedOutputs {
  /** Whether the ensemble's answer was taken, and agents are to be shown it. */
  isCombined: boolean;
  private readonly parts: PlacedParts;
  /** Header of the entry at hand. */
  private readonly head: Int32Array;
  private readonly headCells: Float64Array;
  private readonly headBytes: Uint8Array;
  /** By slot: its place in its stage. */
  private readonly places: Int32Array;

  constructor(parts: PlacedParts) {
    this.isCombined = false;
    this.parts = parts;
    this.head = new Int32Array(ENTRY_HEADER_BYTES >> 2);
    this.headCells = new Float64Array(this.head.buffer);
    this.headBytes = new Uint8Array(this.head.buffer);
    this.places = Int32Array.from(parts.slots, (slot) =>
      slot.kind === "agent" ? parts.agents.slots.indexOf(slot) : parts.features.slots.indexOf(slot),
    );
  }

  /** Takes one entry. */
  take(index: number, bytes: Uint8Array, offset: number, lengthBytes: number): void {
    this.isCombined = false;
    const { slots } = this.parts;
    if (lengthBytes < ENTRY_HEADER_BYTES || index >= slots.length) {
      this.count(LaneCounter.PLACED_REFUSED);
      return;
    }
    copyBytes(bytes, this.headBytes, 0, offset, offset + ENTRY_HEADER_BYTES);
    const slot = slots[index]!;
    const kind = this.head[EntryWord.KIND]!;
    if (kind === PlacedKind.RESUMED) this.resume(slot);
    else if (
      !slot.isPlaced ||
      slot.state !== "running" ||
      this.head[EntryWord.GENERATION] !== slot.generation
    )
      this.count(LaneCounter.PLACED_REFUSED);
    else if (kind === PlacedKind.OUTPUT)
      this.takeOutput(index, slot, bytes, offset + ENTRY_HEADER_BYTES, lengthBytes - ENTRY_HEADER_BYTES);
    else if (kind === PlacedKind.BESIDE_FAULT) this.stopBeside(slot, bytes, offset, lengthBytes);
    else this.stop(kind, index, slot, bytes, offset, lengthBytes);
  }

  private stop(
    kind: number,
    index: number,
    slot: PluginSlot,
    bytes: Uint8Array,
    offset: number,
    lengthBytes: number,
  ): void {
    stopPlaced(slot, this.head[EntryWord.CODE]!, bytes, offset + ENTRY_HEADER_BYTES, lengthBytes);
    if (slot.state !== "running") this.failed(index, slot);
    else if (kind === PlacedKind.FAULT) this.parts.changes.introduce(slot);
  }

  private stopBeside(slot: PluginSlot, bytes: Uint8Array, offset: number, lengthBytes: number): void {
    const beside = slot.shadow;
    if (beside === null) this.count(LaneCounter.PLACED_REFUSED);
    else stopPlaced(beside.slot, this.head[EntryWord.CODE]!, bytes, offset + ENTRY_HEADER_BYTES, lengthBytes);
  }

  private resume(slot: PluginSlot): void {
    if (slot.isPlaced && slot.isKept && slot.state === "faulted") slot.resume();
    else this.count(LaneCounter.PLACED_REFUSED);
  }

  private takeOutput(
    index: number,
    slot: PluginSlot,
    bytes: Uint8Array,
    offset: number,
    lengthBytes: number,
  ): void {
    this.count(LaneCounter.PLACED_OUTPUTS);
    if ((lengthBytes & 7) !== 0 || lengthBytes > slot.outboxCapacity) {
      slot.stop(FaultCode.OUTPUT, OutputFault.MALFORMED_RECORDS);
      if (slot.state !== "running") this.failed(index, slot);
      return;
    }
    copyBytes(bytes, slot.u8, slot.outboxOffset, offset, offset + lengthBytes);
    slot.noteOutput(lengthBytes);
    const isLate = this.isLate(index);
    const { agents, features, ensemble } = this.parts;
    if (isLate) this.count(LaneCounter.PLACED_LATE);
    if (slot.kind === "agent") agents.takePlaced(this.places[index]!, lengthBytes, isLate);
    else if (slot.kind === "feature" && !isLate) features.takePlaced(this.places[index]!, lengthBytes);
    else if (!isLate) this.isCombined = ensemble.takePlaced(lengthBytes);
  }

  /** Written so that a NaN, or a time that has not come yet, is late. */
  private isLate(index: number): boolean {
    const ageNs = this.parts.nowNs[0]! - this.headCells[EntryCell.TIME]!;
    return !(ageNs >= 0 && ageNs <= this.parts.decisionAgeNs[index]!);
  }

  private failed(index: number, slot: PluginSlot): void {
    const { agents, features } = this.parts;
    if (slot.kind === "agent") agents.withdraw(this.places[index]!);
    else if (slot.kind === "feature") features.withdraw(this.places[index]!);
  }

  private count(counter: number): void {
    const { counters } = this.parts;
    counters[counter] = counters[counter]! + 1;
  }
}
