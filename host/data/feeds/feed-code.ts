/** Where a feed is in its synchronisation; the tables stand with `UpdateIdFeed` and `SequencedFeed`. */
export const FeedState = {
  /** No delta, or no image, since the connection was made: nothing is buffered. */
  EMPTY: 0,
  /** Deltas are buffered until a snapshot comes that reaches them. */
  SYNCING: 1,
  /** The snapshot is in the book, the delta that follows it has not come yet. */
  BRIDGING: 2,
  /** The book holds every update up to its id. The only state in which it is valid. */
  LIVE: 3,
  /** The beginning of an image that comes in several records is in the book, its end not yet. */
  IMAGE: 4,
} as const;
export type FeedState = (typeof FeedState)[keyof typeof FeedState];

/** Why a book is not valid. Kept until it is live again. */
export const InvalidReason = {
  /** The book is valid. */
  NONE: 0,
  NEVER_LIVE: 1,
  DISCONNECTED: 2,
  /** A delta begins after the update that was due. */
  GAP: 3,
  /** A record that is not a BookDelta, or does not fit its bytes, or whose update ids make no sense. */
  STRUCTURE: 4,
  /** A price or size that is negative or above 2^53 - 1. */
  VALUE: 5,
  CROSSED: 6,
  /** The best level came down to where levels had been dropped for want of room, or an image has begun and not ended. */
  INCOMPLETE: 7,
} as const;
export type InvalidReason = (typeof InvalidReason)[keyof typeof InvalidReason];

/** What became of a record that a feed was given. */
export const FeedCode = {
  /** The book was valid, took the delta and is valid. */
  APPLIED: 0,
  /** The delta waits for a snapshot, or the snapshot for a delta. */
  HELD: 1,
  /** A duplicate, or older than what the book holds. Nothing changed. */
  IGNORED: 2,
  /** The book has become valid. */
  BECAME_LIVE: 3,
  /** The book was valid and is not any more: see `invalidReason`. Orders must not rest on it. */
  INVALIDATED: 4,
  /** Refused while the book was not valid; the feed starts over where it must. */
  REFUSED: 5,
  /** What was buffered could not be used any more, and the feed starts over. The book was not valid before. */
  RESTARTED: 6,
} as const;
export type FeedCode = (typeof FeedCode)[keyof typeof FeedCode];

/** Indices into `Feed.counters`; every one only rises. */
export const FeedCounter = {
  /** Delta records received, whatever became of them. */
  DELTAS: 0,
  /** Deltas applied to the book, those from the buffer included. */
  APPLIED: 1,
  /** Deltas and snapshots that were duplicates or late. */
  IGNORED: 2,
  /** Deltas that began after the update that was due, on a live book or in the buffer. */
  GAPS: 3,
  /** Deltas and snapshots refused for their structure, a value, or a crossed or incomplete book. */
  REFUSED: 4,
  /** Refusals because bid and ask crossed or locked. */
  CROSSED: 5,
  /** Snapshot records received, whatever became of them. */
  SNAPSHOTS: 6,
  /** Snapshots that did not reach the first buffered delta. */
  SNAPSHOTS_STALE: 7,
  /** Times the buffer was full. */
  OVERFLOWS: 8,
  /** Times a snapshot was wanted again after the first one. */
  RESYNCS: 9,
  /** Entries of the applied deltas and of accepted and refused snapshots. */
  LEVELS: 10,
} as const;
export const FEED_COUNTER_COUNT = 11;
