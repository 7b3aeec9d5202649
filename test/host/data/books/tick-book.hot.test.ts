import assert from "node:assert/strict";
import { test } from "node:test";
import { BookTop } from "../../../../abi/host/index.ts";
import { BestCell, BookCode, BookCounter, BookSide, TickBook } from "../../../../host/data/books/index.ts";
import type { Level } from "../../../support/book-records.ts";
import { applyDelta, levelsOf, put } from "../../../support/book-under-test.ts";
import { SortedBook } from "../../../support/sorted-book.ts";

const TICK_SIZE = 10;

test("a book for a tick size that is no mantissa is refused", () => {
  for (const tickSize of [0, -1, 0.5, 2 ** 53, Number.NaN]) {
    assert.throws(() => new TickBook({ tickSize }), /must be a price mantissa/, String(tickSize));
  }
});

test("a new book is empty on both sides and nothing is wrong with it", () => {
  const book = new TickBook({ tickSize: 1 });
  assert.deepEqual([book.bidCount, book.askCount, ...book.best], [0, 0, 0, 0, 0, 0]);
  assert.equal(book.finishDelta(), BookCode.OK);
  assert.deepEqual(levelsOf(book, BookSide.BID), []);
});

test("best levels follow additions, changes and removals", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  assert.equal(
    applyDelta(
      book,
      [
        [1000, 5],
        [990, 6],
      ],
      [
        [1010, 7],
        [1020, 8],
      ],
    ),
    BookCode.OK,
  );
  assert.deepEqual([...book.best], [1000, 5, 1010, 7]);
  assert.equal(applyDelta(book, [[1000, 0]], [[1010, 9]]), BookCode.OK);
  assert.deepEqual([...book.best], [990, 6, 1010, 9]);
  assert.deepEqual(levelsOf(book, BookSide.ASK), [
    [1010, 9],
    [1020, 8],
  ]);
  assert.equal(
    applyDelta(
      book,
      [[990, 0]],
      [
        [1010, 0],
        [1020, 0],
      ],
    ),
    BookCode.OK,
  );
  assert.deepEqual([book.bidCount, book.askCount, ...book.best], [0, 0, 0, 0, 0, 0]);
});

test("[M3] removing a level that is not there is counted and changes nothing, in the window and outside", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  applyDelta(book, [[1000, 5]], [[1010, 7]]);
  assert.equal(
    applyDelta(
      book,
      [
        [980, 0],
        [985, 0],
        [900_000_000, 0],
      ],
      [],
    ),
    BookCode.OK,
  );
  assert.equal(book.counters[BookCounter.ABSENT_REMOVALS], 3);
  assert.equal(book.counters[BookCounter.OUTSIDE_WINDOW], 2);
  assert.equal(book.counters[BookCounter.LEVELS], 5);
  assert.deepEqual([...book.best], [1000, 5, 1010, 7]);
});

test("[M3] a book crossed or locked by a whole delta says so, one crossed between its groups does not", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  applyDelta(book, [[1000, 5]], [[1010, 7]]);
  assert.equal(
    applyDelta(
      book,
      [[1010, 1]],
      [
        [1010, 0],
        [1020, 1],
      ],
    ),
    BookCode.OK,
  );
  assert.equal(applyDelta(book, [[1020, 1]], []), BookCode.CROSSED);
  assert.equal(applyDelta(book, [[1025, 1]], []), BookCode.CROSSED);
});

test("[M3] negative and unsafe values are refused, the last safe ones are kept exactly", () => {
  for (const bad of [-1, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n]) {
    const book = new TickBook({ tickSize: TICK_SIZE });
    assert.equal(
      put(book, BookSide.BID, [
        [1000, 1],
        [bad, 1],
        [990, 1],
      ]),
      BookCode.VALUE_REFUSED,
    );
    assert.equal(put(book, BookSide.ASK, [[1010, bad]]), BookCode.VALUE_REFUSED);
    assert.equal(put(book, BookSide.ASK, [[bad, 1]]), BookCode.VALUE_REFUSED);
    assert.equal(book.bidCount, 1, "entries behind the bad one are not applied");
    assert.equal(book.askCount, 0);
  }
  const book = new TickBook({ tickSize: 1 });
  const last = Number.MAX_SAFE_INTEGER;
  assert.equal(
    applyDelta(
      book,
      [[0, last]],
      [
        [last, last],
        [last - 1, 1],
      ],
    ),
    BookCode.OK,
  );
  assert.deepEqual([...book.best], [0, last, last - 1, 1]);
  assert.deepEqual(levelsOf(book, BookSide.ASK), [
    [last - 1, 1],
    [last, last],
  ]);
});

test("[P8] entries that do not lie inside the memory are refused before any is read", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  const i32 = new Int32Array(8);
  const calls = [
    [0, 16, 3],
    [-16, 16, 1],
    [2, 16, 1],
    [0, 12, 1],
    [0, 18, 1],
    [0, 16, -1],
    [32, 16, 1],
    [0, 16, 2 ** 31],
  ];
  for (const [firstByte = 0, entryBytes = 0, count = 0] of calls) {
    const code = book.applyGroup(BookSide.BID, i32, firstByte, entryBytes, count);
    assert.equal(code, BookCode.VALUE_REFUSED, String([firstByte, entryBytes, count]));
  }
  assert.equal(book.counters[BookCounter.LEVELS], 0);
  assert.equal(book.applyGroup(BookSide.BID, i32, 0, 16, 2), BookCode.OK);
});

