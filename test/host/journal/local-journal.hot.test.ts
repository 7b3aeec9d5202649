import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackgroundSync, LocalJournal } from "../../../host/journal/index.ts";
import {
  JournalCode,
  Progress,
  RecordType,
  inspectJournal,
  openLocalJournal,
  recover,
} from "../../../host/journal/index.ts";
import { writeSegmentHeader } from "../../../host/journal/segment-header.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import {
  DIRECTORY,
  IDENTITY,
  STATE_HASH,
  TIME,
  appendNext,
  journalStart,
  payloadOf,
  readAll,
} from "../../support/journal-fixture.ts";
import type { Injection } from "../../support/sim-disk.ts";
import { SimDisk } from "../../support/sim-disk.ts";
import { listedChooser } from "../../support/sim-inode.ts";

const FIRST = `${DIRECTORY}/${segmentName(1)}`;
const BYTES = Buffer.alloc(5000, 7);

test("what is appended is read back in order with its type, channel, time and bytes", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart(), "process");
  const time = new Float64Array(1);
  for (let index = 1; index <= 50; index++) {
    time[0] = index * 1e9 + 0.25;
    const payload = payloadOf(index);
    assert.equal(
      journal.append(
        index % 7,
        65535 - index,
        time,
        Buffer.concat([Buffer.alloc(3), payload]),
        3,
        payload.length,
      ),
      index,
    );
  }
  assert.equal(journal.commit(), 0);
  const records = readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY));
  assert.equal(records.length, 50);
  for (const [index, record] of records.entries()) {
    const sequence = index + 1;
    assert.deepEqual(
      [record.sequence, record.type, record.channel, record.timeNs],
      [sequence, sequence % 7, 65535 - sequence, sequence * 1e9 + 0.25],
    );
    assert.equal(record.payload, payloadOf(sequence).toString("hex"));
  }
});

test("a record lies on disk as its picture says", () => {
  const disk = new SimDisk();
  const { journal, prepared } = openLocalJournal(disk, journalStart(), "process");
  TIME[0] = 1.5;
  journal.append(0x1234, 0xfedc, TIME, Buffer.from("abcdefghi"), 0, 9);
  journal.commit();
  const record = disk.contentOf(FIRST).subarray(128);
  assert.equal(record.length, 56);
  assert.equal(record.readUInt32LE(4), 9);
  assert.equal(record.readBigUInt64LE(8), 1n);
  assert.equal(record.readUInt32LE(24), prepared.session.epoch);
  assert.equal(record.readUInt16LE(28), 0x1234);
  assert.equal(record.readUInt16LE(30), 0xfedc);
  assert.equal(record.readDoubleLE(32), 1.5);
  assert.equal(record.toString("latin1", 40), "abcdefghi\0\0\0\0\0\0\0");
});

for (const durability of ["process", "power"] as const) {
  test(`[J9] what is handed over is written at once and not synced, the commit writes the rest, and a failure shows in it (${durability})`, () => {
    const disk = new SimDisk();
    const { journal } = openLocalJournal(disk, journalStart(), durability);
    const writes = (): number => disk.calls - before;
    const before = disk.calls;
    journal.handOver();
    assert.equal(writes(), 0);
    journal.append(RecordType.INPUT_FRAME, 0, TIME, BYTES, 0, 100);
    journal.handOver();
    journal.handOver();
    assert.deepEqual([writes(), journal.progress[Progress.WRITTEN]], [1, 1]);
    assert.equal(journal.progress[Progress.SYNCED], 0);
    journal.append(RecordType.INTENT, 0, TIME, BYTES, 0, 100);
    assert.equal(journal.commit(), 0);
    assert.equal(journal.progress[Progress.SYNCED], durability === "power" ? 2 : 0);
    assert.deepEqual(
      readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY)).map(({ type }) => type),
      [RecordType.INPUT_FRAME, RecordType.INTENT],
    );
    journal.append(RecordType.INPUT_FRAME, 0, TIME, BYTES, 0, 100);
    disk.inject(disk.calls + 1, "EIO");
    journal.handOver();
    assert.equal(journal.append(RecordType.INTENT, 0, TIME, BYTES, 0, 100), JournalCode.FAILED);
    assert.equal(journal.commit(), JournalCode.FAILED);
  });
}

