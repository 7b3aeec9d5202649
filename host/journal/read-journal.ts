import type { Disk } from "../platform/disk/index.ts";
import { FileWindow } from "./file-window.hot.ts";
import { Found, RecordCursor } from "./record-cursor.hot.ts";
import type { Recovery } from "./recovery.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import { segmentName } from "./segment-name.ts";

const WINDOW_BYTES = 1 << 20;

/**
 * The records of a recovered journal in order, checked again as they are read. `record` is one object for all of them; what it shows is valid
 * until the next `next`.
 */
export class JournalReader {
  readonly record: RecordCursor;
  readonly #directory: string;
  readonly #segments: Recovery["segments"];
  readonly #window: FileWindow;
  #segment = -1;

  constructor(disk: Disk, directory: string, segments: Recovery["segments"]) {
    this.#directory = directory;
    this.#segments = segments;
    this.#window = new FileWindow(disk, WINDOW_BYTES);
    this.record = new RecordCursor(this.#window);
  }

  /** Goes to the next record; false after the last. Throws where the journal is no longer what the recovery saw. */
  next(): boolean {
    for (;;) {
      const segment = this.#segments[this.#segment];
      if (segment !== undefined && this.record.nextOffset < segment.bytes) {
        if (this.record.next() === Found.RECORD) return true;
        const name = `${this.#directory}/${segmentName(segment.index)}`;
        throw new Error(
          `journal: ${name} has changed at ${this.record.nextOffset} since its recovery; halt and recover again`,
        );
      }
      if (!this.#openNext()) return false;
    }
  }

  /** Index of the segment that holds the current record. */
  get segmentIndex(): number {
    return this.#segments[this.#segment]?.index ?? 0;
  }

  close(): void {
    this.#window.close();
  }

  #openNext(): boolean {
    const segment = this.#segments[this.#segment + 1];
    if (segment === undefined) return false;
    this.#segment++;
    this.#window.open(`${this.#directory}/${segmentName(segment.index)}`);
    this.record.start(
      SEGMENT_HEADER_BYTES,
      segment.firstSequence - 1,
      segment.epoch,
      segment.headerLaneA,
      segment.headerLaneB,
    );
    return true;
  }
}

/** Reads a journal that `recover` or `inspectJournal` found usable, from its first record. Close the reader when done. */
export function readJournal(disk: Disk, directory: string, recovery: Recovery): JournalReader {
  if (!recovery.isUsable) throw new Error(`${recovery.message}; a journal in this state is not replayed`);
  return new JournalReader(disk, directory, recovery.segments);
}
