import type { Disk } from "../platform/disk/index.ts";
import { FileWindow } from "./file-window.hot.ts";
import { Found, RecordCursor } from "./record-cursor.hot.ts";
import { RecordSealer } from "./record-seal.hot.ts";
import type { SegmentHeader } from "./segment-header.ts";
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { segmentName } from "./segment-name.ts";

const WINDOW_BYTES = 1 << 18;

/** Where a session's records begin. */
export interface TailStart {
  /** Index of its first segment. */
  readonly segmentIndex: number;
  /** Sequence number of the last record before it, 0 where there was none. */
  readonly sequence: number;
}

/**
 * The records of a session that another thread, or this one, is still writing, in order and each checked. It reads no further than it is told
 * has been written: what lies behind may be half a record.
 */
export class JournalTail {
  readonly record: RecordCursor;
  readonly #directory: string;
  readonly #window: FileWindow;
  readonly #sealer: RecordSealer = new RecordSealer();
  #nextSegment: number;
  #isOpen = false;

  constructor(disk: Disk, directory: string, { segmentIndex, sequence }: TailStart) {
    this.#directory = directory;
    this.#nextSegment = segmentIndex;
    this.#window = new FileWindow(disk, WINDOW_BYTES);
    this.record = new RecordCursor(this.#window);
    this.record.sequence = sequence;
  }

  /** Goes to the next record; false where the last one had the number `untilSequence`. Throws Error where the journal does not hold what it must, DiskError where it cannot be read. */
  next(untilSequence: number): boolean {
    const { record } = this;
    if (record.sequence >= untilSequence) return false;
    if (!this.#isOpen) this.#openNext();
    let found = record.next();
    if (found !== Found.RECORD) {
      this.#window.refresh();
      found = record.next();
    }
    while (found === Found.END) {
      this.#openNext();
      found = record.next();
    }
    if (found === Found.RECORD) return true;
    throw new Error(
      `journal: record ${record.sequence + 1} was written and cannot be read back from ${segmentName(this.#nextSegment - 1)}, offset ${record.nextOffset}; halt, and look at the disk`,
    );
  }

  close(): void {
    this.#window.close();
    this.#isOpen = false;
  }

  /** A segment that does not continue the last one is as bad as a record that does not. */
  #openNext(): void {
    const { record } = this;
    const index = this.#nextSegment;
    this.#window.open(`${this.#directory}/${segmentName(index)}`);
    const header = this.#header();
    const isNext = header?.segmentIndex === index && header.firstSequence === record.sequence + 1;
    const isChained =
      !this.#isOpen || (header?.previousLaneA === record.laneA && header.previousLaneB === record.laneB);
    if (header === null || !isNext || !isChained)
      throw new Error(
        `journal: ${segmentName(index)} does not go on after record ${record.sequence}; halt, and look at the journal's folder`,
      );
    const { laneA, laneB } = this.#sealer;
    record.start(SEGMENT_HEADER_BYTES, record.sequence, header.epoch, laneA, laneB);
    this.#nextSegment = index + 1;
    this.#isOpen = true;
  }

  /** The header, and in the sealer the hash that the first record continues. */
  #header(): SegmentHeader | null {
    const at =
      this.#window.sizeBytes < SEGMENT_HEADER_BYTES ? -1 : this.#window.locate(0, SEGMENT_HEADER_BYTES);
    if (at < 0) return null;
    const reading = readSegmentHeader(this.#window.bytes.subarray(at, at + SEGMENT_HEADER_BYTES));
    this.#sealer.digest(this.#window.words, at >> 2, SEGMENT_HEADER_BYTES >> 2);
    return typeof reading === "string" ? null : reading;
  }
}
