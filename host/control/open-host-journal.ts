import type { Durability, JournalIdentity, JournalStart, JournalWriter, Recovery } from "../journal/index.ts";
import { openLocalJournal, openRingJournal, startSyncThread } from "../journal/index.ts";
import type { Clock, Random } from "../platform/index.ts";
import type { Disk } from "../platform/disk/index.ts";

const SESSION_ID_BYTES = 16;
const NS_PER_MS = 1_000_000n;
const LOW_HALF = 0xffff_ffffn;

export interface HostJournalOptions {
  readonly directory: string;
  readonly identity: JournalIdentity;
  readonly durability: Durability;
  /**
   * Syncs of the level `process` happen on a thread of their own, so that trading never waits for the device. A backtest, which
   * runs without a pause, leaves it out and syncs at its end.
   */
  readonly isSyncedInBackground: boolean;
}

/** A journal that is open for one session of this host. */
export interface HostJournal {
  readonly writer: JournalWriter;
  readonly epoch: number;
  readonly recovery: Recovery;
  /** To be called once, after `writer.close`: waits until its threads have written everything and frees the directory. */
  release(): Promise<void>;
}

/** Locks, recovers and opens the journal for its durability. Throws DiskError "LOCKED" and JournalError. */
export async function openHostJournal(
  disk: Disk,
  options: HostJournalOptions,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<HostJournal> {
  const start = startOf(options, ports);
  if (options.durability === "ring") return openRing(disk, start);
  if (options.durability === "power" || !options.isSyncedInBackground) {
    const { journal, prepared } = openLocalJournal(disk, start, options.durability);
    const release = (): Promise<void> => {
      prepared.lock.release();
      return Promise.resolve();
    };
    return { writer: journal, epoch: prepared.session.epoch, recovery: prepared.recovery, release };
  }
  return openSynced(disk, start);
}

async function openRing(disk: Disk, start: JournalStart): Promise<HostJournal> {
  const { journal, prepared, thread } = openRingJournal(disk, start);
  const release = async (): Promise<void> => {
    await thread.ended.finally(() => {
      prepared.lock.release();
    });
  };
  try {
    await thread.ready;
  } catch (error) {
    prepared.lock.release();
    throw error;
  }
  return { writer: journal, epoch: prepared.session.epoch, recovery: prepared.recovery, release };
}

function openSynced(disk: Disk, start: JournalStart): HostJournal {
  const syncs: ReturnType<typeof startSyncThread>[] = [];
  const { journal, prepared } = openLocalJournal(disk, start, "process", (firstSegment) => {
    const sync = startSyncThread(start.directory, firstSegment);
    syncs.push(sync);
    return sync.client;
  });
  const release = async (): Promise<void> => {
    for (const { client } of syncs) client.stop();
    await Promise.all(syncs.map(({ thread }) => thread.ended)).finally(() => {
      prepared.lock.release();
    });
  };
  return { writer: journal, epoch: prepared.session.epoch, recovery: prepared.recovery, release };
}

function startOf(
  options: HostJournalOptions,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): JournalStart {
  const wallNs = BigInt(clock.wallMs()) * NS_PER_MS;
  return {
    directory: options.directory,
    identity: options.identity,
    sessionId: random.bytes(SESSION_ID_BYTES),
    startWallNsLow: Number(wallNs & LOW_HALF),
    startWallNsHigh: Number(wallNs >> 32n),
    epochFloor: 0,
  };
}
