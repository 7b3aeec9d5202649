// Hot: runs for every record of a recovery and of a replay.
import type { FileWindow } from "./file-window.hot.ts";
import { PAYLOAD_BYTES_LIMIT, RECORD_HEADER_BYTES } from "./record-layout.ts";
import { RecordSealer } from "./record-seal.hot.ts";

/** What stands where the next record is expected. */
export const Found = {
  RECORD: 1,
  /** The file ends here. */
  END: 0,
  /** Zeros, or the file ends within the record. */
  MISSING: -1,
  /** A wrong checksum, or a record that is not of this place: chain, epoch, an earlier use of the file. */
  DAMAGED: -2,
  /** A valid record of this segment whose sequence number was seen before. */
  DUPLICATE: -3,
  /** A valid record of this epoch with a later sequence number, directly after its predecessor: records that were never written. */
  GAP: -4,
  /** The disk does not deliver. */
  UNREADABLE: -5,
} as const;

const TWO_TO_32 = 4294967296;

/** Walks over the records of a segment. One object is reused for all: its fields hold the current record until `next` is called again. */
export class RecordCursor {
  sequence = 0;
  epoch = 0;
  type = 0;
  channel = 0;
  timeNs = 0;
  /** The payload is `bytes[payloadOffset … payloadOffset + payloadBytes - 1]`. Another buffer may take its place at any `next`. */
  bytes: Buffer;
  payloadOffset = 0;
  payloadBytes = 0;
  /** Offset in the file of the current record, and of what follows it. */
  recordOffset = 0;
  nextOffset = 0;
  laneA = 0;
  laneB = 0;
  /** After DUPLICATE or GAP: the sequence number that stands where another was expected. */
  misplacedSequence = 0;
  private segmentFirstSequence = 0;
  private readonly window: FileWindow;
  private readonly sealer: RecordSealer = new RecordSealer();

  constructor(window: FileWindow) {
    this.window = window;
    this.bytes = window.bytes;
  }

  /** Stands before the record at `offset` of the window's file, which is to follow `sequence` and the given hash. */
  start(offset: number, sequence: number, epoch: number, laneA: number, laneB: number): void {
    this.nextOffset = offset;
    this.recordOffset = offset;
    this.sequence = sequence;
    this.segmentFirstSequence = sequence + 1;
    this.epoch = epoch;
    this.laneA = laneA;
    this.laneB = laneB;
  }

  /** Goes to the next record. Anything but RECORD leaves the cursor where it is. */
  next(): number {
    const window = this.window;
    const offset = this.nextOffset;
    const restBytes = window.sizeBytes - offset;
    if (restBytes < RECORD_HEADER_BYTES) return restBytes === 0 ? Found.END : Found.MISSING;
    let at = window.locate(offset, RECORD_HEADER_BYTES);
    if (at < 0) return Found.UNREADABLE;
    const payloadBytes = window.words[(at >> 2) + 1]!;
    if (payloadBytes < 0 || payloadBytes > PAYLOAD_BYTES_LIMIT) return Found.DAMAGED;
    const recordBytes = (RECORD_HEADER_BYTES + payloadBytes + 7) & ~7;
    if (recordBytes > restBytes) return Found.MISSING;
    at = window.locate(offset, recordBytes);
    if (at < 0) return Found.UNREADABLE;
    const words = window.words;
    const word = at >> 2;
    const sealer = this.sealer;
    sealer.digest(words, word, recordBytes >> 2);
    if (sealer.crc !== words[word]!) return this.isZero(word) ? Found.MISSING : Found.DAMAGED;
    const sequence = (words[word + 3]! >>> 0) * TWO_TO_32 + (words[word + 2]! >>> 0);
    if (words[word + 6]! >>> 0 !== this.epoch) return Found.DAMAGED;
    if (sequence !== this.sequence + 1) return this.misplaced(sequence);
    if (words[word + 4]! !== this.laneA || words[word + 5]! !== this.laneB) return Found.DAMAGED;
    this.sequence = sequence;
    this.type = words[word + 7]! & 0xffff;
    this.channel = words[word + 7]! >>> 16;
    this.timeNs = window.times[(at >> 3) + 4]!;
    this.bytes = window.bytes;
    this.payloadOffset = at + RECORD_HEADER_BYTES;
    this.payloadBytes = payloadBytes;
    this.recordOffset = offset;
    this.nextOffset = offset + recordBytes;
    this.laneA = sealer.laneA;
    this.laneB = sealer.laneB;
    return Found.RECORD;
  }

  /** A record of another place. Below the segment's first number it is left over from an earlier use of the file: the log ends before it. */
  private misplaced(sequence: number): number {
    this.misplacedSequence = sequence;
    if (sequence > this.sequence) return Found.GAP;
    return sequence >= this.segmentFirstSequence ? Found.DUPLICATE : Found.DAMAGED;
  }

  private isZero(word: number): boolean {
    const words = this.window.words;
    for (let index = word; index < word + RECORD_HEADER_BYTES / 4; index++)
      if (words[index]! !== 0) return false;
    return true;
  }
}
