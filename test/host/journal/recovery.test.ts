import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recovery } from "../../../host/journal/index.ts";
import { RecordType, inspectJournal, recover } from "../../../host/journal/index.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import type { ReadRecord } from "../../support/journal-fixture.ts";
import {
  DIRECTORY,
  IDENTITY,
  STATE_HASH,
  TIME,
  appendNext,
  journalStart,
  readAll,
  writeJournal,
} from "../../support/journal-fixture.ts";
import { SimDisk } from "../../support/sim-disk.ts";

const FIRST = `${DIRECTORY}/${segmentName(1)}`;

/** What the marks of the intact journal prove about the record at an index: it was synced if a later mark or CLOSE says so. */
function provenFrom(records: readonly ReadRecord[]): (damagedIndex: number) => boolean {
  return (damagedIndex) => {
    const damaged = records[damagedIndex]?.sequence ?? Number.POSITIVE_INFINITY;
    return records.slice(damagedIndex + 1).some((record) => {
      if (record.type === RecordType.CLOSE) return record.sequence - 1 >= damaged;
      return (
        record.type === RecordType.SYNC_MARK && Buffer.from(record.payload, "hex").readUInt32LE(0) >= damaged
      );
    });
  };
}

/** 16 KiB whose first half is proven by marks and whose second half is not. */
function halfSynced(): { disk: SimDisk; bytes: Buffer; records: ReadRecord[] } {
  const disk = new SimDisk();
  const journal = writeJournal(disk, 63, 7, "power");
  for (let index = 0; index < 56; index++) appendNext(journal);
  journal.commit();
  const bytes = disk.contentOf(FIRST);
  assert.ok(bytes.length >= 16384, `the journal has ${bytes.length} bytes`);
  return { disk, bytes, records: readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY)) };
}

test("cut at every byte, a journal comes back as its longest whole prefix [J1] [J2]", () => {
  const { disk, bytes, records } = halfSynced();
  const ends = new Set(records.map(({ end }) => end));
  for (let size = 0; size < bytes.length; size++) {
    disk.plant(FIRST, bytes.subarray(0, size));
    const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
    const whole = records.filter(({ end }) => end <= size).length;
    assert.equal(recovery.sequence, whole, `cut at ${size}`);
    assert.equal(recovery.verdict, ends.has(size) || size === 128 ? "CLEAN" : "TORN_TAIL", `cut at ${size}`);
    assert.equal(recovery.bytesLost, size < 128 ? size : size - (records[whole - 1]?.end ?? 128));
  }
});

test("every flipped bit is found: halt where a mark proves a sync, the prefix where none does [J3] [J4]", () => {
  const { disk, bytes, records } = halfSynced();
  const wasProven = provenFrom(records);
  let halts = 0;
  let index = -1;
  let isProven = false;
  for (let bit = 128 * 8; bit < bytes.length * 8; bit++) {
    if (bit >> 3 === records[index + 1]?.offset) isProven = wasProven(++index);
    disk.flipBit(FIRST, bit);
    const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
    disk.flipBit(FIRST, bit);
    if (recovery.sequence !== index || recovery.isUsable === isProven)
      assert.fail(`bit ${bit} in record ${index + 1}: ${recovery.message}`);
    if (!recovery.isUsable) halts++;
  }
  assert.ok(halts > 30000 && halts < bytes.length * 8 - 30000, `${halts} halts`);
});

test("every flipped bit of a header halts a journal with a proof of sync and never yields a record [J4]", () => {
  const { disk } = halfSynced();
  for (let bit = 0; bit < 128 * 8; bit++) {
    disk.flipBit(FIRST, bit);
    const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
    disk.flipBit(FIRST, bit);
    assert.equal(recovery.verdict, "CORRUPT_BEFORE_SYNCED");
    assert.equal(recovery.sequence, 0);
  }
});

test("a closed journal proves itself whole: any damage before CLOSE halts [J4]", () => {
  const disk = new SimDisk();
  const journal = writeJournal(disk, 10, 100, "process");
  assert.equal(journal.close(TIME, STATE_HASH), 0);
  const bytes = disk.contentOf(FIRST);
  const intact = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.ok(intact.isClosed);
  const [close] = readAll(disk, intact).slice(-1);
  assert.ok(close);
  assert.equal(close.payload, Buffer.from(STATE_HASH).toString("hex"));
  for (let at = 128; at < close.offset; at++) {
    bytes[at] = (bytes[at] ?? 0) ^ 255;
    disk.plant(FIRST, bytes);
    assert.equal(inspectJournal(disk, DIRECTORY, IDENTITY).isUsable, false, `byte ${at}`);
    bytes[at] = (bytes[at] ?? 0) ^ 255;
  }
});

