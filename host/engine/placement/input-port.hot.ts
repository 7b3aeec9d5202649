// Hot: the trading thread hands each record for a plugin on another thread over here. No allocation; it never waits.
import { Gap, HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION, Timer, writeInt64 } from "../../../abi/host/index.ts";
import { EntryCell } from "./channel-layout.ts";
import type { OverflowPolicy } from "./overflow-policy.ts";
import {
  instrumentWords,
  LATEST_KINDS,
  latestKinds,
  PENDING_BYTES,
  RecordClass,
  recordClasses,
} from "./overflow-policy.ts";
import { PendingRecords } from "./pending-records.hot.ts";
import { RingCode } from "./ring-code.ts";
import type { RingWriter } from "./ring-writer.hot.ts";

const HEADER_WORDS = HEADER_BYTES >> 2;
const GAP_WORDS = (HEADER_BYTES + Gap.blockLength) >> 2;
/** A quarter of a ring is kept for what the plugin must not miss: with 256 KiB some 550 order events. */
const RESERVE_SHIFT = 2;

/** Places in `counters`; each only rises. */
export const InputCounter = { OFFERED: 0, DROPPED: 1, CONFLATED: 2, GAPS: 3 } as const;
export const INPUT_COUNTERS = 4;

export interface InputPortOptions {
  readonly policy: OverflowPolicy;
  readonly instrumentCount: number;
  /** Whether the plugin reads the record that tells it what was left out. */
  readonly readsGap: boolean;
  /** Cell 0: the session's time. */
  readonly nowNs: Float64Array;
  readonly counters: Float64Array;
}

/**
 * The host's end of a plugin's input: numbers its records, in the order in which they lie in the ring, and applies the overflow policy.
 *
 * | record                             | `conflate`, ring full             | `drop`, ring full |
 * |------------------------------------|-----------------------------------|-------------------|
 * | latest counts (FeatureVector, …)   | kept, the newest of each instrument | left out, marked |
 * | each counts (Trade)                | left out, marked                  | left out, marked  |
 * | needed (OrderEvent, definitions)   | a quarter of the ring is theirs alone; beyond it `isOverflown`    ||
 */
export class InputPort {
  /** A record was lost that the plugin must not miss: what it believes of its orders is no longer so. */
  isOverflown: boolean;
  /** The worker's words made no sense. */
  isCorrupt: boolean;
  private readonly writer: RingWriter;
  private readonly counters: Float64Array;
  private readonly nowNs: Float64Array;
  private readonly isConflating: boolean;
  private readonly readsGap: boolean;
  private readonly reserveUnits: number;
  private readonly pending: PendingRecords;
  private readonly classes: Uint8Array;
  private readonly kinds: Int8Array;
  private readonly instrumentWord: Int32Array;
  private readonly instrumentCount: number;
  private readonly gap: Int32Array;
  /** Cells: number of the last record; of the first that was left out since the last mark. */
  private readonly sequences: Float64Array;
  private lostCount: number;

  constructor(writer: RingWriter, capacityUnits: number, options: InputPortOptions) {
    this.isOverflown = false;
    this.isCorrupt = false;
    this.writer = writer;
    this.counters = options.counters;
    this.nowNs = options.nowNs;
    this.isConflating = options.policy === "conflate";
    this.readsGap = options.readsGap;
    this.reserveUnits = capacityUnits >> RESERVE_SHIFT;
    this.instrumentCount = options.instrumentCount;
    this.pending = new PendingRecords(LATEST_KINDS * options.instrumentCount + 1, PENDING_BYTES);
    this.classes = recordClasses();
    this.kinds = latestKinds();
    this.instrumentWord = instrumentWords();
    this.gap = new Int32Array(GAP_WORDS);
    this.gap[0] = Gap.blockLength | (Gap.templateId << 16);
    this.gap[1] = SCHEMA_ID | (SCHEMA_VERSION << 16);
    this.sequences = new Float64Array(2);
    this.lostCount = 0;
  }

  /** Records that wait for room. */
  get waitingCount(): number {
    return this.pending.count;
  }

  /** Hands a record over, header and block from a word of `source` on. */
  offer(template: number, source: Int32Array, sourceWord: number, lengthBytes: number): void {
    this.sequences[0] = this.sequences[0]! + 1;
    this.counters[InputCounter.OFFERED] = this.counters[InputCounter.OFFERED]! + 1;
    const recordClass = this.classes[template]!;
    if (recordClass === RecordClass.NEEDED) {
      if (!this.put(template, 0, source, sourceWord, lengthBytes, 0)) this.isOverflown = true;
      return;
    }
    if (this.pending.count > 0) this.flush();
    const row =
      this.isConflating && recordClass === RecordClass.LATEST ? this.rowOf(template, source, sourceWord) : -1;
    const mayPut = this.pending.count === 0;
    if (mayPut && this.put(template, 0, source, sourceWord, lengthBytes, this.reserveUnits)) return;
    if (row < 0) this.lose();
    else this.keep(row, template, source, sourceWord, lengthBytes);
  }

