// Hot: no allocation per record. The record is sealed as it is appended, so a commit costs one write.
import { copyBytes } from "../../abi/host/index.ts";
import type { BackgroundSync } from "./background-sync.ts";
import { JournalCode } from "./journal-code.ts";
import type { JournalWriter } from "./journal-writer.ts";
import { Progress } from "./journal-writer.ts";
import type { LocalJournalOptions } from "./local-journal-options.ts";
import { RECORD_HEADER_BYTES, SYNC_MARK_PAYLOAD_BYTES, recordBytes } from "./record-layout.ts";
import { RecordMemory } from "./record-memory.ts";
import { RecordSealer } from "./record-seal.hot.ts";
import { RecordType } from "./record-type.ts";
import type { JournalPosition, SegmentWriter } from "./segment-writer.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";

const { LAST, WRITTEN, SYNCED } = Progress;
// Further cells of the same array, for this class alone: sequence and bytes of the sync under way, bytes written and synced, sequence marked.
const REQUESTED = 3;
const BYTES_WRITTEN = 4;
const BYTES_REQUESTED = 5;
const BYTES_SYNCED = 6;
const MARKED = 7;
const CELLS = 8;
const TWO_TO_32 = 4294967296;

/**
 * The journal of the levels `process` and `power`: the calling thread seals, writes and (`power`) syncs. The first segment has been begun and synced
 * by openJournal.
 *
 *   batch:   |  written before a FULL  |  appended, to be written  |  free  |
 *            0                         start                       end      capacity = batchBytes + one greatest record
 */
export class LocalJournal implements JournalWriter {
  readonly progress: Float64Array = new Float64Array(CELLS);
  private refusal: number = JournalCode.OK;
  private urgentRefusal: number = JournalCode.OK;
  private startBytes = 0;
  private endBytes = 0;
  private segmentFillBytes: number;
  private sequenceLow: number;
  private sequenceHigh: number;
  private laneA: number;
  private laneB: number;
  private ticket = 0;
  private isSyncing = false;
  private syncedSegmentIndex: number;
  private readonly epoch: number;
  private readonly syncOnCommit: boolean;
  private readonly payloadBytesMax: number;
  private readonly batchBytes: number;
  private readonly segmentBytesMax: number;
  private readonly unsyncedBytesMax: number;
  private readonly segments: SegmentWriter;
  private readonly background: BackgroundSync | undefined;
  private readonly sealer: RecordSealer = new RecordSealer();
  private readonly batch: Buffer;
  private readonly words: Int32Array;
  private readonly times: Float64Array;
  private readonly markPayload: Uint8Array = new Uint8Array(SYNC_MARK_PAYLOAD_BYTES);
  private readonly markWords: Int32Array;

  constructor(
    segments: SegmentWriter,
    position: JournalPosition,
    options: LocalJournalOptions,
    background?: BackgroundSync,
  ) {
    const memory = new RecordMemory(options.batchBytes + recordBytes(options.payloadBytesMax));
    this.progress.fill(position.sequence);
    this.progress[BYTES_WRITTEN] = this.progress[BYTES_REQUESTED] = this.progress[BYTES_SYNCED] = 0;
    this.segmentFillBytes = segments.usedBytes;
    this.sequenceLow = position.sequence | 0;
    this.sequenceHigh = Math.floor(position.sequence / TWO_TO_32);
    this.laneA = segments.headerLaneA;
    this.laneB = segments.headerLaneB;
    this.syncedSegmentIndex = segments.segmentIndex;
    this.epoch = options.epoch;
    this.syncOnCommit = options.syncOnCommit;
    this.payloadBytesMax = options.payloadBytesMax;
    this.batchBytes = options.batchBytes;
    this.segmentBytesMax = options.segmentBytesMax;
    this.unsyncedBytesMax = options.unsyncedBytesMax;
    this.segments = segments;
    this.background = background;
    this.batch = memory.bytes;
    this.words = memory.words;
    this.times = memory.times;
    this.markWords = new Int32Array(this.markPayload.buffer);
    this.noteSpace();
  }

  /** Why the journal failed, for the log; empty while it has not. */
  get failure(): string {
    return this.segments.failure;
  }

