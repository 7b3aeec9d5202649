import type { Disk } from "../platform/disk/index.ts";
import { DiskError } from "../platform/disk/index.ts";
import { FileWindow } from "./file-window.hot.ts";
import { Found, RecordCursor } from "./record-cursor.hot.ts";
import { RecordSealer } from "./record-seal.hot.ts";
import { RecordType } from "./record-type.ts";
import type { Finding } from "./recovery-table.ts";
import type { JournalIdentity, SegmentHeader, SegmentHeaderReading } from "./segment-header.ts";
import { SEGMENT_HEADER_BYTES, readSegmentHeader } from "./segment-header.ts";
import { segmentIndices, segmentName } from "./segment-name.ts";
import type { JournalPlace, SegmentSpan } from "./segment-span.ts";
import { syncedSequenceAfter } from "./synced-evidence.ts";

const WINDOW_BYTES_MAX = 1 << 20;

interface FoundSegment {
  readonly index: number;
  readonly reading: SegmentHeaderReading;
  readonly sizeBytes: number;
  readonly laneA: number;
  readonly laneB: number;
}

/**
 * One walk over a journal up to the first thing that is not as it must be. Reads only. The fields hold the state after the last whole record.
 */
export class JournalExamination {
  finding: Finding = "END";
  place: JournalPlace = { segmentIndex: 0, offsetBytes: 0 };
  sequence = 0;
  laneA = 0;
  laneB = 0;
  highestEpoch = 0;
  isClosed = false;
  /** Sequence number of the record or segment that was found to be a duplicate. */
  foundSequence = 0;
  readonly segments: SegmentSpan[] = [];
  readonly #directory: string;
  readonly #identity: JournalIdentity;
  readonly #window: FileWindow;
  readonly #cursor: RecordCursor;
  readonly #found: FoundSegment[];

  constructor(disk: Disk, directory: string, identity: JournalIdentity) {
    this.#directory = directory;
    this.#identity = identity;
    const indices = segmentIndices(disk.list(directory));
    this.#window = new FileWindow(disk, windowBytesFor(disk, directory, indices));
    this.#cursor = new RecordCursor(this.#window);
    this.#found = indices.map((index) => this.#readHeader(index));
  }

  run(): void {
    // Before anything else, and before anything could be cut: is all of this ours to judge?
    const stranger = this.#found.find(
      ({ reading }) => reading === "NEWER" || (reading !== "DAMAGED" && !this.#isOurs(reading)),
    );
    for (const segment of this.#found) {
      if (segment.reading !== "DAMAGED" && segment.reading !== "NEWER")
        this.highestEpoch = Math.max(this.highestEpoch, segment.reading.epoch);
    }
    if (stranger !== undefined) {
      this.#stop(stranger.reading === "NEWER" ? "NEWER" : "FOREIGN", stranger.index, 0);
      return;
    }
    for (const segment of this.#found) if (!this.#walk(segment)) return;
  }

  /** The highest sequence number proven to have been synced by what lies at and behind the finding. */
  syncedSequence(): number {
    let highest = 0;
    const last = this.segments.at(-1);
    for (const { index, reading } of this.#found) {
      if (index < this.place.segmentIndex) continue;
      const isHere = index === this.place.segmentIndex;
      const header = typeof reading === "string" ? undefined : reading;
      if (!isHere && header !== undefined) highest = Math.max(highest, header.syncedSequence);
      if (isHere && this.place.offsetBytes === 0 && header !== undefined)
        highest = Math.max(highest, header.syncedSequence);
      this.#window.open(this.#path(index));
      const offset = isHere ? this.place.offsetBytes : 0;
      highest = Math.max(
        highest,
        syncedSequenceAfter(this.#window, offset, this.sequence, header?.epoch ?? last?.epoch ?? 0),
      );
    }
    return highest;
  }

  /** Bytes of all files after the last whole record. */
  bytesLost(): number {
    const last = this.segments.at(-1);
    let bytes = 0;
    for (const { index, sizeBytes } of this.#found) {
      if (last === undefined || index > last.index) bytes += sizeBytes;
      else if (index === last.index) bytes += sizeBytes - last.bytes;
    }
    return bytes;
  }

  /** Where a sequence number was first found whole. */
  firstPlaceOf(sequence: number): JournalPlace | undefined {
    const span = this.segments.find(
      ({ firstSequence, lastSequence }) => firstSequence <= sequence && sequence <= lastSequence,
    );
    if (span === undefined) return undefined;
    this.#window.open(this.#path(span.index));
    const cursor = this.#cursor;
    cursor.start(
      SEGMENT_HEADER_BYTES,
      span.firstSequence - 1,
      span.epoch,
      span.headerLaneA,
      span.headerLaneB,
    );
    while (cursor.next() === Found.RECORD) {
      if (cursor.sequence === sequence) return { segmentIndex: span.index, offsetBytes: cursor.recordOffset };
    }
    return undefined;
  }

  close(): void {
    this.#window.close();
  }

  /** Walks over one segment; false at the first finding. */
  #walk(segment: FoundSegment): boolean {
    const header = segment.reading;
    const finding = typeof header === "string" ? "DAMAGED" : this.#continues(header, segment.index);
    if (finding !== "END" || typeof header === "string") return this.#stop(finding, segment.index, 0);
    this.#window.open(this.#path(segment.index));
    const cursor = this.#cursor;
    cursor.start(SEGMENT_HEADER_BYTES, header.firstSequence - 1, header.epoch, segment.laneA, segment.laneB);
    let found: number = cursor.next();
    while (found === Found.RECORD) found = cursor.next();
    this.sequence = cursor.sequence;
    this.laneA = cursor.laneA;
    this.laneB = cursor.laneB;
    // A cursor keeps the type of its last record: it speaks for this segment only if the segment has one.
    if (cursor.sequence >= header.firstSequence) this.isClosed = cursor.type === RecordType.CLOSE;
    else this.isClosed = false;
    this.segments.push({
      index: segment.index,
      epoch: header.epoch,
      firstSequence: header.firstSequence,
      lastSequence: cursor.sequence,
      bytes: cursor.nextOffset,
      headerLaneA: segment.laneA,
      headerLaneB: segment.laneB,
      startWallNsLow: header.startWallNsLow,
      startWallNsHigh: header.startWallNsHigh,
    });
    return this.#judge(found, segment.index, cursor);
  }

  #judge(found: number, index: number, cursor: RecordCursor): boolean {
    this.place = { segmentIndex: index, offsetBytes: cursor.nextOffset };
    switch (found) {
      case Found.END:
        return true;
      case Found.MISSING:
        return this.#stop("MISSING", index, cursor.nextOffset);
      case Found.DAMAGED:
        return this.#stop("DAMAGED", index, cursor.nextOffset);
      case Found.GAP:
        return this.#stop("GAP", index, cursor.nextOffset);
      case Found.DUPLICATE:
        this.foundSequence = cursor.misplacedSequence;
        return this.#stop("DUPLICATE", index, cursor.nextOffset);
      default:
        throw new DiskError(
          "FAILED",
          `journal: ${this.#path(index)} cannot be read at ${cursor.nextOffset}; check the device`,
        );
    }
  }

