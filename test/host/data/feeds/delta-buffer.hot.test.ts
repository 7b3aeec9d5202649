import assert from "node:assert/strict";
import { test } from "node:test";
import { BookDeltaView } from "../../../../host/data/feeds/book-delta-view.hot.ts";
import { DeltaBuffer } from "../../../../host/data/feeds/delta-buffer.hot.ts";
import { BookRecordMemory, bookDeltaBytes } from "../../../support/book-records.ts";

test("a buffer of an odd or senseless capacity is refused", () => {
  for (const capacity of [0, 56, 100, -64, 2 ** 31, Number.NaN]) {
    assert.throws(() => new DeltaBuffer(capacity), /multiple of 8 bytes from 64/, String(capacity));
  }
});

test("records come back in order and whole, whatever their lengths", () => {
  const buffer = new DeltaBuffer(4096);
  const memory = new BookRecordMemory(4096);
  const view = new BookDeltaView();
  for (let id = 1; id <= 5; id++) {
    const values = {
      firstUpdateId: id,
      lastUpdateId: 10 * id,
      bids: [[id, id]] as const,
      asks: [],
      entryBytes: 12 + 4 * id,
    };
    const { blockByte, limitByte } = memory.write(values);
    assert.equal(buffer.append(memory.i32, blockByte, limitByte), 1);
  }
  memory.i32.fill(-1);
  assert.equal(buffer.count, 5);
  let id = 1;
  for (let entry = 0; entry < buffer.usedBytes; entry = buffer.nextEntry(entry), id++) {
    assert.equal(view.read(buffer.words, buffer.blockOf(entry), buffer.nextEntry(entry)), 1);
    assert.deepEqual([...view.updateIds], [id, 10 * id]);
    assert.equal(buffer.words[view.bidsByte / 4], id);
  }
  assert.equal(id, 6);
});

test("a record that does not fit is refused and what is held stays, until it is cleared", () => {
  const values = { firstUpdateId: 1, lastUpdateId: 1, bids: [[1, 1]] as const, asks: [] };
  const entryBytes = bookDeltaBytes(values) + 8;
  const buffer = new DeltaBuffer(2 * entryBytes);
  const memory = new BookRecordMemory(512);
  const { blockByte, limitByte } = memory.write(values);
  const append = (): number => buffer.append(memory.i32, blockByte, limitByte);
  assert.deepEqual([append(), append(), append()], [1, 1, 0]);
  assert.deepEqual([buffer.count, buffer.usedBytes], [2, 2 * entryBytes]);
  buffer.clear();
  assert.deepEqual([buffer.count, buffer.usedBytes, append()], [0, 0, 1]);
});
