import assert from "node:assert/strict";
import { test } from "node:test";
import {
  JournalCode,
  Progress,
  SyncClient,
  SyncServer,
  inspectJournal,
  openLocalJournal,
} from "../../../host/journal/index.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import { DIRECTORY, IDENTITY, appendNext, journalStart } from "../../support/journal-fixture.ts";
import { SimDisk } from "../../support/sim-disk.ts";
import { listedChooser } from "../../support/sim-inode.ts";

/** A journal at `process` whose background sync is served by hand. */
function openServed(segmentBytesMax: number): {
  disk: SimDisk;
  server: SyncServer;
  client: SyncClient;
  journal: ReturnType<typeof openLocalJournal>["journal"];
} {
  const disk = new SimDisk();
  const control = new SharedArrayBuffer(256);
  const client = new SyncClient(control);
  const server = new SyncServer(disk, DIRECTORY, new Int32Array(control), 1);
  const { journal } = openLocalJournal(
    disk,
    journalStart({ options: { segmentBytesMax } }),
    "process",
    () => client,
  );
  return { disk, server, client, journal };
}

test("what the server has synced survives a power cut, over segments that were rolled in between", () => {
  const { disk, server, journal } = openServed(900);
  for (let round = 0; round < 10; round++) {
    for (let index = 0; index < 5; index++) appendNext(journal);
    journal.commit();
    assert.equal(server.serve(), true);
    journal.commit();
  }
  const synced = journal.progress[Progress.SYNCED] ?? 0;
  assert.ok(synced > 20);
  disk.crash(
    listedChooser(
      Array.from({ length: 200 }, () => "LOSE" as const),
      0,
    ),
  );
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.ok(recovery.isUsable && recovery.sequence >= synced, recovery.message);
});

test("[J9] a sync that fails stops the server and the journal for ever", () => {
  const { disk, server, journal } = openServed(10_000);
  appendNext(journal);
  journal.commit();
  disk.inject(disk.calls + 1, "EIO");
  assert.equal(server.serve(), true);
  assert.ok(server.isFinished);
  assert.match(server.failure, /a sync of .* failed/);
  assert.equal(journal.commit(), JournalCode.FAILED);
  assert.equal(server.serve(), false);
});

test("[J17] a segment that was removed before its sync fails the journal", () => {
  const { disk, server, journal } = openServed(10_000);
  appendNext(journal);
  journal.commit();
  disk.remove(`${DIRECTORY}/${segmentName(1)}`);
  server.serve();
  assert.equal(journal.commit(), JournalCode.FAILED);
});

test("a server without a request does nothing and ends when told", () => {
  const { disk, server, client } = openServed(10_000);
  const { calls } = disk;
  assert.equal(server.serve(), false);
  client.stop();
  assert.equal(server.serve(), false);
  assert.ok(server.isFinished);
  assert.equal(disk.calls, calls);
});
