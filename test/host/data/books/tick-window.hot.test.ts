import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TickWindow } from "../../../../host/data/books/tick-window.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";

function fill(window: TickWindow, offsets: Iterable<number>): void {
  for (const offset of offsets) {
    const slot = (offset + window.originSlot) & window.mask;
    window.sizes[slot] = offset + 1;
    window.mark(slot);
  }
}

test("a window of a size that the bitmaps cannot hold is refused", () => {
  for (const capacity of [0, 512, 1000, 1025, 2_097_152, -1024, Number.NaN]) {
    assert.throws(() => new TickWindow(capacity), /power of two from 1024 to 1048576/, String(capacity));
  }
});

test("an empty window finds nothing from anywhere", () => {
  for (const capacity of [1024, 131_072]) {
    const window = new TickWindow(capacity);
    for (const offset of [0, 1, 33, capacity]) {
      assert.equal(window.below(offset), -1);
      assert.equal(window.atOrAbove(offset), -1);
    }
  }
});

test("a search never looks past the seam of the ring", () => {
  const window = new TickWindow(1024);
  window.originSlot = 1000;
  fill(window, [5, 1020]);
  assert.equal(window.below(1024), 1020);
  assert.equal(window.below(1020), 5);
  assert.equal(window.below(5), -1);
  assert.equal(window.atOrAbove(0), 5);
  assert.equal(window.atOrAbove(6), 1020);
  assert.equal(window.atOrAbove(1021), -1);
});

test(`both searches agree with a sorted list, wherever the ring begins (seed ${randomSeed})`, () => {
  const scenario = fc.constantFrom(1024, 65_536, 1_048_576).chain((capacity) =>
    fc.record({
      capacity: fc.constant(capacity),
      originSlot: fc.nat(capacity - 1),
      held: fc.uniqueArray(fc.nat(capacity - 1), { maxLength: 60 }),
      removed: fc.nat(60),
      asked: fc.array(fc.nat(capacity), { maxLength: 30 }),
    }),
  );
  fc.assert(
    fc.property(scenario, ({ capacity, originSlot, held, removed, asked }) => {
      const window = new TickWindow(capacity);
      window.originSlot = originSlot;
      fill(window, held);
      for (const offset of held.slice(0, removed)) {
        const slot = (offset + originSlot) & window.mask;
        window.sizes[slot] = 0;
        window.unmark(slot);
      }
      const left = held.slice(removed).sort((one, other) => one - other);
      assert.equal(window.levelCount, left.length);
      for (const offset of [...asked, ...held]) {
        assert.equal(window.below(offset), left.findLast((one) => one < offset) ?? -1);
        assert.equal(window.atOrAbove(offset), left.find((one) => one >= offset) ?? -1);
      }
      window.clear();
      assert.equal(window.levelCount, 0);
      assert.equal(window.below(capacity), -1);
      assert.ok(window.sizes.every((size) => size === 0));
      fill(window, [3]);
      assert.deepEqual([window.below(capacity), window.atOrAbove(0), window.below(3)], [3, 3, -1]);
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});