  /** Writes an order to the worker, or a record for what runs beside the plugin, behind what was handed over so far. Needed as an order event is. */
  order(kind: number, code: number, source: Int32Array, sourceWord: number, lengthBytes: number): void {
    this.sequences[0] = this.sequences[0]! + 1;
    if (this.pending.count > 0) this.flush();
    if (!this.put(kind, code, source, sourceWord, lengthBytes, 0)) this.isOverflown = true;
  }

  /** Number of the last record or order. */
  get lastSequence(): number {
    return this.sequences[0]!;
  }

  /** Delivers what waits, as far as there is room. */
  flush(): void {
    const { pending, writer } = this;
    while (pending.count > 0) {
      const row = pending.first;
      const lengthBytes = pending.lengths[row]!;
      const needed = writer.unitsOf(lengthBytes) + this.gapUnits();
      const code = writer.room(needed, this.reserveUnits);
      if (code === RingCode.CORRUPT) this.isCorrupt = true;
      if (code < 0) return;
      this.markGap(this.reserveUnits);
      // A number of its own: by the one that it had it would come behind later records, and a plugin that begins again goes by the numbers.
      this.sequences[0] = this.sequences[0]! + 1;
      writer.cells[EntryCell.SEQUENCE] = this.sequences[0];
      writer.cells[EntryCell.TIME] = pending.times[row]!;
      const first = row * pending.rowWords;
      if (writer.write(pending.templates[row]!, 0, pending.words, first, lengthBytes, this.reserveUnits) < 0)
        return;
      pending.shift();
    }
  }

  private gapUnits(): number {
    return this.lostCount > 0 && this.readsGap ? this.writer.unitsOf(GAP_WORDS << 2) : 0;
  }

  /** Writes a record, and before it what was left out. False where there is no room for both. */
  private put(
    template: number,
    code: number,
    source: Int32Array,
    sourceWord: number,
    lengthBytes: number,
    reservedUnits: number,
  ): boolean {
    const { writer } = this;
    const room = writer.room(writer.unitsOf(lengthBytes) + this.gapUnits(), reservedUnits);
    if (room === RingCode.CORRUPT) this.isCorrupt = true;
    if (room < 0) return false;
    this.markGap(reservedUnits);
    writer.cells[EntryCell.SEQUENCE] = this.sequences[0]!;
    writer.cells[EntryCell.TIME] = this.nowNs[0]!;
    return writer.write(template, code, source, sourceWord, lengthBytes, reservedUnits) === 0;
  }

  /** Tells the plugin what was left out, under the number of the first of it. */
  private markGap(reservedUnits: number): void {
    if (this.lostCount === 0) return;
    const { gap, writer } = this;
    if (this.readsGap) {
      writeInt64(gap, HEADER_WORDS + (Gap.firstSequence >> 2), this.sequences[1]!);
      gap[HEADER_WORDS + (Gap.lostCount >> 2)] = this.lostCount;
      writer.cells[EntryCell.SEQUENCE] = this.sequences[1]!;
      writer.cells[EntryCell.TIME] = this.nowNs[0]!;
      if (writer.write(Gap.templateId, 0, gap, 0, GAP_WORDS << 2, reservedUnits) < 0) return;
      this.counters[InputCounter.GAPS] = this.counters[InputCounter.GAPS]! + 1;
    }
    this.lostCount = 0;
  }

  private lose(): void {
    if (this.lostCount === 0) this.sequences[1] = this.sequences[0]!;
    this.lostCount = (this.lostCount + 1) | 0;
    this.counters[InputCounter.DROPPED] = this.counters[InputCounter.DROPPED]! + 1;
  }

  private keep(
    row: number,
    template: number,
    source: Int32Array,
    sourceWord: number,
    lengthBytes: number,
  ): void {
    const { pending } = this;
    const answer = pending.keep(row, template, source, sourceWord, lengthBytes);
    if (answer < 0) {
      this.lose();
      return;
    }
    pending.times[row] = this.nowNs[0]!;
    if (answer === 1) this.counters[InputCounter.CONFLATED] = this.counters[InputCounter.CONFLATED]! + 1;
  }

  /** The pending row of a record; -1 where it names no instrument of ours. */
  private rowOf(template: number, source: Int32Array, sourceWord: number): number {
    if (template === Timer.templateId) return LATEST_KINDS * this.instrumentCount;
    const kind = this.kinds[template]!;
    const instrument = source[sourceWord + HEADER_WORDS + this.instrumentWord[kind]!]! - 1;
    return instrument < 0 || instrument >= this.instrumentCount
      ? -1
      : kind * this.instrumentCount + instrument;
  }
}
