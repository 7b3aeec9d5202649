import { MemoryPool } from "../memory-pool.ts";
import type { PluginFault } from "../fault-code.ts";
import { FaultCode } from "../fault-code.ts";
import { carryState } from "../hand-over.ts";
import { instantiatePlugin } from "../plugin-instance.ts";
import type { PluginSlot } from "../plugin-slot.ts";
import type { BesideSource } from "./beside-source.ts";
import { handOverCodes } from "./beside-source.ts";
import { ChannelWord, CONTROL_WORDS, ENTRY_HEADER_WORDS, EntryCell, EntryWord } from "./channel-layout.ts";
import type { ImageKeeper } from "./image-keeper.ts";
import { PlacedKind } from "./placed-kind.ts";
import { BESIDE_RECORD, PlacedOrder } from "./placed-order.ts";
import type { RingReader } from "./ring-reader.hot.ts";
import type { RingWriter } from "./ring-writer.hot.ts";
import { instancePartsOf } from "./thread-module.ts";
import type { Report } from "./told-reports.ts";
import { differenceReport, faultReport, textReport } from "./told-reports.ts";

export interface BesideParts {
  readonly memory: SharedArrayBuffer;
  readonly slot: PluginSlot;
  readonly input: RingReader;
  readonly output: RingWriter;
  readonly images: ImageKeeper;
  /** Where the plugin in place keeps its images. */
  readonly ownImages: SharedArrayBuffer | null;
  /** What was posted to this thread and is not taken yet; undefined where nothing is. */
  readonly received: () => unknown;
}

/**
 * The second plugin on a thread: carries out the host's orders, and collects what the host is to be told of it. A separate part, since none of it is on the way of a
 * record: it may allocate.
 */
export class WorkerBeside {
  /** What waits to be told, oldest first. Bounded by eight differences, an answer and two faults of a run. */
  private readonly reports: Report[] = [];
  /** Of the one that was rolled back last. */
  fault: PluginFault | null = null;
  private readonly parts: BesideParts;
  private readonly control: Int32Array;
  private readonly pool = new MemoryPool();
  /** Images of the plugin in place, and of the one beside it. */
  private liveImages: SharedArrayBuffer | null;
  private besideImages: SharedArrayBuffer | null = null;
  /** Whether what runs beside is compared for somebody: not before SHADOW. */
  private isTold = false;
  private isFaultTold = false;
  private differencesTold = 0;
  private seenRollbacks = 0;

  constructor(parts: BesideParts) {
    this.parts = parts;
    this.liveImages = parts.ownImages;
    this.control = new Int32Array(parts.memory, 0, CONTROL_WORDS);
  }

  /**
   * Carries out the order at hand, or gives the candidate the record that is for it alone. Answers 0; or a FaultCode, with the reason in `fault`, where what was to be
   * promoted had failed: the host, which counts it as in place, is to be told that it was rolled back.
   */
  take(kind: number): number {
    const { slot, input } = this.parts;
    if (kind >= BESIDE_RECORD) this.tell(kind - BESIDE_RECORD);
    else if (kind === PlacedOrder.MAKE) this.make();
    else if (kind === PlacedOrder.HAND_OVER) this.handOver(input.i32[EntryWord.CODE] ?? 0);
    else if (kind === PlacedOrder.SHADOW) this.begin();
    else if (kind === PlacedOrder.PROMOTE) return this.promote(input.i32[EntryWord.GENERATION] ?? 0);
    else if (kind === PlacedOrder.SETTLE) this.forget();
    slot.sweep();
    return 0;
  }

  /** Whether the predecessor has taken over since this was asked last. */
  hasRolledBack(): boolean {
    const { rollbacks } = this.parts.slot;
    if (rollbacks === this.seenRollbacks) return false;
    this.seenRollbacks = rollbacks;
    this.fault = this.parts.slot.rolledBackFault;
    return true;
  }

  /** The host can read that the predecessor has taken over, and what it has answered: from now on its images count. */
  tookOver(): void {
    const { slot, images } = this.parts;
    this.liveImages = this.besideImages;
    images.follow(this.liveImages);
    this.forget();
    slot.sweep();
  }

