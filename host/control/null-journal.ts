import type { JournalWriter } from "../journal/index.ts";
import { JournalCode } from "../journal/index.ts";

const PROGRESS_CELLS = 8;

/** Takes everything and keeps nothing: for a replay, whose inputs are in a journal already. */
export class NullJournal implements JournalWriter {
  readonly progress: Float64Array = new Float64Array(PROGRESS_CELLS);

  append(..._record: Parameters<JournalWriter["append"]>): number {
    return JournalCode.OK;
  }

  appendUrgent(..._record: Parameters<JournalWriter["appendUrgent"]>): number {
    return JournalCode.OK;
  }

  commit(): number {
    return JournalCode.OK;
  }

  handOver(): void {}

  sync(): number {
    return JournalCode.OK;
  }

  close(): number {
    return JournalCode.OK;
  }
}
