/** Cells of {@link JournalWriter.progress}. */
export const Progress = {
  /** Sequence number of the last appended record. */
  LAST: 0,
  /** Sequence number up to which the operating system has everything: it survives the death of the process. */
  WRITTEN: 1,
  /** Sequence number up to which everything is on stable storage: it survives a power cut. */
  SYNCED: 2,
} as const;

/** What a commit waits for. `process`: the write. `power`: the sync. `ring`: the publication to the journal thread. */
export type Durability = "process" | "power" | "ring";

/**
 * The journal as the trading thread sees it: every input is appended in the order of its consumption, every intent before its bytes leave.
 * No call throws and none allocates per record. Refusals are {@link JournalCode}s, all negative.
 */
export interface JournalWriter {
  /**
   * Appends a record. The time is read from `timeNs[0]` (ns since the session's start): a cell, because a double as an argument may
   * allocate. Answers the low 31 bits of the record's sequence number (the whole is `progress[Progress.LAST]`) or a refusal, after
   * which nothing was appended.
   */
  append(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number;
  /** As `append`, into the headroom that is kept for cancels, halts and execution reports when disk or ring are full. */
  appendUrgent(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number;
  /** Makes everything appended durable at the configured level. Send the order's bytes only if it answers 0. */
  commit(): number;
  /** Gives what was appended to whoever writes it: off an order's way, so that the next commit has less to do. What it meets shows in the next call. */
  handOver(): void;
  /** Asks for everything appended to be on stable storage. Answers 0 when it is, PENDING while another thread is at it, or a refusal. */
  sync(): number;
  /** Writes and syncs everything, then a CLOSE record with the final state hash. With a journal thread: asks it to. */
  close(timeNs: Float64Array, finalStateHash: Uint8Array): number;
  /** Cells by {@link Progress}. */
  readonly progress: Float64Array;
}
