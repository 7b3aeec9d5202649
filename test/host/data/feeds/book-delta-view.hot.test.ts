import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BookDelta } from "../../../../abi/host/index.ts";
import { BookDeltaView } from "../../../../host/data/feeds/book-delta-view.hot.ts";
import { BookRecordMemory } from "../../../support/book-records.ts";
import type { BookDeltaValues } from "../../../support/book-records.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const plain: BookDeltaValues = {
  firstUpdateId: 5,
  lastUpdateId: 9,
  instrumentId: 3,
  bids: [[1, 2]],
  asks: [
    [3, 4],
    [5, 6],
  ],
};

function read(values: BookDeltaValues, spoil?: (view: DataView, blockByte: number) => void): number {
  const memory = new BookRecordMemory(512);
  const { blockByte, limitByte } = memory.write(values);
  spoil?.(memory.view, blockByte);
  return new BookDeltaView().read(memory.i32, blockByte, limitByte);
}

test("a sound record is outlined: ids, instrument and where its entries lie", () => {
  const memory = new BookRecordMemory(512);
  memory.write(plain);
  const { blockByte, limitByte } = memory.write({ ...plain, lastUpdateId: Number.MAX_SAFE_INTEGER });
  const view = new BookDeltaView();
  assert.equal(view.read(memory.i32, blockByte, limitByte), 1);
  assert.deepEqual([...view.updateIds], [5, Number.MAX_SAFE_INTEGER]);
  assert.deepEqual([view.instrumentId, view.snapshot, view.bidCount, view.askCount], [3, 0, 1, 2]);
  assert.deepEqual([view.bidsByte, view.asksByte, view.endByte], [blockByte + 40, blockByte + 64, limitByte]);
  assert.deepEqual([view.bidBytes, view.askBytes], [16, 16]);
});

test("longer blocks and entries, as a later schema writes them, are stepped over", () => {
  const memory = new BookRecordMemory(512);
  const { blockByte, limitByte } = memory.write({ ...plain, blockLength: 48, entryBytes: 24 });
  const view = new BookDeltaView();
  assert.equal(view.read(memory.i32, blockByte, limitByte), 1);
  assert.deepEqual([view.bidsByte, view.asksByte, view.endByte], [blockByte + 56, blockByte + 88, limitByte]);
});

test("bytes behind the last entry are not part of the record", () => {
  const memory = new BookRecordMemory(512);
  const { blockByte, limitByte } = memory.write(plain);
  const view = new BookDeltaView();
  assert.equal(view.read(memory.i32, blockByte, limitByte + 64), 1);
  assert.equal(view.endByte, limitByte);
});

test("[M3] every way in which an outline can lie is refused", () => {
  const bidsHeader = BookDelta.blockLength;
  const asksHeader = BookDelta.blockLength + 8 + 16;
  const spoiled: Record<string, (view: DataView, blockByte: number) => void> = {
    "another template": (view, block) => view.setUint16(block - 6, 13, true),
    "a block shorter than the schema's": (view, block) => view.setUint16(block - 8, 24, true),
    "a block that misaligns what follows": (view, block) => view.setUint16(block - 8, 34, true),
    "a block longer than the record": (view, block) => view.setUint16(block - 8, 65_532, true),
    "a negative first id": (view, block) => view.setBigInt64(block, -5n, true),
    "ids above 2^53 - 1": (view, block) => view.setBigInt64(block + 8, 2n ** 53n, true),
    "ids in the wrong order": (view, block) => view.setBigInt64(block, 10n, true),
    "a snapshot flag of 2": (view, block) => view.setUint32(block + BookDelta.snapshot, 2, true),
    "a negative snapshot flag": (view, block) => view.setInt32(block + BookDelta.snapshot, -1, true),
    "a snapshot of two ids": (view, block) => view.setUint32(block + BookDelta.snapshot, 1, true),
    "bid entries too short": (view, block) => view.setUint16(block + bidsHeader, 8, true),
    "bid entries misaligned": (view, block) => view.setUint16(block + bidsHeader, 18, true),
    "one bid too many": (view, block) => view.setUint32(block + bidsHeader + 4, 4, true),
    "2^28 bids": (view, block) => view.setUint32(block + bidsHeader + 4, 2 ** 28, true),
    "2^31 bids": (view, block) => view.setUint32(block + bidsHeader + 4, 2 ** 31, true),
    "2^32 - 1 bids": (view, block) => view.setUint32(block + bidsHeader + 4, 2 ** 32 - 1, true),
    "ask entries too short": (view, block) => view.setUint16(block + asksHeader, 0, true),
    "ask entries misaligned": (view, block) => view.setUint16(block + asksHeader, 17, true),
    "one ask too many": (view, block) => view.setUint32(block + asksHeader + 4, 3, true),
    "2^32 - 1 asks": (view, block) => view.setUint32(block + asksHeader + 4, 2 ** 32 - 1, true),
  };
  assert.equal(read(plain), 1);
  for (const [lie, spoil] of Object.entries(spoiled)) assert.equal(read(plain, spoil), 0, lie);
});

test("[P8] a block outside of the memory, misaligned or cut short by the limit is refused", () => {
  const memory = new BookRecordMemory(4096);
  const { blockByte, limitByte } = memory.write(plain);
  const view = new BookDeltaView();
  for (let limit = -8; limit < limitByte; limit++) {
    assert.equal(view.read(memory.i32, blockByte, limit), 0, String(limit));
  }
  assert.equal(view.read(memory.i32, blockByte, 4100), 0);
  for (const block of [0, 4, 9, 10, -8, 4096, 2 ** 31 - 4]) {
    assert.equal(view.read(memory.i32, block, 4096), 0, String(block));
  }
});

test(`[M3] whatever the words are, an accepted outline lies inside the limit (seed ${randomSeed})`, () => {
  const word = fc.oneof(
    fc.integer(),
    fc.integer({ min: 0, max: 64 }),
    fc.constantFrom(16, 32, (12 << 16) | 32),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 16, maxLength: 40 }), fc.nat(160), (words, limitByte) => {
      const i32 = Int32Array.from(words);
      i32[0] = (BookDelta.templateId << 16) | BookDelta.blockLength;
      i32.fill(0, 2, 6);
      const view = new BookDeltaView();
      if (view.read(i32, 8, limitByte) === 0) return;
      assert.ok(limitByte <= words.length * 4);
      assert.ok(
        view.bidsByte >= 8 + 32 + 8 && view.asksByte >= view.bidsByte + view.bidBytes * view.bidCount + 8,
      );
      assert.ok(view.endByte === view.asksByte + view.askBytes * view.askCount && view.endByte <= limitByte);
      assert.ok(view.bidCount >= 0 && view.askCount >= 0 && view.bidBytes >= 16 && view.askBytes >= 16);
    }),
    { seed: randomSeed, numRuns: 3000 },
  );
});