test("entries longer than this host knows are stepped over", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  assert.equal(
    put(
      book,
      BookSide.BID,
      [
        [1000, 1],
        [990, 2],
      ],
      40,
    ),
    BookCode.OK,
  );
  assert.deepEqual(levelsOf(book, BookSide.BID), [
    [1000, 1],
    [990, 2],
  ]);
});

test("an ask at price 0 is 0, not -0", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  put(book, BookSide.ASK, [
    [0, 3],
    [5, 2],
  ]);
  assert.ok(Object.is(book.best[BestCell.ASK_PRICE], 0));
  assert.deepEqual(levelsOf(book, BookSide.ASK), [
    [0, 3],
    [5, 2],
  ]);
});

test("the top of the book is written with its counts, unused levels as zeros", () => {
  const book = new TickBook({ tickSize: TICK_SIZE });
  const far = 2 ** 40 + 10 - (2 ** 40 % 10);
  const bids = Array.from({ length: 12 }, (_, rung): Level => [far - 10 * rung, 2 ** 33 + rung]);
  applyDelta(book, bids, [
    [far + 5, 1],
    [far + 10, 2],
  ]);
  const target = new BigInt64Array((BookTop.blockLength + 16) / 8).fill(-1n);
  book.copyTop(new Int32Array(target.buffer), 8);
  const longs = (field: number): number[] =>
    Array.from(target.subarray(1 + field / 8, 11 + field / 8), Number);
  assert.deepEqual(
    longs(BookTop.bidPrices),
    bids.slice(0, 10).map(([price]) => price),
  );
  assert.deepEqual(
    longs(BookTop.bidSizes),
    bids.slice(0, 10).map(([, size]) => size),
  );
  assert.deepEqual(longs(BookTop.askPrices), [far + 5, far + 10, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(longs(BookTop.askSizes), [1, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  const view = new DataView(target.buffer, 8);
  assert.deepEqual([view.getUint16(BookTop.bidCount, true), view.getUint16(BookTop.askCount, true)], [10, 2]);
  assert.equal(target[0], -1n, "nothing before the block");
  assert.equal(target.at(-1), -1n, "nothing behind it");
  assert.equal(view.getBigInt64(BookTop.timeNs, true), -1n, "the caller's fields are left alone");
});

test("a full ladder drops the farthest level, hides what lies beyond, and a best that gets there is INCOMPLETE", () => {
  const book = new TickBook({ tickSize: TICK_SIZE, windowTicks: 1024, ladderCapacity: 2 });
  applyDelta(
    book,
    [
      [100_000, 1],
      [50_000, 2],
      [40_000, 3],
    ],
    [[100_010, 1]],
  );
  assert.equal(
    applyDelta(
      book,
      [
        [45_000, 4],
        [30_000, 9],
      ],
      [],
    ),
    BookCode.OK,
  );
  assert.equal(book.counters[BookCounter.LEVELS_DROPPED], 2);
  assert.deepEqual(levelsOf(book, BookSide.BID), [
    [100_000, 1],
    [50_000, 2],
    [45_000, 4],
  ]);
  assert.equal(applyDelta(book, [[100_000, 0]], []), BookCode.OK);
  assert.equal(
    applyDelta(
      book,
      [
        [50_000, 0],
        [40_000, 7],
      ],
      [],
    ),
    BookCode.OK,
  );
  assert.deepEqual(levelsOf(book, BookSide.BID), [[45_000, 4]], "40,000 is known again, but not all between");
  assert.equal(applyDelta(book, [[45_000, 0]], []), BookCode.INCOMPLETE);
  assert.equal(
    applyDelta(book, [[40_000, 0]], []),
    BookCode.INCOMPLETE,
    "an empty side is not known to be empty",
  );
  book.clear();
  assert.equal(applyDelta(book, [[500, 1]], []), BookCode.OK);
  assert.deepEqual([...book.best], [500, 1, 0, 0]);
});

test("the window follows a market that runs away, and no level is lost on the way there and back", () => {
  const book = new TickBook({ tickSize: TICK_SIZE, windowTicks: 1024 });
  const reference = new SortedBook();
  const at = (step: number): number => 100_000 + TICK_SIZE * 300 * (step <= 20 ? step : 40 - step);
  for (let step = 0; step <= 40; step++) {
    const price = at(step);
    const bids: Level[] = [
      [price, step + 1],
      [price - 7, step + 2],
    ];
    for (const [held] of reference.levels("bid")) if (held > price) bids.push([held, 0]);
    for (const [level, size] of bids) reference.set("bid", Number(level), Number(size));
    put(book, BookSide.BID, bids);
    assert.deepEqual(levelsOf(book, BookSide.BID), reference.levels("bid"));
  }
  assert.ok((book.counters[BookCounter.RECENTRES] ?? 0) >= 25, "on the way up and on the way down");
});