test("inputs wait for the commit of an intent and go out with it in one write", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart(), "process");
  const before = disk.calls;
  for (let index = 0; index < 3; index++) journal.append(RecordType.INPUT_FRAME, 0, TIME, BYTES, 0, 100);
  assert.equal(disk.calls, before);
  journal.append(RecordType.INTENT, 0, TIME, BYTES, 0, 100);
  assert.equal(journal.commit(), 0);
  assert.equal(disk.calls, before + 1);
  assert.equal(journal.progress[Progress.WRITTEN], 4);
  assert.equal(journal.progress[Progress.SYNCED], 0);
  assert.equal(journal.commit(), 0);
  assert.equal(disk.calls, before + 1, "a commit of nothing writes nothing");
});

test("a batch beyond its threshold is written without a commit", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart({ options: { batchBytes: 300 } }), "process");
  for (let index = 0; index < 2; index++) journal.append(1, 0, TIME, BYTES, 0, 60);
  assert.equal(journal.progress[Progress.WRITTEN], 0);
  journal.append(1, 0, TIME, BYTES, 0, 60);
  assert.equal(journal.progress[Progress.WRITTEN], 3);
});

test("at `power` a commit is synced, and the next record is preceded by a mark that says so", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart(), "power");
  appendNext(journal, RecordType.INTENT);
  assert.equal(journal.commit(), 0);
  assert.equal(journal.progress[Progress.SYNCED], 1);
  appendNext(journal, RecordType.INTENT);
  journal.commit();
  disk.crash(listedChooser(["LOSE", "LOSE", "LOSE"], 0));
  const records = readAll(disk, recover(disk, DIRECTORY, IDENTITY));
  assert.deepEqual(
    records.map(({ type }) => type),
    [RecordType.INTENT, RecordType.SYNC_MARK, RecordType.INTENT],
  );
  assert.equal(Buffer.from(records[1]?.payload ?? "", "hex").readBigUInt64LE(), 1n);
});

test("payloads beyond the maximum or outside of their source are refused and leave no trace", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart(), "process");
  for (const [offset, length] of [
    [0, 4097],
    [4999, 2],
    [-1, 4],
    [0, -1],
  ] as const) {
    assert.equal(journal.append(1, 0, TIME, BYTES, offset, length), JournalCode.TOO_LARGE);
    assert.equal(journal.appendUrgent(1, 0, TIME, BYTES, offset, length), JournalCode.TOO_LARGE);
  }
  assert.equal(journal.append(1, 0, TIME, BYTES, 904, 4096), 1);
  journal.commit();
  assert.equal(inspectJournal(disk, DIRECTORY, IDENTITY).sequence, 1);
});

test("segments roll at their size, chain on, and take at least one record however great", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart({ options: { segmentBytesMax: 600 } }), "process");
  for (const length of [100, 300, 4000, 10, 10]) assert.ok(journal.append(1, 0, TIME, BYTES, 0, length) > 0);
  assert.equal(journal.commit(), 0);
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.equal(recovery.verdict, "CLEAN");
  const records = readAll(disk, recovery).filter(({ type }) => type === 1);
  assert.deepEqual(
    records.map(({ payload }) => payload.length / 2),
    [100, 300, 4000, 10, 10],
  );
  assert.deepEqual(
    records.map(({ segmentIndex }) => segmentIndex),
    [1, 2, 3, 4, 4],
  );
});

test("[J11] interrupted and short writes are completed without a gap", () => {
  for (const injections of [["EINTR"], ["SHORT"], ["SHORT", "EINTR", "SHORT", "SHORT"]] as const) {
    const disk = new SimDisk();
    const { journal } = openLocalJournal(disk, journalStart(), "process");
    for (const [index, injection] of injections.entries()) disk.inject(disk.calls + 1 + index, injection);
    for (let index = 0; index < 5; index++) appendNext(journal);
    assert.equal(journal.commit(), 0);
    assert.deepEqual(
      [inspectJournal(disk, DIRECTORY, IDENTITY).verdict, inspectJournal(disk, DIRECTORY, IDENTITY).sequence],
      ["CLEAN", 5],
    );
  }
});

test("[J11] a device that only ever answers EAGAIN is given up", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart(), "process");
  for (let call = 1; call <= 1100; call++) disk.inject(disk.calls + call, "EINTR");
  appendNext(journal);
  assert.equal(journal.commit(), JournalCode.FAILED);
});

function isRefusedForEver(journal: LocalJournal): void {
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 8), JournalCode.FAILED);
  assert.equal(journal.appendUrgent(1, 0, TIME, BYTES, 0, 8), JournalCode.FAILED);
  assert.equal(journal.commit(), JournalCode.FAILED);
  assert.equal(journal.sync(), JournalCode.FAILED);
  assert.equal(journal.close(TIME, STATE_HASH), JournalCode.FAILED);
  assert.notEqual(journal.failure, "");
}

