import type { Disk, DiskLock } from "../platform/disk/index.ts";
import type { BackgroundSync } from "./background-sync.ts";
import { takeBootEpoch } from "./boot-epoch.ts";
import { JournalError } from "./journal-error.ts";
import type { JournalOptions } from "./journal-options.ts";
import { JOURNAL_DEFAULTS, checkJournalOptions } from "./journal-options.ts";
import type { Durability } from "./journal-writer.ts";
import { LocalJournal } from "./local-journal.hot.ts";
import type { Recovery, RecoveryKnowledge } from "./recovery.ts";
import { recover } from "./recovery.ts";
import type { JournalIdentity, JournalSession } from "./segment-header.ts";
import { SegmentWriter } from "./segment-writer.ts";

/** One boot, as the composition root knows it. */
export interface JournalStart {
  readonly directory: string;
  readonly identity: JournalIdentity;
  /** 16 random bytes. */
  readonly sessionId: Uint8Array;
  /** Wall clock at the session's start in ns since 1970, two unsigned halves. */
  readonly startWallNsLow: number;
  readonly startWallNsHigh: number;
  /** Highest epoch seen elsewhere (a replica, our orders at a venue); 0 for none. */
  readonly epochFloor: number;
  /** Sizes that differ from JOURNAL_DEFAULTS. */
  readonly options?: Partial<JournalOptions>;
  readonly knowledge?: RecoveryKnowledge;
}

/** A journal that was locked and recovered and whose boot epoch is on stable storage. Nothing was appended yet. */
export interface PreparedJournal {
  readonly recovery: Recovery;
  readonly session: JournalSession;
  readonly options: JournalOptions;
  /** Release it after the journal was closed. */
  readonly lock: DiskLock;
}

/**
 * Locks the directory, recovers the journal and takes the boot epoch. Throws DiskError "LOCKED" where another process has it, JournalError where the verdict
 * forbids the start; then the lock is free again.
 */
export function prepareJournal(disk: Disk, start: JournalStart): PreparedJournal {
  const options = checkJournalOptions({ ...JOURNAL_DEFAULTS, ...start.options });
  disk.makeDirectory(start.directory);
  const lock = disk.lock(`${start.directory}/LOCK`);
  try {
    const recovery = recover(disk, start.directory, start.identity, start.knowledge);
    if (!recovery.isUsable) throw new JournalError(recovery.verdict, recovery.message);
    const epoch = takeBootEpoch(disk, start.directory, Math.max(start.epochFloor, recovery.highestEpoch));
    const { sessionId, startWallNsLow, startWallNsHigh } = start;
    return { recovery, session: { sessionId, epoch, startWallNsLow, startWallNsHigh }, options, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Begins the session's first segment and puts it on stable storage: from then on it proves that everything before was. Throws JournalError. */
export function beginSession(
  disk: Disk,
  start: Pick<JournalStart, "directory" | "identity">,
  prepared: Omit<PreparedJournal, "lock">,
): SegmentWriter {
  const { recovery, session, options } = prepared;
  const segments = new SegmentWriter(
    disk,
    start.directory,
    start.identity,
    session,
    recovery.segmentIndex,
    options.reserveBytes,
  );
  let code = segments.begin(recovery.sequence, recovery.laneA, recovery.laneB, recovery.sequence);
  if (code >= 0) code = segments.sync();
  if (code >= 0) code = segments.syncDirectory();
  if (code < 0) throw new JournalError("START_FAILED", segments.failure);
  return segments;
}

/**
 * Opens the journal for the levels `process` and `power`. With a background sync (made for the session's first segment; only at `process`) this
 * thread never waits for the device.
 */
export function openLocalJournal(
  disk: Disk,
  start: JournalStart,
  durability: Exclude<Durability, "ring">,
  background?: (firstSegmentIndex: number) => BackgroundSync,
): { readonly journal: LocalJournal; readonly prepared: PreparedJournal } {
  const prepared = prepareJournal(disk, start);
  try {
    const segments = beginSession(disk, start, prepared);
    const { session, options, recovery } = prepared;
    const syncOnCommit = durability === "power";
    const sync = syncOnCommit ? undefined : background?.(segments.segmentIndex);
    const journal = new LocalJournal(
      segments,
      recovery,
      { ...options, epoch: session.epoch, syncOnCommit },
      sync,
    );
    return { journal, prepared };
  } catch (error) {
    prepared.lock.release();
    throw error;
  }
}
