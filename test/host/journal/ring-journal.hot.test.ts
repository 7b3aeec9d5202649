import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JournalOptions, PreparedJournal } from "../../../host/journal/index.ts";
import {
  JournalCode,
  Progress,
  RecordType,
  RingDrain,
  RingJournal,
  beginSession,
  inspectJournal,
  makeRing,
  prepareJournal,
} from "../../../host/journal/index.ts";
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
import { SimDisk } from "../../support/sim-disk.ts";
import { listedChooser } from "../../support/sim-inode.ts";
import { randomSeed } from "../../support/random-seed.ts";

const BYTES = Buffer.alloc(5000, 7);

interface RingUnderTest {
  readonly disk: SimDisk;
  readonly journal: RingJournal;
  readonly drain: RingDrain;
  readonly prepared: PreparedJournal;
}

/** Producer and consumer of a 4 KiB ring on one thread. */
function openRing(options: Partial<JournalOptions> = {}, disk: SimDisk = new SimDisk()): RingUnderTest {
  const start = journalStart({
    options: { ringBytes: 4096, payloadBytesMax: 512, urgentBytes: 512, ...options },
  });
  const prepared = prepareJournal(disk, start);
  const segments = beginSession(disk, start, prepared);
  const ring = makeRing(prepared.options.ringBytes);
  const journal = new RingJournal(ring, prepared.recovery.sequence, {
    ...prepared.options,
    epoch: prepared.session.epoch,
  });
  const drain = new RingDrain(ring, segments, prepared.recovery.sequence, prepared.options.segmentBytesMax);
  return { disk, journal, drain, prepared };
}

test("what is handed over reaches the journal's thread without a commit", () => {
  const { journal, drain } = openRing();
  journal.append(RecordType.INPUT_FRAME, 0, TIME, BYTES, 0, 100);
  assert.equal(drain.pump(), 0);
  journal.handOver();
  assert.ok(drain.pump() > 0);
  journal.handOver();
  assert.equal(journal.progress[Progress.WRITTEN], 1);
});