  append(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    if (this.refusal !== JournalCode.OK) {
      if (this.refusal === JournalCode.LAG) this.pollBackground();
      if (this.refusal !== JournalCode.OK) return this.refusal;
    }
    return this.admit(type, channel, timeNs, source, offsetBytes, lengthBytes);
  }

  appendUrgent(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    if (this.urgentRefusal !== JournalCode.OK) {
      if (this.urgentRefusal === JournalCode.LAG) this.pollBackground();
      if (this.urgentRefusal !== JournalCode.OK) return this.urgentRefusal;
    }
    return this.admit(type, channel, timeNs, source, offsetBytes, lengthBytes);
  }

  commit(): number {
    if (this.urgentRefusal < JournalCode.LAG) return this.urgentRefusal;
    if (this.endBytes > this.startBytes) {
      const code = this.flush();
      if (code < 0) return code;
    } else if (this.background !== undefined) this.pollBackground();
    if (
      this.syncOnCommit &&
      this.background === undefined &&
      this.progress[SYNCED]! < this.progress[WRITTEN]!
    )
      return this.syncHere();
    return this.urgentRefusal < JournalCode.LAG ? this.urgentRefusal : JournalCode.OK;
  }

  handOver(): void {
    if (this.urgentRefusal >= JournalCode.LAG && this.endBytes > this.startBytes) this.flush();
  }

  sync(): number {
    const code = this.commit();
    if (code < 0 || this.progress[SYNCED] === this.progress[LAST]) return code;
    return this.background === undefined ? this.syncHere() : JournalCode.PENDING;
  }

  close(timeNs: Float64Array, finalStateHash: Uint8Array): number {
    if (this.urgentRefusal < JournalCode.LAG) return this.urgentRefusal;
    let code = this.endBytes > this.startBytes ? this.flush() : JournalCode.OK;
    if (code >= 0) code = this.syncHere();
    // The marker must not precede CLOSE: what CLOSE says covers it.
    this.progress[MARKED] = this.progress[SYNCED]!;
    if (code >= 0) code = this.admit(RecordType.CLOSE, 0, timeNs, finalStateHash, 0, finalStateHash.length);
    if (code >= 0) code = this.flush();
    if (code >= 0) code = this.syncHere();
    this.segments.close();
    this.refusal = this.urgentRefusal = JournalCode.CLOSED;
    return code;
  }

  private admit(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    if (
      lengthBytes < 0 ||
      lengthBytes > this.payloadBytesMax ||
      offsetBytes < 0 ||
      offsetBytes + lengthBytes > source.length
    ) {
      return JournalCode.TOO_LARGE;
    }
    if (this.progress[SYNCED]! > this.progress[MARKED]!) {
      const synced = this.progress[SYNCED]!;
      this.markWords[0] = synced;
      this.markWords[1] = synced / TWO_TO_32;
      const code = this.place(RecordType.SYNC_MARK, 0, timeNs, this.markPayload, 0, SYNC_MARK_PAYLOAD_BYTES);
      if (code < 0) return code;
      this.progress[MARKED] = synced;
    }
    return this.place(type, channel, timeNs, source, offsetBytes, lengthBytes);
  }

  private place(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    const neededBytes = (RECORD_HEADER_BYTES + lengthBytes + 7) & ~7;
    if (
      this.segmentFillBytes + neededBytes > this.segmentBytesMax ||
      this.endBytes + neededBytes > this.words.length * 4
    ) {
      const code = this.makeRoom(neededBytes);
      if (code < 0) return code;
    }
    const at = this.endBytes;
    const words = this.words;
    const word = at >> 2;
    const wordCount = neededBytes >> 2;
    this.sequenceLow = (this.sequenceLow + 1) | 0;
    if (this.sequenceLow === 0) this.sequenceHigh++;
    // The last eight bytes first: what the payload leaves of them is padding.
    words[word + wordCount - 2] = 0;
    words[word + wordCount - 1] = 0;
    words[word + 1] = lengthBytes;
    words[word + 2] = this.sequenceLow;
    words[word + 3] = this.sequenceHigh;
    words[word + 4] = this.laneA;
    words[word + 5] = this.laneB;
    words[word + 6] = this.epoch;
    words[word + 7] = (type & 0xffff) | (channel << 16);
    this.times[(at >> 3) + 4] = timeNs[0]!;
    copyBytes(source, this.batch, at + RECORD_HEADER_BYTES, offsetBytes, offsetBytes + lengthBytes);
    const sealer = this.sealer;
    sealer.digest(words, word, wordCount);
    words[word] = sealer.crc;
    this.laneA = sealer.laneA;
    this.laneB = sealer.laneB;
    this.endBytes = at + neededBytes;
    this.segmentFillBytes += neededBytes;
    this.progress[LAST]!++;
    // A failure shows in the next call: this record was appended.
    if (this.endBytes - this.startBytes >= this.batchBytes) this.flush();
    return this.sequenceLow & 0x7fffffff;
  }

