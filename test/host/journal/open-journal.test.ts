import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  JOURNAL_DEFAULTS,
  JournalError,
  Progress,
  inspectJournal,
  openLocalJournal,
  startSyncThread,
} from "../../../host/journal/index.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import { DiskError, NodeDisk } from "../../../host/platform/disk/index.ts";
import {
  DIRECTORY,
  IDENTITY,
  STATE_HASH,
  TIME,
  appendNext,
  journalStart,
  writeJournal,
} from "../../support/journal-fixture.ts";
import { SimDisk } from "../../support/sim-disk.ts";

const root = mkdtempSync(join(tmpdir(), "sandpit-journal-"));
after(() => rmSync(root, { recursive: true }));

test("[J16] a second opener is refused before it reads or writes anything, and may open after the first has gone", () => {
  const disk = new SimDisk();
  const { journal, prepared } = openLocalJournal(disk, journalStart(), "process");
  const calls = disk.calls;
  assert.throws(
    () => openLocalJournal(disk, journalStart(), "process"),
    (error) => error instanceof DiskError && error.code === "LOCKED",
  );
  assert.equal(disk.calls, calls);
  journal.close(TIME, STATE_HASH);
  prepared.lock.release();
  openLocalJournal(disk, journalStart(), "process").prepared.lock.release();
});

test("[J15] [C12] a journal that may not be started gives its verdict, takes no epoch and frees the lock", () => {
  const disk = new SimDisk();
  writeJournal(disk, 5, 5, "process");
  const before = disk.paths();
  const foreign = journalStart({ identity: { account: "main", environment: "live" } });
  assert.throws(
    () => openLocalJournal(disk, foreign, "process"),
    (error) => error instanceof JournalError && error.code === "FOREIGN",
  );
  assert.deepEqual(disk.paths(), before);
  disk.lock(`${DIRECTORY}/LOCK`).release();
});

test("[C12] each session has its own segment and epoch, and the numbers go on", () => {
  const disk = new SimDisk();
  for (let session = 1; session <= 3; session++)
    writeJournal(disk, 4, 4, "process", journalStart({ epochFloor: session === 3 ? 50 : 0 }));
  const { segments, sequence, highestEpoch } = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual(
    segments.map(({ epoch }) => epoch),
    [1, 2, 51],
  );
  assert.deepEqual([sequence, highestEpoch], [12, 51]);
});

test("[C12] with the epoch files lost the journal's own epochs are the floor", () => {
  const disk = new SimDisk();
  for (let session = 1; session <= 3; session++) writeJournal(disk, 4, 4, "process");
  for (const slot of [0, 1]) disk.remove(`${DIRECTORY}/EPOCH-${slot}`);
  const { prepared } = openLocalJournal(disk, journalStart(), "process");
  assert.equal(prepared.session.epoch, 4);
});

test("a first segment that cannot be put on stable storage refuses the start and frees the lock [J9]", () => {
  let refused = 0;
  for (let call = 1; call <= 12; call++) {
    const disk = new SimDisk();
    disk.inject(call, "EIO");
    try {
      openLocalJournal(disk, journalStart(), "process");
    } catch (error) {
      assert.ok(error instanceof JournalError || error instanceof DiskError);
      disk.lock(`${DIRECTORY}/LOCK`).release();
      refused++;
    }
  }
  assert.ok(refused >= 8, `${refused} refused`);
});

test("sizes that contradict each other are refused by name", () => {
  for (const [name, value] of [
    ["payloadBytesMax", 2 ** 27],
    ["batchBytes", 8],
    ["segmentBytesMax", 100],
    ["reserveBytes", -1],
    ["ringBytes", 0.5],
  ] as const) {
    assert.throws(
      () => openLocalJournal(new SimDisk(), journalStart({ options: { [name]: value } }), "process"),
      new RegExp(name),
    );
  }
  assert.ok(JOURNAL_DEFAULTS.reserveBytes > 0);
});

test("on the real file system a journal is written, recovered and synced by a thread of its own", async () => {
  const directory = join(root, "synced");
  const disk = new NodeDisk();
  const threads: ReturnType<typeof startSyncThread>[] = [];
  const start = journalStart({ directory, options: { segmentBytesMax: 4000, reserveBytes: 4096 } });
  const { journal, prepared } = openLocalJournal(disk, start, "process", (segmentIndex) => {
    const started = startSyncThread(directory, segmentIndex);
    threads.push(started);
    return started.client;
  });
  const [sync] = threads;
  assert.ok(sync);
  await sync.thread.ready;
  for (let index = 0; index < 100; index++) {
    appendNext(journal);
    assert.equal(journal.commit(), 0);
  }
  // The sync thread answers within milliseconds; the bound only ends a broken run.
  for (let attempt = 0; journal.sync() !== 0 && attempt < 5000; attempt++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(journal.progress[Progress.SYNCED], journal.progress[Progress.LAST]);
  sync.client.stop();
  await sync.thread.ended;
  assert.equal(journal.close(TIME, STATE_HASH), 0);
  prepared.lock.release();
  const recovery = inspectJournal(disk, directory, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.isClosed], ["CLEAN", true]);
  assert.ok(recovery.segments.length > 2);
});

test("[J17] on the real file system a removed segment fails the journal at the next sync", () => {
  const directory = join(root, "removed");
  const { journal } = openLocalJournal(new NodeDisk(), journalStart({ directory }), "power");
  appendNext(journal);
  assert.equal(journal.commit(), 0);
  rmSync(join(directory, segmentName(1)));
  appendNext(journal);
  assert.equal(journal.commit(), -4);
});

test("[J16] a lock file of a process that died does not keep the host from starting", () => {
  const directory = mkdtempSync(join(root, "stale-"));
  writeFileSync(join(directory, "LOCK"), "99999999 1 -");
  openLocalJournal(new NodeDisk(), journalStart({ directory }), "process").prepared.lock.release();
});