test("[J9] a failed write or sync is final: no later call succeeds and none reaches the disk", () => {
  const failures: readonly (readonly [number, Injection])[] = [
    [1, "EIO"],
    [2, "EIO"],
    [2, "ENOSPC"],
  ];
  for (const [call, injection] of failures) {
    const disk = new SimDisk();
    const { journal } = openLocalJournal(disk, journalStart(), "power");
    appendNext(journal);
    disk.inject(disk.calls + call, injection);
    assert.equal(journal.commit(), JournalCode.FAILED);
    const calls = disk.calls;
    isRefusedForEver(journal);
    assert.equal(disk.calls, calls);
  }
});

test("[J9] every call of a session failing in turn ends in FAILED or a refused start, and what was promised survives", () => {
  for (let call = 1; call < 80; call++) {
    const disk = new SimDisk();
    disk.inject(call, "EIO");
    let promised = 0;
    try {
      const { journal } = openLocalJournal(
        disk,
        journalStart({ options: { segmentBytesMax: 500 } }),
        "power",
      );
      for (let index = 0; index < 12; index++) {
        appendNext(journal);
        const last = journal.progress[Progress.LAST] ?? 0;
        if (journal.commit() < 0) break;
        promised = last;
      }
      if (promised < 12) isRefusedForEver(journal);
    } catch (error) {
      assert.match(String(error), /DiskError|JournalError/, `call ${call}`);
    }
    disk.crash(listedChooser([], 0));
    assert.ok(recover(disk, DIRECTORY, IDENTITY).sequence >= promised, `call ${call}`);
  }
});

test("[J17] a journal that was removed while in use fails at the next sync", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart(), "power");
  appendNext(journal);
  disk.remove(FIRST);
  assert.equal(journal.commit(), JournalCode.FAILED);
  assert.match(journal.failure, /was removed while in use/);
  isRefusedForEver(journal);
});

test("[J17] a directory where the next segment cannot be created fails the journal", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart({ options: { segmentBytesMax: 300 } }), "process");
  disk.plant(`${DIRECTORY}/${segmentName(2)}`, new Uint8Array(1));
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 150), 1);
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 150), JournalCode.FAILED);
  isRefusedForEver(journal);
});

test("[J10] on a full disk intents are refused, and cancels go into the reserve until that is spent", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(disk, journalStart({ options: { reserveBytes: 3000 } }), "process");
  disk.capacityBytes = disk.usedBytes() + 500;
  let accepted = 0;
  while (journal.append(RecordType.INTENT, 0, TIME, BYTES, 0, 160) > 0 && journal.commit() === 0) accepted++;
  assert.equal(accepted, 3, "the write that met the end was completed in the reserve");
  assert.equal(journal.append(RecordType.INTENT, 0, TIME, BYTES, 0, 160), JournalCode.JOURNAL_FULL);
  let cancels = 0;
  while (journal.appendUrgent(RecordType.INTENT, 1, TIME, BYTES, 0, 160) > 0 && journal.commit() === 0)
    cancels++;
  assert.ok(cancels >= 14, `${cancels} cancels`);
  assert.equal(journal.commit(), JournalCode.JOURNAL_FULL);
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  assert.equal(journal.commit(), 0, "what could not be written is kept and written when there is room");
  assert.equal(
    journal.append(RecordType.INTENT, 0, TIME, BYTES, 0, 160),
    JournalCode.JOURNAL_FULL,
    "orders wait for a restart",
  );
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.sequence], ["CLEAN", journal.progress[Progress.LAST]]);
});

test("[J10] a full disk at the roll of a segment spends the reserve too", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(
    disk,
    journalStart({ options: { reserveBytes: 3000, segmentBytesMax: 300 } }),
    "process",
  );
  journal.append(1, 0, TIME, BYTES, 0, 120);
  journal.commit();
  disk.inject(disk.calls + 2, "ENOSPC");
  assert.ok(journal.append(1, 0, TIME, BYTES, 0, 120) > 0);
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 120), JournalCode.JOURNAL_FULL);
  assert.ok(journal.appendUrgent(1, 0, TIME, BYTES, 0, 120) > 0);
  assert.equal(journal.commit(), 0);
  const frames = readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY)).filter(({ type }) => type === 1);
  assert.equal(frames.length, 3);
});