function recoveryOf(change: (bytes: Buffer, records: readonly ReadRecord[]) => Buffer, synced = 0): Recovery {
  const disk = new SimDisk();
  writeJournal(disk, 20, 20, "process");
  const records = readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY));
  disk.plant(FIRST, change(disk.contentOf(FIRST), records));
  return inspectJournal(disk, DIRECTORY, IDENTITY, { syncedSequence: synced });
}

test("a hole of zeros is cut where nothing proves a sync and halts where somebody knows of one [J5]", () => {
  const zero = (bytes: Buffer, records: readonly ReadRecord[]): Buffer =>
    bytes.fill(0, records[9]?.offset, records[12]?.offset);
  const cut = recoveryOf(zero);
  assert.deepEqual([cut.verdict, cut.finding, cut.sequence], ["TORN_TAIL", "MISSING", 9]);
  assert.equal(recoveryOf(zero, 9).verdict, "TORN_TAIL");
  assert.equal(recoveryOf(zero, 10).verdict, "HOLE");
});

test("a record that was cut out whole halts, since no crash closes a gap up [J5]", () => {
  const recovery = recoveryOf((bytes, records) =>
    Buffer.concat([bytes.subarray(0, records[9]?.offset), bytes.subarray(records[10]?.offset)]),
  );
  assert.deepEqual([recovery.verdict, recovery.finding, recovery.sequence], ["HOLE", "GAP", 9]);
});

test("a duplicated record halts and both places are shown [J8]", () => {
  for (const original of [3, 9]) {
    let expected = 0;
    const recovery = recoveryOf((bytes, records) => {
      expected = records[original]?.offset ?? 0;
      return Buffer.concat([
        bytes.subarray(0, records[9]?.end),
        bytes.subarray(expected, records[original]?.end),
        bytes.subarray(records[9]?.end),
      ]);
    });
    assert.equal(recovery.verdict, "DUPLICATE_SEQ");
    assert.equal(recovery.sequence, 10);
    assert.deepEqual(recovery.otherPlace, { segmentIndex: 1, offsetBytes: expected });
  }
});

test("whole records that end before what somebody knows to have been synced are a hole [J5] [J13]", () => {
  assert.equal(recoveryOf((bytes) => bytes, 20).verdict, "CLEAN");
  assert.equal(recoveryOf((bytes) => bytes, 21).verdict, "HOLE");
});

test("zeros after the last record, as preallocation leaves them, are cut [J7]", () => {
  const recovery = recoveryOf((bytes) => Buffer.concat([bytes, Buffer.alloc(5000)]));
  assert.deepEqual(
    [recovery.verdict, recovery.finding, recovery.sequence, recovery.bytesLost],
    ["TORN_TAIL", "MISSING", 20, 5000],
  );
});

/** The bytes of a segment of the second boot on one disk, at the same offsets as those of the first. */
function laterBoot(records: number): { disk: SimDisk; second: string } {
  const disk = new SimDisk();
  writeJournal(disk, 20, 20, "process");
  writeJournal(disk, records, records, "process");
  return { disk, second: `${DIRECTORY}/${segmentName(2)}` };
}

test("records of an earlier use of a recycled file are the end of the log, not replayed [J7]", () => {
  const { disk, second } = laterBoot(4);
  const stale = disk.contentOf(FIRST);
  const fresh = disk.contentOf(second);
  disk.plant(second, Buffer.concat([fresh, stale.subarray(128)]));
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.sequence, recovery.segmentIndex], ["TORN_TAIL", 24, 2]);
});

test("records of the same epoch with lower numbers than the segment's are left-overs too [J7]", () => {
  const disk = new SimDisk();
  writeJournal(disk, 40, 40, "process", journalStart({ options: { segmentBytesMax: 2000 } }));
  const last = inspectJournal(disk, DIRECTORY, IDENTITY);
  const path = `${DIRECTORY}/${segmentName(last.segmentIndex)}`;
  disk.plant(path, Buffer.concat([disk.contentOf(path), disk.contentOf(FIRST).subarray(128)]));
  assert.deepEqual(
    [inspectJournal(disk, DIRECTORY, IDENTITY).verdict, inspectJournal(disk, DIRECTORY, IDENTITY).sequence],
    ["TORN_TAIL", last.sequence],
  );
});