test(`records cross the ring once, in order and whole, however appends, commits and pumps interleave (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("append", "append", "append", "commit", "pump"), { maxLength: 200 }),
      (steps) => {
        const { disk, journal, drain } = openRing({ segmentBytesMax: 3000 });
        for (const step of steps) {
          if (step === "append") assert.ok([JournalCode.LAG, 0].includes(Math.min(0, appendNext(journal))));
          else if (step === "commit") assert.equal(journal.commit(), 0);
          else drain.pump();
        }
        journal.commit();
        drain.pump();
        const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
        const records = readAll(disk, recovery);
        assert.equal(recovery.verdict, "CLEAN");
        assert.equal(records.length, journal.progress[Progress.LAST]);
        for (const [index, record] of records.entries()) {
          assert.equal(record.sequence, index + 1);
          if (record.type === RecordType.INPUT_FRAME)
            assert.ok(expectedPayloads(index + 1).includes(record.payload));
        }
      },
    ),
    { seed: randomSeed, numRuns: 200 },
  );
});

/** A mark may have taken the number that the frame was made for. */
function expectedPayloads(sequence: number): string[] {
  return [payloadOf(sequence).toString("hex"), payloadOf(sequence - 1).toString("hex")];
}

test("nothing reaches the disk before it is published", () => {
  const { disk, journal, drain } = openRing();
  appendNext(journal);
  drain.pump();
  assert.equal(inspectJournal(disk, DIRECTORY, IDENTITY).sequence, 0);
  journal.commit();
  drain.pump();
  assert.equal(inspectJournal(disk, DIRECTORY, IDENTITY).sequence, 1);
});

test("[J12] a ring whose reader hangs refuses with LAG, urgent records later, and accepts again once read", () => {
  const { journal, drain } = openRing();
  let accepted = 0;
  while (journal.append(1, 0, TIME, BYTES, 0, 216) > 0) accepted++;
  assert.equal(accepted, 14, "256 bytes each, 512 of 4096 kept");
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 216), JournalCode.LAG);
  assert.ok(journal.appendUrgent(1, 0, TIME, BYTES, 0, 216) > 0);
  assert.ok(journal.appendUrgent(1, 0, TIME, BYTES, 0, 216) > 0);
  assert.equal(journal.appendUrgent(1, 0, TIME, BYTES, 0, 216), JournalCode.LAG);
  assert.equal(journal.progress[Progress.LAST], 16);
  journal.commit();
  assert.ok(drain.pump() > 0);
  assert.ok(journal.append(1, 0, TIME, BYTES, 0, 216) > 0);
});

test("a sync is asked for once, covers what was published before, and is told by a mark", () => {
  const { disk, journal, drain } = openRing();
  appendNext(journal);
  assert.equal(journal.sync(), JournalCode.PENDING);
  appendNext(journal);
  drain.pump();
  assert.equal(journal.sync(), JournalCode.PENDING, "the second record came after the request");
  assert.equal(journal.progress[Progress.SYNCED], 1);
  drain.pump();
  assert.equal(journal.sync(), 0);
  assert.equal(journal.progress[Progress.WRITTEN], 2);
  appendNext(journal);
  journal.commit();
  drain.pump();
  const marks = readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY)).filter(
    ({ type }) => type === RecordType.SYNC_MARK,
  );
  assert.deepEqual(
    marks.map(({ payload }) => Buffer.from(payload, "hex").readBigUInt64LE()),
    [2n],
  );
});

test("[J9] a failed write or sync of the reader is final for both ends", () => {
  for (const call of [1, 2]) {
    const { disk, journal, drain } = openRing();
    appendNext(journal);
    journal.commit();
    disk.inject(disk.calls + call, "EIO");
    drain.pump();
    assert.ok(drain.isFinished);
    assert.equal(journal.commit(), JournalCode.FAILED);
    assert.equal(journal.append(1, 0, TIME, BYTES, 0, 8), JournalCode.FAILED);
    assert.equal(journal.appendUrgent(1, 0, TIME, BYTES, 0, 8), JournalCode.FAILED);
    assert.equal(journal.sync(), JournalCode.FAILED);
    assert.equal(journal.close(TIME, STATE_HASH), JournalCode.FAILED);
    assert.equal(drain.pump(), 0);
  }
});

test("[J10] a full disk refuses intents at the other end of the ring, takes urgent records, and loses nothing when there is room again", () => {
  const { disk, journal, drain } = openRing({ reserveBytes: 600 });
  disk.capacityBytes = disk.usedBytes() + 100;
  journal.append(1, 0, TIME, BYTES, 0, 216);
  journal.commit();
  drain.pump();
  journal.commit();
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 216), JournalCode.JOURNAL_FULL);
  for (let index = 0; index < 6; index++) {
    assert.ok(journal.appendUrgent(1, 0, TIME, BYTES, 0, 216) > 0);
    assert.equal(journal.commit(), 0);
    drain.pump();
  }
  assert.equal(inspectJournal(disk, DIRECTORY, IDENTITY).verdict, "TORN_TAIL");
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  drain.pump();
  journal.commit();
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.sequence], ["CLEAN", journal.progress[Progress.LAST]]);
});

test("[J11] interrupted and short writes of the reader leave no gap, at the end of a lap too", () => {
  const { disk, journal, drain } = openRing();
  for (let index = 0; index < 200; index++) {
    assert.ok(journal.append(1, 0, TIME, BYTES, 0, 40 * (index % 9)) > 0);
    journal.commit();
    disk.inject(disk.calls + 1, index % 2 === 0 ? "SHORT" : "EINTR");
    drain.pump();
  }
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.sequence], ["CLEAN", journal.progress[Progress.LAST]]);
});

test("close drains, syncs, ends with CLOSE and refuses what follows", () => {
  const { disk, journal, drain } = openRing();
  for (let index = 0; index < 9; index++) appendNext(journal);
  assert.equal(journal.close(TIME, STATE_HASH), JournalCode.PENDING);
  assert.equal(journal.isDrained(), false);
  drain.pump();
  assert.ok(journal.isDrained() && drain.isFinished);
  assert.equal(journal.append(1, 0, TIME, BYTES, 0, 8), JournalCode.CLOSED);
  assert.equal(journal.commit(), JournalCode.CLOSED);
  disk.crash(
    listedChooser(
      Array.from({ length: 20 }, () => "LOSE" as const),
      0,
    ),
  );
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.sequence, recovery.isClosed], ["CLEAN", 10, true]);
});

test("payloads and rings of a wrong size are refused", () => {
  const { journal } = openRing();
  for (const [offset, length] of [
    [0, 513],
    [4999, 2],
    [-1, 4],
    [0, -1],
  ] as const) {
    assert.equal(journal.append(1, 0, TIME, BYTES, offset, length), JournalCode.TOO_LARGE);
  }
  for (const bytes of [0, 2048, 5000, 2 ** 31]) assert.throws(() => makeRing(bytes), /power of two/);
  assert.throws(
    () => new RingJournal(makeRing(4096), 0, { epoch: 1, payloadBytesMax: 1000, urgentBytes: 0 }),
    /enlarge the ring/,
  );
  assert.throws(
    () => new RingJournal(makeRing(4096), 0, { epoch: 1, payloadBytesMax: 100, urgentBytes: 1025 }),
    /1025 urgent bytes exceed a quarter of the ring \(1024\)/,
  );
});