test("[J10] without room for the reserve the host does not start", () => {
  const disk = new SimDisk();
  disk.capacityBytes = 1000;
  assert.throws(
    () => openLocalJournal(disk, journalStart({ options: { reserveBytes: 3000 } }), "process"),
    /free space before starting/,
  );
});

class ManualSync implements BackgroundSync {
  readonly requests: (readonly [number, number])[] = [];
  answer = 0;
  request(ticket: number, segmentIndex: number): void {
    this.requests.push([ticket, segmentIndex]);
  }
  completed(): number {
    return this.answer;
  }
}

test("[J12] a background sync that hangs is asked once, and appends are refused beyond the bound, urgent ones at twice that", () => {
  const sync = new ManualSync();
  const start = journalStart({ options: { unsyncedBytesMax: 2000, segmentBytesMax: 900 } });
  const { journal } = openLocalJournal(new SimDisk(), start, "process", () => sync);
  let accepted = 0;
  while (journal.append(1, 0, TIME, BYTES, 0, 160) > 0 && journal.commit() === 0) accepted++;
  assert.equal(accepted, 11);
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 160), JournalCode.LAG);
  let urgent = 0;
  while (journal.appendUrgent(1, 0, TIME, BYTES, 0, 160) > 0 && journal.commit() === 0) urgent++;
  assert.equal(urgent, 10);
  assert.equal(journal.appendUrgent(1, 0, TIME, BYTES, 0, 160), JournalCode.LAG);
  assert.deepEqual(sync.requests, [[1, 1]]);
  assert.equal(journal.sync(), JournalCode.PENDING);
  sync.answer = 1;
  assert.equal(
    journal.append(1, 0, TIME, BYTES, 0, 160),
    JournalCode.LAG,
    "the first ticket covered the first record only",
  );
  sync.answer = 2;
  assert.ok(journal.append(1, 0, TIME, BYTES, 0, 160) > 0, "the second covered the rest");
  assert.equal(journal.progress[Progress.SYNCED], 21);
});

test("[J9] a background sync that fails is final", () => {
  const sync = new ManualSync();
  const { journal } = openLocalJournal(new SimDisk(), journalStart(), "process", () => sync);
  appendNext(journal);
  sync.answer = JournalCode.FAILED;
  assert.equal(journal.commit(), JournalCode.FAILED);
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 8), JournalCode.FAILED);
});

test("close syncs segments that the background sync had not reached, ends with CLOSE and refuses what follows", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(
    disk,
    journalStart({ options: { segmentBytesMax: 700 } }),
    "process",
    () => new ManualSync(),
  );
  for (let index = 0; index < 20; index++) appendNext(journal);
  assert.equal(journal.close(TIME, STATE_HASH), 0);
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 8), JournalCode.CLOSED);
  assert.equal(journal.commit(), JournalCode.CLOSED);
  disk.crash(
    listedChooser(
      Array.from({ length: 99 }, () => "LOSE" as const),
      0,
    ),
  );
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.sequence, recovery.isClosed], ["CLEAN", 21, true]);
});

test("sequence numbers go on beyond 2^32 and over the sign of a 32-bit integer", () => {
  const disk = new SimDisk();
  for (const sequence of [2 ** 31 - 3, 2 ** 32 - 3]) {
    const directory = `/far-${sequence}`;
    const seeded = seedJournalAt(disk, directory, sequence);
    const { journal } = openLocalJournal(disk, seeded, "process");
    for (let index = 1; index <= 6; index++)
      assert.equal(journal.append(1, 0, TIME, BYTES, 0, 8), (sequence + index) % 2 ** 31);
    journal.commit();
    const recovery = inspectJournal(disk, directory, IDENTITY);
    assert.deepEqual([recovery.verdict, recovery.sequence], ["CLEAN", sequence + 6]);
  }
});

/** An empty first segment whose records will begin after `sequence`: as if older segments had been archived. */
function seedJournalAt(disk: SimDisk, directory: string, sequence: number): ReturnType<typeof journalStart> {
  const header = Buffer.alloc(128);
  const session = { sessionId: new Uint8Array(16), epoch: 1, startWallNsLow: 0, startWallNsHigh: 0 };
  writeSegmentHeader(header, {
    ...IDENTITY,
    ...session,
    segmentIndex: 7,
    firstSequence: sequence + 1,
    previousLaneA: 1,
    previousLaneB: 2,
    syncedSequence: sequence,
  });
  disk.plant(`${directory}/${segmentName(7)}`, header);
  return journalStart({ directory });
}