  private makeRoom(neededBytes: number): number {
    if (this.endBytes > this.startBytes) {
      const code = this.flush();
      if (code < 0) return code;
    }
    // A segment takes at least one record, however great.
    if (
      this.segmentFillBytes + neededBytes <= this.segmentBytesMax ||
      this.segmentFillBytes <= SEGMENT_HEADER_BYTES
    )
      return JournalCode.OK;
    if (this.background === undefined) {
      const code = this.syncHere();
      if (code < 0) return code;
    }
    const progress = this.progress;
    let code = this.segments.begin(progress[LAST]!, this.laneA, this.laneB, progress[SYNCED]!);
    if (code >= 0 && this.background === undefined) code = this.segments.syncDirectory();
    if (code < 0) return this.fail();
    this.noteSpace();
    this.laneA = this.segments.headerLaneA;
    this.laneB = this.segments.headerLaneB;
    this.segmentFillBytes = this.segments.usedBytes;
    return JournalCode.OK;
  }

  private flush(): number {
    const segments = this.segments;
    const code = segments.write(this.batch, this.startBytes, this.endBytes - this.startBytes);
    this.startBytes += segments.takenBytes;
    this.progress[BYTES_WRITTEN]! += segments.takenBytes;
    if (code === JournalCode.FAILED) return this.fail();
    this.noteSpace();
    if (code < 0) return code;
    this.startBytes = 0;
    this.endBytes = 0;
    this.progress[WRITTEN] = this.progress[LAST]!;
    if (this.background !== undefined) this.pollBackground();
    return JournalCode.OK;
  }

  /** Syncs on this thread. Segments that a background sync has not reached are synced first. */
  private syncHere(): number {
    const segments = this.segments;
    const isBehind = this.syncedSegmentIndex < segments.segmentIndex;
    const code = isBehind ? segments.syncFrom(this.syncedSegmentIndex) : segments.sync();
    if (code < 0) return this.fail();
    this.syncedSegmentIndex = segments.segmentIndex;
    this.progress[SYNCED] = this.progress[WRITTEN]!;
    return JournalCode.OK;
  }

  private pollBackground(): void {
    const background = this.background;
    if (background === undefined || this.urgentRefusal < JournalCode.LAG) return;
    const progress = this.progress;
    const completed = background.completed();
    if (completed < 0) {
      this.fail();
      return;
    }
    if (this.isSyncing && completed === this.ticket) {
      this.isSyncing = false;
      progress[SYNCED] = progress[REQUESTED]!;
      progress[BYTES_SYNCED] = progress[BYTES_REQUESTED]!;
    }
    if (!this.isSyncing && progress[SYNCED]! < progress[WRITTEN]!) {
      this.isSyncing = true;
      this.ticket = (this.ticket + 1) & 0x3fffffff;
      progress[REQUESTED] = progress[WRITTEN]!;
      progress[BYTES_REQUESTED] = progress[BYTES_WRITTEN]!;
      background.request(this.ticket, this.segments.segmentIndex);
    }
    this.noteSpace();
  }

  private noteSpace(): void {
    const unsyncedBytes =
      this.background === undefined ? 0 : this.progress[BYTES_WRITTEN]! - this.progress[BYTES_SYNCED]!;
    this.urgentRefusal = unsyncedBytes > 2 * this.unsyncedBytesMax ? JournalCode.LAG : JournalCode.OK;
    if (this.segments.full) this.refusal = JournalCode.JOURNAL_FULL;
    else this.refusal = unsyncedBytes > this.unsyncedBytesMax ? JournalCode.LAG : JournalCode.OK;
  }

  private fail(): number {
    this.refusal = JournalCode.FAILED;
    this.urgentRefusal = JournalCode.FAILED;
    return JournalCode.FAILED;
  }
}
