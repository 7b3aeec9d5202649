import type { Disk } from "../platform/disk/index.ts";
import { DiskError } from "../platform/disk/index.ts";
import { JournalExamination } from "./journal-examination.ts";
import type { Finding, Verdict } from "./recovery-table.ts";
import { decideRecovery } from "./recovery-table.ts";
import type { JournalIdentity } from "./segment-header.ts";
import { segmentName } from "./segment-name.ts";
import type { JournalPlace, SegmentSpan } from "./segment-span.ts";
import type { JournalPosition } from "./segment-writer.ts";
import { syncSegment } from "./segment-writer.ts";

/** The state of a journal and what may be done with it. */
export interface Recovery extends JournalPosition {
  readonly verdict: Verdict;
  /** CLEAN or TORN_TAIL: the journal may be appended to and replayed. */
  readonly isUsable: boolean;
  readonly finding: Finding;
  readonly segments: readonly SegmentSpan[];
  /** Highest epoch of an intact segment, 0 where there is none. */
  readonly highestEpoch: number;
  /** The last record is a CLOSE: the session ended in order. */
  readonly isClosed: boolean;
  /** Bytes after the last whole record, in all files: cut (TORN_TAIL) or in question. */
  readonly bytesLost: number;
  /** Where the finding is. */
  readonly place: JournalPlace;
  /** DUPLICATE_SEQ: where the sequence number was first. */
  readonly otherPlace: JournalPlace | undefined;
  /** What was found, where, and the remedy. */
  readonly message: string;
}

/** Highest sequence number that somebody else (a replica, a snapshot) knows to have been synced; 0 for nobody. */
export interface RecoveryKnowledge {
  readonly syncedSequence: number;
}

const NO_KNOWLEDGE: RecoveryKnowledge = { syncedSequence: 0 };

/** Examines the journal in `directory` and changes nothing. Throws DiskError where it cannot be read. */
export function inspectJournal(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  knowledge: RecoveryKnowledge = NO_KNOWLEDGE,
): Recovery {
  const examination = new JournalExamination(disk, directory, identity);
  try {
    examination.run();
    const wasSynced = Math.max(examination.syncedSequence(), knowledge.syncedSequence) > examination.sequence;
    const decision = decideRecovery(examination.finding, wasSynced);
    return {
      verdict: decision.verdict,
      isUsable: decision.act === "START" || decision.act === "TRUNCATE",
      finding: examination.finding,
      segmentIndex: examination.segments.at(-1)?.index ?? 0,
      sequence: examination.sequence,
      laneA: examination.laneA,
      laneB: examination.laneB,
      segments: examination.segments,
      highestEpoch: examination.highestEpoch,
      isClosed: examination.isClosed,
      bytesLost: examination.bytesLost(),
      place: examination.place,
      otherPlace:
        examination.finding === "DUPLICATE" ? examination.firstPlaceOf(examination.foundSequence) : undefined,
      message: describe(decision.verdict, examination, directory),
    };
  } finally {
    examination.close();
  }
}

/**
 * Examines the journal and, where the verdict is TORN_TAIL, cuts it after its last whole record; then puts it on stable storage as it is. Any other damage
 * changes nothing. May be repeated and interrupted at any step. Throws DiskError where the disk fails.
 */
export function recover(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  knowledge: RecoveryKnowledge = NO_KNOWLEDGE,
): Recovery {
  const recovery = inspectJournal(disk, directory, identity, knowledge);
  if (!recovery.isUsable) return recovery;
  if (recovery.verdict === "TORN_TAIL") cut(disk, directory, recovery);
  // What was read may have come from the cache: from here on it counts as synced.
  for (const segment of recovery.segments) syncSegment(disk, directory, segment.index);
  disk.syncDirectory(directory);
  return recovery;
}

/** Later segments go first, the last of them before the others, so that an interruption leaves what the next run cuts at the same place. */
function cut(disk: Disk, directory: string, recovery: Recovery): void {
  const last = recovery.segments.at(-1);
  const names = disk
    .list(directory)
    .filter((name) => name.endsWith(".journal") && name > segmentName(last?.index ?? 0));
  for (const name of names.toReversed()) disk.remove(`${directory}/${name}`);
  if (last === undefined) return;
  const file = disk.open(`${directory}/${segmentName(last.index)}`, "append");
  try {
    if (disk.sizeBytes(file) > last.bytes) disk.truncate(file, last.bytes);
    if (disk.sync(file) < 0)
      throw new DiskError(
        "FAILED",
        `journal: a sync of ${segmentName(last.index)} failed; check the device and restart`,
      );
  } finally {
    disk.close(file);
  }
}

const REMEDIES: Readonly<Record<Verdict, string>> = {
  CLEAN: "nothing to do",
  TORN_TAIL: "what follows had not been synced and is cut",
  CORRUPT_BEFORE_SYNCED: "it had been synced; repair the journal from a replica",
  HOLE: "records are absent that must be there; repair the journal from a replica",
  FOREIGN: "move the file out of the directory, or start with the identity it was written for",
  NEWER_FORMAT: "start the version that wrote it, or a later one",
  DUPLICATE_SEQ: "two writers or a copied file; find out which record was acted upon before repairing",
};

function describe(verdict: Verdict, examination: JournalExamination, directory: string): string {
  const { place, sequence, finding } = examination;
  const where =
    place.segmentIndex === 0
      ? directory
      : `${directory}/${segmentName(place.segmentIndex)}, offset ${place.offsetBytes}`;
  return `journal: ${verdict} (${finding}) after record ${sequence} at ${where}; ${REMEDIES[verdict]}`;
}
