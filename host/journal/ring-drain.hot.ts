// Hot: runs on the journal thread for every record of the ring.
import { JournalCode } from "./journal-code.ts";
import { RECORD_HEADER_BYTES } from "./record-layout.ts";
import { RecordSealer } from "./record-seal.hot.ts";
import { RecordType } from "./record-type.ts";
import { RING_CONTROL_BYTES, RING_FILLER, RingWord } from "./ring-layout.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import type { SegmentWriter } from "./segment-writer.ts";

/** Sealed bytes are written once they reach it, so that the ring is released early while the cache is warm. */
const WRITE_UNITS = 32768;
const TWO_TO_32 = 4294967296;

/**
 * The consumer's end of the ring: seals records in place, writes them in runs, syncs when asked. Independent of threads: the journal thread pumps
 * it in a loop, a simulation pumps it where it likes.
 *
 *   tail ≤ written ≤ sealed ≤ HEAD   (positions in units of 8 bytes; tail is what the producer may overwrite)
 */
export class RingDrain {
  /** CLOSE was written and synced, or the journal failed: nothing more will be consumed. */
  isFinished = false;
  /** A write or a sync failed. */
  isFailed = false;
  private sealed = 0;
  private written = 0;
  /** Bytes of the run from `written` that a full disk took before it refused. */
  private takenBytes = 0;
  private laneA: number;
  private laneB: number;
  private segmentFillBytes: number;
  private readonly control: Int32Array;
  private readonly data: Buffer;
  private readonly words: Int32Array;
  private readonly capacityUnits: number;
  private readonly segments: SegmentWriter;
  private readonly segmentBytesMax: number;
  private readonly sealer: RecordSealer = new RecordSealer();
  /** Cells: sequence of the last sealed record; of the last synced. */
  private readonly sequences: Float64Array = new Float64Array(2);

  constructor(ring: SharedArrayBuffer, segments: SegmentWriter, sequence: number, segmentBytesMax: number) {
    const dataBytes = ring.byteLength - RING_CONTROL_BYTES;
    this.control = new Int32Array(ring, 0, RING_CONTROL_BYTES / 4);
    this.data = Buffer.from(ring, RING_CONTROL_BYTES, dataBytes);
    this.words = new Int32Array(ring, RING_CONTROL_BYTES, dataBytes / 4);
    this.capacityUnits = dataBytes >> 3;
    this.segments = segments;
    this.segmentBytesMax = segmentBytesMax;
    this.laneA = segments.headerLaneA;
    this.laneB = segments.headerLaneB;
    this.segmentFillBytes = segments.usedBytes;
    this.sequences.fill(sequence);
  }

  /** Consumes what is published and serves a sync request. Answers how many units of 8 bytes were released. */
  pump(): number {
    if (this.isFinished) return 0;
    const control = this.control;
    // The request is read before HEAD: the producer stores them in the other order, so what it asks for lies before HEAD.
    const request = Atomics.load(control, RingWord.SYNC_REQUEST);
    const head = Atomics.load(control, RingWord.HEAD);
    const before = this.written;
    // What a full disk refused goes first: a run must not grow over the end of a lap.
    let code = this.writeRun();
    if (code >= 0) code = this.sealUntil(head);
    if (code >= 0) code = this.writeRun();
    if (code >= 0) code = this.serveSync(request);
    if (code === JournalCode.FAILED) this.isFinished = this.isFailed = true;
    if (code < 0 || this.segments.full)
      Atomics.store(control, RingWord.STATE, code < 0 ? code : JournalCode.JOURNAL_FULL);
    return (this.written - before) | 0;
  }

  private serveSync(request: number): number {
    if (this.isFinished || request === this.control[RingWord.SYNC_DONE]) return JournalCode.OK;
    const code = this.syncNow();
    if (code >= 0) Atomics.store(this.control, RingWord.SYNC_DONE, request);
    return code;
  }

  private sealUntil(head: number): number {
    const words = this.words;
    const mask = this.capacityUnits - 1;
    while (this.sealed !== head) {
      const at = this.sealed & mask;
      const lengthBytes = words[at * 2 + 1]!;
      if (lengthBytes === RING_FILLER) {
        const code = this.writeRun();
        if (code < 0) return code;
        this.sealed = (this.sealed + this.capacityUnits - at) | 0;
        this.written = this.sealed;
        continue;
      }
      const units = (RECORD_HEADER_BYTES + lengthBytes + 7) >> 3;
      const isClose = (words[at * 2 + 7]! & 0xffff) === RecordType.CLOSE;
      const code = this.prepare(units, isClose);
      if (code < 0) return code;
      this.seal(at, units);
      if (isClose) return this.finish();
      // The end of a lap ends a run: what follows lies at the other end of the memory.
      if (((this.sealed - this.written) | 0) >= WRITE_UNITS || (this.sealed & mask) === 0) {
        const writeCode = this.writeRun();
        if (writeCode < 0) return writeCode;
      }
    }
    return JournalCode.OK;
  }

  private seal(at: number, units: number): void {
    const words = this.words;
    const sealer = this.sealer;
    words[at * 2 + 4] = this.laneA;
    words[at * 2 + 5] = this.laneB;
    sealer.digest(words, at * 2, units * 2);
    words[at * 2] = sealer.crc;
    this.laneA = sealer.laneA;
    this.laneB = sealer.laneB;
    this.sealed = (this.sealed + units) | 0;
    this.segmentFillBytes += units * 8;
    this.sequences[0] = (words[at * 2 + 3]! >>> 0) * TWO_TO_32 + (words[at * 2 + 2]! >>> 0);
  }

  /** Rolls the segment where the record would not fit; before CLOSE puts everything on stable storage. */
  private prepare(units: number, isClose: boolean): number {
    const isFull =
      this.segmentFillBytes + units * 8 > this.segmentBytesMax &&
      this.segmentFillBytes > SEGMENT_HEADER_BYTES;
    if (!isFull && !isClose) return JournalCode.OK;
    let code = this.writeRun();
    if (code >= 0) code = this.syncNow();
    if (code < 0 || !isFull) return code;
    code = this.segments.begin(this.sequences[0]!, this.laneA, this.laneB, this.sequences[1]!);
    if (code >= 0) code = this.segments.syncDirectory();
    this.laneA = this.segments.headerLaneA;
    this.laneB = this.segments.headerLaneB;
    this.segmentFillBytes = this.segments.usedBytes;
    return code;
  }

  private writeRun(): number {
    const runBytes = ((this.sealed - this.written) | 0) * 8;
    if (runBytes === 0) return JournalCode.OK;
    const offset = (this.written & (this.capacityUnits - 1)) * 8;
    const code = this.segments.write(this.data, offset + this.takenBytes, runBytes - this.takenBytes);
    if (code < 0) {
      this.takenBytes += this.segments.takenBytes;
      return code;
    }
    this.takenBytes = 0;
    this.written = this.sealed;
    Atomics.store(this.control, RingWord.TAIL, this.written);
    return JournalCode.OK;
  }

  private syncNow(): number {
    const code = this.segments.sync();
    if (code >= 0) this.sequences[1] = this.sequences[0]!;
    return code;
  }

  private finish(): number {
    let code = this.writeRun();
    if (code >= 0) code = this.syncNow();
    this.segments.close();
    this.isFinished = true;
    return code;
  }
}
