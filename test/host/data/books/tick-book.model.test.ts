import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BookCode, BookCounter, BookSide, TickBook } from "../../../../host/data/books/index.ts";
import type { Level } from "../../../support/book-records.ts";
import { applyDelta, levelsOf, put } from "../../../support/book-under-test.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { SortedBook } from "../../../support/sorted-book.ts";

const TICK_SIZE = 10;
const sides = [
  [BookSide.BID, "bid"],
  [BookSide.ASK, "ask"],
] as const;

const step = fc.record({
  move: fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -3000, max: 3000 })),
  entries: fc.array(
    fc.record({
      isBid: fc.boolean(),
      depth: fc.oneof(fc.nat(30), fc.nat(2000), fc.nat(20_000)),
      shift: fc.constantFrom(0, 0, 0, 3),
      size: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
    }),
    { maxLength: 25 },
  ),
});

interface Step {
  readonly move: number;
  readonly entries: readonly {
    readonly isBid: boolean;
    readonly depth: number;
    readonly shift: number;
    readonly size: number;
  }[];
}

/** Turns a step of a random walk into a delta that leaves the reference uncrossed, and applies it there. */
function walk(reference: SortedBook, middle: number, entries: Step["entries"]): [Level[], Level[]] {
  const bids = reference
    .levels("bid")
    .filter(([price]) => price >= middle)
    .map(([price]): Level => [price, 0]);
  const asks = reference
    .levels("ask")
    .filter(([price]) => price <= middle)
    .map(([price]): Level => [price, 0]);
  for (const { isBid, depth, shift, size } of entries) {
    const price = middle + (isBid ? -1 : 1) * (5 + TICK_SIZE * depth) + shift;
    if (price >= 0) (isBid ? bids : asks).push([price, size]);
  }
  for (const [price, size] of bids) reference.set("bid", Number(price), Number(size));
  for (const [price, size] of asks) reference.set("ask", Number(price), Number(size));
  return [bids, asks];
}

function walkBoth(
  book: TickBook,
  steps: readonly Step[],
  check: (reference: SortedBook, code: number) => void,
): void {
  const reference = new SortedBook();
  let middle = 300_005;
  for (const { move, entries } of steps) {
    middle = Math.max(TICK_SIZE, middle + TICK_SIZE * move);
    const [bids, asks] = walk(reference, middle, entries);
    check(reference, applyDelta(book, bids, asks));
  }
}

test(`a random walk with leaps and off-grid prices leaves every level as the reference has it (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: "max" }), (steps) => {
      const book = new TickBook({ tickSize: TICK_SIZE, windowTicks: 1024, ladderCapacity: 2048 });
      walkBoth(book, steps, (reference, code) => {
        assert.equal(code, BookCode.OK);
        const bids = reference.levels("bid");
        const asks = reference.levels("ask");
        assert.deepEqual(levelsOf(book, BookSide.BID), bids);
        assert.deepEqual(levelsOf(book, BookSide.ASK), asks);
        assert.deepEqual([book.bidCount, book.askCount], [bids.length, asks.length]);
        assert.deepEqual([...book.best], [...(bids[0] ?? [0, 0]), ...(asks[0] ?? [0, 0])]);
      });
    }),
    { seed: randomSeed, numRuns: 150 },
  );
});

test(`with a ladder that overflows, what the book shows is still the reference's head (seed ${randomSeed})`, () => {
  let dropped = 0;
  let incomplete = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: "max" }), (steps) => {
      const book = new TickBook({ tickSize: TICK_SIZE, windowTicks: 1024, ladderCapacity: 4 });
      walkBoth(book, steps, (reference, code) => {
        if (code === BookCode.INCOMPLETE) {
          incomplete++;
          book.clear();
          reference.clear();
          return;
        }
        for (const [side, name] of sides) {
          const shown = levelsOf(book, side);
          const all = reference.levels(name);
          assert.deepEqual(shown, all.slice(0, shown.length));
          assert.equal(shown.length === 0, all.length === 0, "the best level is always shown");
        }
        if (book.counters[BookCounter.LEVELS_DROPPED] === 0) {
          assert.equal(book.bidCount + book.askCount, reference.bids.size + reference.asks.size);
        }
      });
      dropped += book.counters[BookCounter.LEVELS_DROPPED] ?? 0;
    }),
    { seed: randomSeed, numRuns: 100 },
  );
  assert.ok(dropped > 0 && incomplete > 0, "the walks must reach both cases");
});

test(`prices up to 2^53 - 1 are told apart on both sides (seed ${randomSeed})`, () => {
  const far = Number.MAX_SAFE_INTEGER;
  const entry = fc.record({ below: fc.oneof(fc.nat(60), fc.nat(3000)), size: fc.constantFrom(0, 1, far) });
  const groups = fc.array(fc.array(entry, { maxLength: 20 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(1, 3), groups, (tickSize, given) => {
      for (const [side, name] of sides) {
        const book = new TickBook({ tickSize, windowTicks: 1024, ladderCapacity: 256 });
        const reference = new SortedBook();
        for (const group of given) {
          for (const { below, size } of group) reference.set(name, far - below, size);
          const levels = group.map(({ below, size }): Level => [far - below, size]);
          assert.equal(put(book, side, levels), BookCode.OK);
          assert.deepEqual(levelsOf(book, side), reference.levels(name));
        }
      }
    }),
    { seed: randomSeed, numRuns: 150 },
  );
});
