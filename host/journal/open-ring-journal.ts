import type { Disk } from "../platform/disk/index.ts";
import type { Thread } from "../platform/threads/index.ts";
import { startThread } from "../platform/threads/index.ts";
import type { JournalOptions } from "./journal-options.ts";
import type { JournalStart, PreparedJournal } from "./open-journal.ts";
import { prepareJournal } from "./open-journal.ts";
import type { Recovery } from "./recovery.ts";
import { RingJournal } from "./ring-journal.hot.ts";
import { makeRing } from "./ring-layout.ts";
import type { JournalIdentity, JournalSession } from "./segment-header.ts";

/** What the journal thread is started with. */
export interface JournalThreadInput {
  readonly ring: SharedArrayBuffer;
  readonly directory: string;
  readonly identity: JournalIdentity;
  readonly recovery: Recovery;
  readonly session: JournalSession;
  readonly options: JournalOptions;
}

/** A journal of the level `ring` and its thread. Await `thread.ready` before the first append, `thread.ended` after the close, then release the lock. */
export interface OpenRingJournal {
  readonly journal: RingJournal;
  readonly prepared: PreparedJournal;
  readonly thread: Thread;
}

/** Opens the journal for the level `ring` in the real file system: locks and recovers through `disk` here, appends on a thread. */
export function openRingJournal(disk: Disk, start: JournalStart): OpenRingJournal {
  const prepared = prepareJournal(disk, start);
  try {
    const { recovery, session, options } = prepared;
    const ring = makeRing(options.ringBytes);
    const journal = new RingJournal(ring, recovery.sequence, { ...options, epoch: session.epoch });
    const input: JournalThreadInput = {
      ring,
      directory: start.directory,
      identity: start.identity,
      recovery,
      session,
      options,
    };
    return { journal, prepared, thread: startThread(new URL("./journal-thread.ts", import.meta.url), input) };
  } catch (error) {
    prepared.lock.release();
    throw error;
  }
}
