// Hot: no allocation per record, no lock, no wake-up. The journal thread seals and writes what is published here.
import { copyBytes } from "../../abi/host/index.ts";
import { JournalCode } from "./journal-code.ts";
import type { JournalWriter } from "./journal-writer.ts";
import { Progress } from "./journal-writer.ts";
import { RECORD_HEADER_BYTES, SYNC_MARK_PAYLOAD_BYTES } from "./record-layout.ts";
import { RecordType } from "./record-type.ts";
import { RING_CONTROL_BYTES, RING_FILLER, RingWord, checkRing } from "./ring-layout.ts";

const { LAST, WRITTEN, SYNCED } = Progress;
const REQUESTED = 3;
const MARKED = 4;
const CELLS = 5;
const TWO_TO_32 = 4294967296;
/** What is appended beyond this without a commit is published anyway, so that the journal thread works along. */
const PUBLISH_UNITS = 2048;

export interface RingJournalOptions {
  readonly epoch: number;
  readonly payloadBytesMax: number;
  /** Kept free for urgent records. */
  readonly urgentBytes: number;
}

/**
 * The journal of the level `ring`: `commit` answers once the records are published, which survives neither the death of the process nor a power
 * cut. A full ring answers LAG: the disk is behind by as much as the bound allows.
 */
export class RingJournal implements JournalWriter {
  readonly progress: Float64Array = new Float64Array(CELLS);
  private state: number = JournalCode.OK;
  /** Positions count units of 8 bytes and wrap at 2^32. */
  private head = 0;
  private published = 0;
  private tail = 0;
  private sequenceLow: number;
  private sequenceHigh: number;
  private ticket = 0;
  private isSyncing = false;
  private readonly epoch: number;
  private readonly payloadBytesMax: number;
  private readonly urgentUnits: number;
  private readonly capacityUnits: number;
  private readonly control: Int32Array;
  private readonly data: Buffer;
  private readonly words: Int32Array;
  private readonly times: Float64Array;
  private readonly markPayload: Uint8Array = new Uint8Array(SYNC_MARK_PAYLOAD_BYTES);
  private readonly markWords: Int32Array;

  /** `sequence`: of the last record before this session. */
  constructor(ring: SharedArrayBuffer, sequence: number, options: RingJournalOptions) {
    const dataBytes = ring.byteLength - RING_CONTROL_BYTES;
    checkRing(ring, options.payloadBytesMax, options.urgentBytes);
    this.progress.fill(sequence);
    this.sequenceLow = sequence | 0;
    this.sequenceHigh = Math.floor(sequence / TWO_TO_32);
    this.epoch = options.epoch;
    this.payloadBytesMax = options.payloadBytesMax;
    this.urgentUnits = options.urgentBytes >> 3;
    this.capacityUnits = dataBytes >> 3;
    this.control = new Int32Array(ring, 0, RING_CONTROL_BYTES / 4);
    this.data = Buffer.from(ring, RING_CONTROL_BYTES, dataBytes);
    this.words = new Int32Array(ring, RING_CONTROL_BYTES, dataBytes / 4);
    this.times = new Float64Array(ring, RING_CONTROL_BYTES, dataBytes / 8);
    this.markWords = new Int32Array(this.markPayload.buffer);
  }

  append(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    if (this.state !== JournalCode.OK) return this.state;
    return this.admit(type, channel, timeNs, source, offsetBytes, lengthBytes, this.urgentUnits);
  }

  appendUrgent(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    if (this.state < JournalCode.JOURNAL_FULL) return this.state;
    return this.admit(type, channel, timeNs, source, offsetBytes, lengthBytes, 0);
  }

  commit(): number {
    if (this.state < JournalCode.JOURNAL_FULL) return this.state;
    if (this.head !== this.published) this.publish();
    this.poll();
    return this.state < JournalCode.JOURNAL_FULL ? this.state : JournalCode.OK;
  }

  handOver(): void {
    this.commit();
  }

  sync(): number {
    const code = this.commit();
    if (code < 0) return code;
    return this.progress[SYNCED] === this.progress[LAST] ? JournalCode.OK : JournalCode.PENDING;
  }

