import assert from "node:assert/strict";
import { test } from "node:test";
import { bookSizeOf, defaultBookTicks, isBookTicks, TickBook } from "../../../../host/data/books/index.ts";

test("up to 64 books have windows of 131,072 ticks, and all windows together never take more than theirs", () => {
  assert.equal(defaultBookTicks(1), 131_072);
  assert.equal(defaultBookTicks(64), 131_072);
  assert.equal(defaultBookTicks(65), 65_536);
  assert.equal(defaultBookTicks(512), 16_384);
  for (let books = 65; books <= 512; books++) assert.ok(books * defaultBookTicks(books) <= 64 * 131_072);
});

test("every size that is allowed makes a book, and the one that books always had is among them", () => {
  assert.deepEqual(bookSizeOf(131_072), {
    windowTicks: 131_072,
    ladderCapacity: 16_384,
    bufferBytes: 4_194_304,
  });
  for (let ticks = 1024; ticks <= 1_048_576; ticks *= 2) {
    assert.ok(isBookTicks(ticks));
    assert.equal(new TickBook({ tickSize: 1, ...bookSizeOf(ticks) }).bidCount, 0);
  }
});

test("no window has a size that is no power of two, or beyond what its bitmaps can tell", () => {
  for (const ticks of [0, 512, 1000, 1500, 2_097_152, 4096.5, Number.NaN])
    assert.ok(!isBookTicks(ticks), String(ticks));
});
