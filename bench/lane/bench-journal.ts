import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHostJournal } from "../../host/control/open-host-journal.ts";
import type { Durability, JournalWriter } from "../../host/journal/index.ts";
import { RingJournal } from "../../host/journal/index.ts";
import { SystemClock, SystemRandom } from "../../host/platform/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";

const PAUSE_MS = 0.5;

/** A journal in a directory of its own, which goes with it. */
export interface BenchJournal {
  readonly writer: JournalWriter;
  /** Waits, asleep, until the journal's thread has written everything: a rate that it cannot keep up with is none. */
  settle(): void;
  close(): Promise<void>;
}

/** Opens a real journal below the system's directory for temporary files, as a live host opens its own: syncs on another thread. */
export async function openBenchJournal(durability: Durability): Promise<BenchJournal> {
  const directory = mkdtempSync(join(tmpdir(), "sandpit-bench-"));
  const identity = { account: "bench", environment: "development" };
  const options = { directory, identity, durability, isSyncedInBackground: true };
  const journal = await openHostJournal(new NodeDisk(), options, {
    clock: new SystemClock(),
    random: new SystemRandom(),
  });
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const settle = (): void => {
    const { writer } = journal;
    writer.commit();
    while (writer instanceof RingJournal && !writer.isDrained()) Atomics.wait(pause, 0, 0, PAUSE_MS);
  };
  const close = async (): Promise<void> => {
    journal.writer.close(new Float64Array(1), new Uint8Array(32));
    await journal.release();
    rmSync(directory, { recursive: true });
  };
  return { writer: journal.writer, settle, close };
}
