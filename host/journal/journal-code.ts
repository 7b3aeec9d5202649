/** What an append, a commit or a sync answers when it refuses. All are negative; 0 and above is success. What lies below LAG is final for the writer. */
export const JournalCode = {
  OK: 0,
  /**
   * The disk is full, or a caller without urgency met the reserved headroom. Nothing was appended. Send no new order; cancels, halts and
   * execution reports go through `appendUrgent`. Stays until a restart on a disk with room.
   */
  JOURNAL_FULL: -1,
  /** The payload exceeds the configured maximum, or does not lie within its source. Nothing was appended. */
  TOO_LARGE: -2,
  /** The disk is behind by more than the bound. Nothing was appended: do not consume the input; try again. */
  LAG: -3,
  /** A write or a sync failed once. Final: what reached the disk is unknown; halt and restart from the disk. */
  FAILED: -4,
  /** The writer was closed. */
  CLOSED: -5,
  /** From `sync` alone: the sync was asked for and has not completed. Ask again. */
  PENDING: -6,
} as const;
export type JournalCode = (typeof JournalCode)[keyof typeof JournalCode];
