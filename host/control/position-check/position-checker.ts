import type { TailStart } from "../../journal/index.ts";
import type { Disk } from "../../platform/disk/index.ts";
import { LaneSnapshot } from "./lane-snapshot.ts";
import type { LaneShape } from "./lane-snapshot.ts";
import type { CheckAnswer } from "./position-check.ts";
import { PositionCheck } from "./position-check.ts";

/** What a checker works on. */
export interface CheckerStart {
  /** The journal's folder. */
  readonly directory: string;
  /** Where this session's records begin. */
  readonly start: TailStart;
  readonly shape: LaneShape;
}

export interface CheckerListener {
  onAnswer(answer: CheckAnswer): void;
  /** It has ended by itself, and answers no more. */
  onLost(reason: string): void;
}

/** Where the second computation runs. One question at a time: until its answer has come, the snapshot is the checker's. */
export interface PositionChecker {
  readonly snapshot: LaneSnapshot;
  ask(): void;
  stop(): Promise<void>;
}

export type StartChecker = (start: CheckerStart, listener: CheckerListener) => PositionChecker;

/** A checker within the call, for hosts whose time is virtual and whose disk is in memory. */
export function inlineChecker(disk: Disk): StartChecker {
  return ({ directory, start, shape }, listener) => {
    const snapshot = new LaneSnapshot(shape, new ArrayBuffer(LaneSnapshot.bytesOf(shape)));
    const check = new PositionCheck(disk, directory, start);
    return {
      snapshot,
      ask: () => {
        const answer = check.compare(snapshot, () => false);
        if (answer !== null) listener.onAnswer(answer);
      },
      stop: () => {
        check.close();
        return Promise.resolve();
      },
    };
  };
}
