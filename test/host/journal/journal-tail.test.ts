import assert from "node:assert/strict";
import { test } from "node:test";
import { JournalTail } from "../../../host/journal/index.ts";
import {
  appendNext,
  DIRECTORY,
  journalStart,
  payloadOf,
  writeJournal,
} from "../../support/journal-fixture.ts";
import { SimDisk } from "../../support/sim-disk.ts";

const START = { segmentIndex: 1, sequence: 0 };

/** Sequence numbers of what the tail gives up to a number. */
function readTo(tail: JournalTail, sequence: number): number[] {
  const read: number[] = [];
  while (tail.next(sequence)) read.push(tail.record.sequence);
  return read;
}

/** Numbers of the segment's file in the folder. */
const segments = (disk: SimDisk): number =>
  disk.list(DIRECTORY).filter((name) => name.endsWith(".journal")).length;

test("a journal that is being written is read record for record, over as many segments as it takes, and never beyond what was asked for", () => {
  const disk = new SimDisk();
  const journal = writeJournal(disk, 40, 40, "process", journalStart({ options: { segmentBytesMax: 8192 } }));
  const tail = new JournalTail(disk, DIRECTORY, START);
  assert.deepEqual(readTo(tail, 7), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(readTo(tail, 7), []);
  assert.deepEqual(readTo(tail, 40).length, 33);
  for (let round = 0; round < 50; round++) {
    for (let count = 0; count < 10; count++) appendNext(journal);
    journal.commit();
    const last = 50 + 10 * round;
    assert.deepEqual(readTo(tail, last).at(-1), last);
  }
  assert.ok(segments(disk) > 5, `${segments(disk)} segments`);
  tail.close();
});

test("what was not written yet is not passed over: it is told that it cannot be read", () => {
  const disk = new SimDisk();
  const journal = writeJournal(disk, 4, 4, "process");
  const tail = new JournalTail(disk, DIRECTORY, START);
  appendNext(journal);
  assert.throws(() => readTo(tail, 5), /segment-0000000002\.journal/);
  tail.close();
});

test("a session is read from its own first segment on, whatever came before", () => {
  const disk = new SimDisk();
  writeJournal(disk, 5, 1, "process").commit();
  writeJournal(disk, 5, 1, "process").commit();
  const tail = new JournalTail(disk, DIRECTORY, { segmentIndex: 2, sequence: 5 });
  assert.deepEqual(readTo(tail, 10), [6, 7, 8, 9, 10]);
  const { record } = tail;
  const payload = record.bytes.subarray(record.payloadOffset, record.payloadOffset + record.payloadBytes);
  assert.deepEqual(Buffer.from(payload), payloadOf(10));
  const wrong = new JournalTail(disk, DIRECTORY, { segmentIndex: 2, sequence: 4 });
  assert.throws(() => wrong.next(10), /does not go on after record 4/);
});

test("any flipped byte of what was written is found by whoever reads it", () => {
  const disk = new SimDisk();
  writeJournal(disk, 12, 1, "process").commit();
  const name = `${DIRECTORY}/segment-0000000001.journal`;
  const size = disk.sizeBytes(disk.open(name, "read"));
  for (let at = 0; at < size; at += 7) {
    disk.flipBit(name, at * 8 + 3);
    const tail = new JournalTail(disk, DIRECTORY, START);
    assert.throws(() => readTo(tail, 12), /cannot be read back|does not go on/, `byte ${at}`);
    disk.flipBit(name, at * 8 + 3);
  }
  assert.equal(readTo(new JournalTail(disk, DIRECTORY, START), 12).length, 12);
});