  /** Publishes CLOSE; the journal thread syncs what precedes it, writes it, syncs again and ends. PENDING: ask `isDrained`. */
  close(timeNs: Float64Array, finalStateHash: Uint8Array): number {
    if (this.state < JournalCode.JOURNAL_FULL) return this.state;
    this.progress[MARKED] = this.progress[SYNCED]!;
    const code = this.admit(RecordType.CLOSE, 0, timeNs, finalStateHash, 0, finalStateHash.length, 0);
    if (code < 0) return code;
    this.publish();
    this.state = JournalCode.CLOSED;
    return JournalCode.PENDING;
  }

  /** Whether the journal thread has written everything that was published. */
  isDrained(): boolean {
    return Atomics.load(this.control, RingWord.TAIL) === this.published;
  }

  private admit(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
    reservedUnits: number,
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
      const code = this.place(
        RecordType.SYNC_MARK,
        0,
        timeNs,
        this.markPayload,
        0,
        SYNC_MARK_PAYLOAD_BYTES,
        reservedUnits,
      );
      if (code < 0) return code;
      this.progress[MARKED] = synced;
    }
    return this.place(type, channel, timeNs, source, offsetBytes, lengthBytes, reservedUnits);
  }

  private place(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
    reservedUnits: number,
  ): number {
    const units = (RECORD_HEADER_BYTES + lengthBytes + 7) >> 3;
    const capacityUnits = this.capacityUnits;
    let at = this.head & (capacityUnits - 1);
    const fillerUnits = at + units > capacityUnits ? capacityUnits - at : 0;
    const neededUnits = units + fillerUnits + reservedUnits;
    if (neededUnits > capacityUnits - ((this.head - this.tail) | 0)) {
      this.publish();
      this.poll();
      if (neededUnits > capacityUnits - ((this.head - this.tail) | 0))
        return this.state < 0 ? this.state : JournalCode.LAG;
    }
    const words = this.words;
    if (fillerUnits > 0) {
      words[at * 2 + 1] = RING_FILLER;
      this.head = (this.head + fillerUnits) | 0;
      at = 0;
    }
    const word = at * 2;
    this.sequenceLow = (this.sequenceLow + 1) | 0;
    if (this.sequenceLow === 0) this.sequenceHigh++;
    words[word + units * 2 - 2] = 0;
    words[word + units * 2 - 1] = 0;
    words[word + 1] = lengthBytes;
    words[word + 2] = this.sequenceLow;
    words[word + 3] = this.sequenceHigh;
    words[word + 6] = this.epoch;
    words[word + 7] = (type & 0xffff) | (channel << 16);
    this.times[at + 4] = timeNs[0]!;
    copyBytes(source, this.data, at * 8 + RECORD_HEADER_BYTES, offsetBytes, offsetBytes + lengthBytes);
    this.head = (this.head + units) | 0;
    this.progress[LAST]!++;
    if (((this.head - this.published) | 0) >= PUBLISH_UNITS) this.publish();
    return this.sequenceLow & 0x7fffffff;
  }

  private publish(): void {
    this.published = this.head;
    Atomics.store(this.control, RingWord.HEAD, this.head);
  }

  /** Learns what the journal thread has released, written and synced, and asks for the next sync. Everything was published before. */
  private poll(): void {
    const control = this.control;
    const progress = this.progress;
    this.tail = Atomics.load(control, RingWord.TAIL);
    if (this.state !== JournalCode.CLOSED) this.state = Atomics.load(control, RingWord.STATE);
    if (this.tail === this.published) progress[WRITTEN] = progress[LAST]!;
    if (this.isSyncing && Atomics.load(control, RingWord.SYNC_DONE) === this.ticket) {
      this.isSyncing = false;
      const synced = progress[REQUESTED]!;
      progress[SYNCED] = synced;
      if (progress[WRITTEN]! < synced) progress[WRITTEN] = synced;
    }
    if (!this.isSyncing && progress[SYNCED]! < progress[LAST]!) {
      this.isSyncing = true;
      this.ticket = (this.ticket + 1) & 0x3fffffff;
      progress[REQUESTED] = progress[LAST]!;
      Atomics.store(control, RingWord.SYNC_REQUEST, this.ticket);
    }
  }
}