  /** After records were handled: writes the counts, and tells the host what is new as far as there is room. True where it was told something. */
  report(): boolean {
    if (this.parts.slot.shadow !== null && this.isTold) this.look();
    const { output, input } = this.parts;
    let isTold = false;
    for (let report = this.reports[0]; report !== undefined; report = this.reports[0]) {
      const { kind, code, words, lengthBytes } = report;
      output.cells[EntryCell.SEQUENCE] = input.f64[EntryCell.SEQUENCE] ?? 0;
      output.cells[EntryCell.TIME] = input.f64[EntryCell.TIME] ?? 0;
      if (output.write(kind, code, words, 0, lengthBytes, 0) < 0) break;
      this.reports.shift();
      isTold = true;
    }
    return isTold;
  }

  private look(): void {
    const run = this.parts.slot.shadow;
    if (run === null) return;
    for (const [index, count] of run.counts.entries())
      Atomics.store(this.control, ChannelWord.SHADOW_COUNTS + index, count | 0);
    for (; this.differencesTold < run.differences.length; this.differencesTold++) {
      const difference = run.differences[this.differencesTold];
      if (difference !== undefined) this.reports.push(differenceReport(difference));
    }
    if (run.slot.state === "running" || this.isFaultTold) return;
    this.isFaultTold = true;
    const { lastFault } = run.slot;
    this.reports.push(faultReport(PlacedKind.BESIDE_FAULT, lastFault?.code ?? FaultCode.STOPPED, lastFault));
  }

  private make(): void {
    this.forget();
    const source = this.parts.received() as BesideSource | undefined;
    try {
      if (source === undefined) throw new Error("no module was posted to its thread");
      const { module, parameters, images } = source;
      this.parts.slot.prepareShadow(instantiatePlugin(instancePartsOf(module), this.pool, parameters));
      this.besideImages = images;
    } catch (error) {
      this.refuse(error);
    }
  }

  /** The plugin in place is never called for this: a copy of it is. */
  private handOver(code: number): void {
    const { slot } = this.parts;
    const beside = slot.preparedShadow;
    const live = slot.plugin;
    if (beside?.plugin === undefined || beside.plugin === null || live === null) return;
    try {
      carryState(live, beside.plugin, handOverCodes[code] ?? "none");
      if (beside.state !== "running")
        throw new Error(`fails on its first records: ${beside.lastFault?.reason ?? "stopped"}`);
      slot.startShadow();
      this.reports.push(textReport(PlacedKind.PREPARED, 0, ""));
    } catch (error) {
      this.refuse(error);
    }
  }

  private refuse(error: unknown): void {
    this.forget();
    const text = error instanceof Error ? error.message : String(error);
    this.reports.push(textReport(PlacedKind.PREPARED, FaultCode.STOPPED, text));
  }

  private tell(template: number): void {
    const { slot, input } = this.parts;
    const beside = slot.preparedShadow;
    if (beside === null) return;
    const words = (input.length + 3) >> 2;
    const from = ENTRY_HEADER_WORDS;
    beside.i32.set(input.i32.subarray(from, from + words), beside.inboxWord);
    beside.invoke(template, input.length);
  }

  private begin(): void {
    const run = this.parts.slot.shadow;
    if (run === null) return;
    run.restart();
    this.tellAnew();
  }

  /** A candidate that failed while it was being promoted was never in place: the host is told that it failed there. */
  private promote(generation: number): number {
    const { slot, output, images } = this.parts;
    const run = slot.shadow;
    if (run?.slot.state !== "running") {
      // The predecessor took over by itself while the host said so: both count it as this generation.
      if (output.generation === generation) return 0;
      output.generation = generation;
      this.besideImages = this.liveImages;
      this.fault = run?.slot.lastFault ?? null;
      return this.fault?.code ?? FaultCode.STOPPED;
    }
    slot.promote();
    output.generation = generation;
    [this.liveImages, this.besideImages] = [this.besideImages, this.liveImages];
    images.follow(this.liveImages);
    this.tellAnew();
    slot.sweep();
    return 0;
  }

  private forget(): void {
    this.parts.slot.endShadow();
    this.besideImages = null;
    this.isTold = false;
    this.control.fill(0, ChannelWord.SHADOW_COUNTS, ChannelWord.SHADOW_COUNTS + 5);
  }

  private tellAnew(): void {
    this.isTold = true;
    this.isFaultTold = false;
    this.differencesTold = 0;
    this.control.fill(0, ChannelWord.SHADOW_COUNTS, ChannelWord.SHADOW_COUNTS + 5);
  }
}
