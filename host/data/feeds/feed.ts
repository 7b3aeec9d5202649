import type { TickBook } from "../books/index.ts";
import type { FeedCode, FeedState, InvalidReason } from "./feed-code.ts";

/** By which rules a venue's books are kept equal to its own. Told by the venue's registration, never guessed. */
export const FeedKind = {
  /** Deltas with the ids of their first and last update, snapshots on request: UpdateIdFeed. */
  UPDATE_ID: "update-id",
  /** Images and updates on one line whose messages are numbered: SequencedFeed. */
  SEQUENCED: "sequenced",
} as const;
export type FeedKind = (typeof FeedKind)[keyof typeof FeedKind];

/** Keeps the book of one instrument. Nothing here allocates, and all arguments and results are integers. */
export interface Feed {
  readonly kind: FeedKind;
  readonly book: TickBook;
  /** See `FeedCounter`. Read only. */
  readonly counters: Float64Array;
  /** One cell: the id of the last update that the book holds; 0 while it holds none. Read only. */
  readonly updateId: Float64Array;
  readonly state: FeedState;
  readonly invalidReason: InvalidReason;
  /** 1 when the book can only go on from a new image, and that is to be asked for; the one who asks sets it to 0. */
  needsSnapshot: number;
  /** Whether the book may be read. A valid book may still be stale. */
  readonly isValid: boolean;
  isStale(): boolean;
  /** Takes a BookDelta record that is a DELTA: `blockByte` is where its block begins, `limitByte` where the plugin's bytes end. */
  onDelta(i32: Int32Array, blockByte: number, limitByte: number): FeedCode;
  /** Takes a BookDelta record that is an image, or a part of one. */
  onSnapshot(i32: Int32Array, blockByte: number, limitByte: number): FeedCode;
  /** What comes next on the line does not follow what came: the book is invalid. */
  onDisconnect(): void;
  /** Fills the block of a BookTop record but for timeNs. Only sensible while the book is valid. */
  copyTop(target: Int32Array, blockByte: number): void;
}
