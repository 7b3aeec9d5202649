import type { Verdict } from "./recovery-table.ts";

/** A verdict of the recovery that forbids the start; EPOCH_DAMAGED, EPOCH_EXHAUSTED: the boot epoch; START_FAILED: the first segment; WRITE_FAILED: the journal thread. */
export type JournalErrorCode =
  | Verdict
  | "EPOCH_DAMAGED"
  | "EPOCH_EXHAUSTED"
  | "START_FAILED"
  | "WRITE_FAILED";

/** The journal cannot be opened or went on no longer; the host must not trade. The text says what, where, and the remedy. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
