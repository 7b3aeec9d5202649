/** What a LocalJournal is made with. */
export interface LocalJournalOptions {
  readonly epoch: number;
  /** true: `commit` waits for the sync. */
  readonly syncOnCommit: boolean;
  readonly payloadBytesMax: number;
  /** A batch that reaches it is written without waiting for a commit. */
  readonly batchBytes: number;
  readonly segmentBytesMax: number;
  /** With a background sync: beyond this many bytes written and not synced, appends are refused with LAG; urgent ones beyond twice as many. */
  readonly unsyncedBytesMax: number;
}