  /** Whether a segment continues what precedes it. The first may begin anywhere: older ones may have been archived. */
  #continues(header: SegmentHeader, index: number): Finding {
    const last = this.segments.at(-1);
    if (header.segmentIndex !== index) return "FOREIGN";
    if (last === undefined) return this.#beginHere(header);
    if (header.firstSequence <= this.sequence) {
      this.foundSequence = header.firstSequence;
      return "DUPLICATE";
    }
    if (index !== last.index + 1 || header.firstSequence > this.sequence + 1) return "MISSING";
    if (
      header.previousLaneA !== this.laneA ||
      header.previousLaneB !== this.laneB ||
      header.epoch < last.epoch
    )
      return "FOREIGN";
    return "END";
  }

  #beginHere(header: SegmentHeader): Finding {
    this.sequence = header.firstSequence - 1;
    this.laneA = header.previousLaneA;
    this.laneB = header.previousLaneB;
    return "END";
  }

  #isOurs(header: SegmentHeader): boolean {
    return header.account === this.#identity.account && header.environment === this.#identity.environment;
  }

  #readHeader(index: number): FoundSegment {
    const window = this.#window;
    window.open(this.#path(index));
    const { sizeBytes } = window;
    if (sizeBytes < SEGMENT_HEADER_BYTES) return { index, reading: "DAMAGED", sizeBytes, laneA: 0, laneB: 0 };
    if (window.locate(0, SEGMENT_HEADER_BYTES) < 0)
      throw new DiskError("FAILED", `journal: ${this.#path(index)} cannot be read; check the device`);
    const reading = readSegmentHeader(window.bytes);
    const sealer = new RecordSealer();
    sealer.digest(window.words, 0, SEGMENT_HEADER_BYTES / 4);
    return { index, reading, sizeBytes, laneA: sealer.laneA, laneB: sealer.laneB };
  }

  #stop(finding: Finding, segmentIndex: number, offsetBytes: number): false {
    this.finding = finding;
    this.place = { segmentIndex, offsetBytes };
    return false;
  }

  #path(index: number): string {
    return `${this.#directory}/${segmentName(index)}`;
  }
}

// As great as the greatest file needs, so that small journals are examined without a megabyte of zeros each time.
function windowBytesFor(disk: Disk, directory: string, indices: readonly number[]): number {
  let greatest = SEGMENT_HEADER_BYTES;
  for (const index of indices) {
    const file = disk.open(`${directory}/${segmentName(index)}`, "read");
    greatest = Math.max(greatest, disk.sizeBytes(file));
    disk.close(file);
  }
  return Math.min(greatest, WINDOW_BYTES_MAX);
}
