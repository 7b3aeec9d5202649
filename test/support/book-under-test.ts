import assert from "node:assert/strict";
import { BookCode, BookSide } from "../../host/data/books/index.ts";
import type { TickBook } from "../../host/data/books/index.ts";
import { BookRecordMemory } from "./book-records.ts";
import type { Level } from "./book-records.ts";

const memory = new BookRecordMemory(1 << 20);

/** Applies levels to one side, as the entries of a record. */
export function put(book: TickBook, side: BookSide, levels: readonly Level[], entryBytes = 16): number {
  memory.rewind();
  const { blockByte } = memory.write({
    firstUpdateId: 1,
    lastUpdateId: 1,
    bids: levels,
    asks: [],
    entryBytes,
  });
  return book.applyGroup(side, memory.i32, blockByte + 32 + 8, entryBytes, levels.length);
}

/** Applies both sides and finishes the delta. */
export function applyDelta(book: TickBook, bids: readonly Level[], asks: readonly Level[]): number {
  assert.equal(put(book, BookSide.BID, bids), BookCode.OK);
  assert.equal(put(book, BookSide.ASK, asks), BookCode.OK);
  return book.finishDelta();
}

/** The levels that a book shows, best first, as [price, size]. */
export function levelsOf(book: TickBook, side: BookSide, room = 10_000): number[][] {
  const prices = new Float64Array(room);
  const sizes = new Float64Array(room);
  const count = book.readLevels(side, prices, sizes);
  return Array.from({ length: count }, (_, index) => [
    prices[index] ?? Number.NaN,
    sizes[index] ?? Number.NaN,
  ]);
}
