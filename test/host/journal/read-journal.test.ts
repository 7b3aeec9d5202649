import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectJournal, openLocalJournal, readJournal } from "../../../host/journal/index.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import { DIRECTORY, IDENTITY, TIME, journalStart, writeJournal } from "../../support/journal-fixture.ts";
import { SimDisk } from "../../support/sim-disk.ts";

test("one cursor walks over all segments and sessions, then stays at the end", () => {
  const disk = new SimDisk();
  for (let session = 0; session < 3; session++)
    writeJournal(disk, 30, 5, "process", journalStart({ options: { segmentBytesMax: 2000 } }));
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  assert.ok(recovery.segments.length > 6);
  const reader = readJournal(disk, DIRECTORY, recovery);
  const { record } = reader;
  let count = 0;
  let epochs = 0;
  while (reader.next()) {
    assert.equal(reader.record, record);
    assert.equal(record.sequence, ++count);
    epochs |= 1 << record.epoch;
  }
  assert.equal(count, recovery.sequence);
  assert.equal(epochs, 0b1110);
  assert.equal(reader.next(), false);
  reader.close();
});

test("payloads greater than the reader's window come back whole", () => {
  const disk = new SimDisk();
  const { journal } = openLocalJournal(
    disk,
    journalStart({ options: { payloadBytesMax: 3 << 20 } }),
    "process",
  );
  const great = Buffer.alloc(3 << 20, "0123456789");
  for (const length of [10, great.length, 20, great.length - 5])
    assert.ok(journal.append(1, 0, TIME, great, 0, length) > 0);
  journal.commit();
  const reader = readJournal(disk, DIRECTORY, inspectJournal(disk, DIRECTORY, IDENTITY));
  for (const length of [10, great.length, 20, great.length - 5]) {
    assert.ok(reader.next());
    const { bytes, payloadOffset, payloadBytes } = reader.record;
    assert.equal(payloadBytes, length);
    assert.equal(great.compare(bytes, payloadOffset, payloadOffset + length, 0, length), 0);
  }
});

test("[J14] a journal that changes after its recovery stops the replay at the record", () => {
  const disk = new SimDisk();
  writeJournal(disk, 10, 10, "process");
  const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
  disk.flipBit(`${DIRECTORY}/${segmentName(1)}`, 8 * 400);
  const reader = readJournal(disk, DIRECTORY, recovery);
  assert.throws(() => {
    while (reader.next());
  }, /has changed at \d+ since its recovery/);
});

test("a journal that halts is not replayed", () => {
  const disk = new SimDisk();
  writeJournal(disk, 10, 10, "process");
  const recovery = inspectJournal(disk, DIRECTORY, { account: "x", environment: "y" });
  assert.throws(() => readJournal(disk, DIRECTORY, recovery), /not replayed/);
});