test("a valid record of another journal of the same epoch and number breaks the chain [J6]", () => {
  const other = new SimDisk();
  writeJournal(other, 20, 20, "process", journalStart({ sessionId: new Uint8Array(16).fill(9) }));
  const recovery = recoveryOf((bytes, records) => {
    const from = records[9]?.offset ?? 0;
    other.contentOf(FIRST).copy(bytes, from, from);
    return bytes;
  });
  assert.deepEqual([recovery.verdict, recovery.finding, recovery.sequence], ["TORN_TAIL", "DAMAGED", 9]);
});

test("a segment of another account, environment, index or chain halts and nothing is cut [J6] [J15]", () => {
  const variants = [
    { account: "other", environment: "paper" },
    { account: "main", environment: "live" },
  ];
  for (const identity of variants) {
    const disk = new SimDisk();
    writeJournal(disk, 20, 20, "process");
    const before = disk.contentOf(FIRST);
    const recovery = recover(disk, DIRECTORY, identity);
    assert.equal(recovery.verdict, "FOREIGN");
    assert.match(recovery.message, /identity it was written for/);
    assert.deepEqual(disk.contentOf(FIRST), before);
  }
  const { disk, second } = laterBoot(4);
  disk.plant(`${DIRECTORY}/${segmentName(3)}`, disk.contentOf(second));
  assert.equal(inspectJournal(disk, DIRECTORY, IDENTITY).verdict, "FOREIGN");
  const other = new SimDisk();
  writeJournal(other, 20, 20, "process", journalStart({ sessionId: new Uint8Array(16).fill(9) }));
  const chain = laterBoot(4);
  chain.disk.plant(FIRST, other.contentOf(FIRST));
  assert.deepEqual(
    [
      inspectJournal(chain.disk, DIRECTORY, IDENTITY).verdict,
      inspectJournal(chain.disk, DIRECTORY, IDENTITY).sequence,
    ],
    ["FOREIGN", 20],
  );
});

test("a later session proves the earlier ones synced: damage in them halts, a missing one is a hole [J4] [J5]", () => {
  const flipped = laterBoot(4);
  const bytes = flipped.disk.contentOf(FIRST);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  flipped.disk.plant(FIRST, bytes);
  assert.equal(inspectJournal(flipped.disk, DIRECTORY, IDENTITY).verdict, "CORRUPT_BEFORE_SYNCED");
  const shortened = laterBoot(4);
  const records = readAll(shortened.disk, inspectJournal(shortened.disk, DIRECTORY, IDENTITY));
  shortened.disk.plant(FIRST, shortened.disk.contentOf(FIRST).subarray(0, records[18]?.offset));
  assert.equal(inspectJournal(shortened.disk, DIRECTORY, IDENTITY).verdict, "HOLE");
  const gone = laterBoot(4);
  writeJournal(gone.disk, 4, 4, "process");
  gone.disk.remove(gone.second);
  assert.equal(inspectJournal(gone.disk, DIRECTORY, IDENTITY).verdict, "HOLE");
});

test("two segments that claim the same numbers halt with both places [J8]", () => {
  const { disk } = laterBoot(4);
  const other = new SimDisk();
  writeJournal(other, 10, 10, "process");
  writeJournal(other, 5, 5, "process");
  disk.plant(`${DIRECTORY}/${segmentName(2)}`, other.contentOf(`${DIRECTORY}/${segmentName(2)}`));
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.equal(recovery.verdict, "DUPLICATE_SEQ");
  assert.deepEqual(recovery.place, { segmentIndex: 2, offsetBytes: 0 });
  assert.equal(recovery.otherPlace?.segmentIndex, 1);
});

test("archived segments may be gone from the front: the rest is read from where it begins", () => {
  const { disk } = laterBoot(4);
  disk.remove(FIRST);
  const recovery = recover(disk, DIRECTORY, IDENTITY);
  assert.equal(recovery.verdict, "CLEAN");
  assert.deepEqual(
    readAll(disk, recovery).map(({ sequence }) => sequence),
    [21, 22, 23, 24],
  );
});

test("an empty directory is a clean journal", () => {
  const recovery = recover(new SimDisk(), DIRECTORY, IDENTITY);
  assert.deepEqual(
    [recovery.verdict, recovery.sequence, recovery.segmentIndex, recovery.highestEpoch],
    ["CLEAN", 0, 0, 0],
  );
});
