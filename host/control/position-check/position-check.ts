import type { TailStart } from "../../journal/index.ts";
import { JournalTail } from "../../journal/index.ts";
import type { Disk } from "../../platform/disk/index.ts";
import type { Disagreement } from "./compare-positions.ts";
import { comparePositions } from "./compare-positions.ts";
import { JournalledPositions } from "./journalled-positions.ts";
import type { LaneSnapshot } from "./lane-snapshot.ts";

/** Differences that are told in one answer; more are of the same cause. */
const DISAGREEMENTS_MAX = 32;

/** What one comparison came to. */
export type CheckAnswer =
  | {
      readonly state: "compared";
      readonly sequence: number;
      /** Of the session, folded so far. */
      readonly fills: number;
      /** None: both computations agree. The first 32 otherwise. */
      readonly disagreements: readonly Disagreement[];
    }
  | { readonly state: "unreadable"; readonly sequence: number; readonly reason: string };

/** The second computation while the journal grows: each question reads on from where the last one stopped. */
export class PositionCheck {
  private readonly tail: JournalTail;
  private readonly journalled: JournalledPositions = new JournalledPositions();
  private broken: string | null = null;

  constructor(disk: Disk, directory: string, start: TailStart) {
    this.tail = new JournalTail(disk, directory, start);
  }

  /** Folds the journal up to the snapshot's sequence number and compares. A journal that could not be read is not tried again: what it would hold is unknown. Null where `isEnding` said so before the end. */
  compare(snapshot: LaneSnapshot, isEnding: () => boolean): CheckAnswer | null {
    const { tail, journalled } = this;
    const { sequence } = snapshot;
    try {
      while (this.broken === null && tail.next(sequence)) {
        journalled.take(tail.record);
        if (isEnding()) return null;
      }
    } catch (error) {
      this.broken = error instanceof Error ? error.message : String(error);
    }
    if (this.broken !== null) return { state: "unreadable", sequence, reason: this.broken };
    if (journalled.lane === null)
      return { state: "unreadable", sequence, reason: "journal: the session has no configuration" };
    const disagreements = comparePositions(journalled.lane, snapshot, journalled).slice(0, DISAGREEMENTS_MAX);
    return { state: "compared", sequence, fills: journalled.fills, disagreements };
  }

  close(): void {
    this.tail.close();
  }
}
