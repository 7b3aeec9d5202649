import assert from "node:assert/strict";
import { test } from "node:test";
import { LADDER_KEY, LADDER_SIZE, PriceLadder } from "../../../../host/data/books/price-ladder.hot.ts";
import { TickWindow } from "../../../../host/data/books/tick-window.hot.ts";
import { shiftWindow } from "../../../../host/data/books/window-shift.hot.ts";

const TICK_SIZE = 10;
const scale = new Float64Array([TICK_SIZE, 1 / TICK_SIZE]);

function bidsAt(
  originTick: number,
  ticks: readonly number[],
  ladderKeys: readonly number[],
  capacity = 64,
): {
  readonly window: TickWindow;
  readonly ladder: PriceLadder;
} {
  const window = new TickWindow(1024);
  const ladder = new PriceLadder(capacity);
  window.originTick[0] = originTick;
  for (const tick of ticks) {
    const slot = (tick - originTick + window.originSlot) & window.mask;
    window.sizes[slot] = tick;
    window.mark(slot);
  }
  for (const key of ladderKeys) {
    ladder.argument[LADDER_KEY] = key;
    ladder.argument[LADDER_SIZE] = key;
    ladder.put();
  }
  return { window, ladder };
}

function ladderOf(ladder: PriceLadder): number[] {
  return [...ladder.keys.subarray(0, ladder.count)];
}

test("moving up merges what falls out below with the ladder and takes in what lies on the grid above", () => {
  const { window, ladder } = bidsAt(1000, [1003, 1005, 1500], [21_240, 21_230, 20_245, 20_235, 10_045, 9000]);
  shiftWindow(window, ladder, scale, 1, new Float64Array([1100]));
  assert.deepEqual(ladderOf(ladder), [21_240, 20_245, 20_235, 10_050, 10_045, 10_030, 9000]);
  assert.equal(window.levelCount, 2);
  assert.equal(
    window.below(1024),
    1023,
    "tick 2123, price 21230, the highest that fits, came from the ladder",
  );
  assert.equal(window.below(1023), 400, "tick 1500 stayed");
  assert.equal(window.sizes[(400 + window.originSlot) & window.mask], 1500);
});

test("moving down takes in the ladder's levels on the grid and pushes nothing out", () => {
  const { window, ladder } = bidsAt(1000, [1003], [9990, 9985, 9000, 100]);
  shiftWindow(window, ladder, scale, 1, new Float64Array([900]));
  assert.deepEqual(ladderOf(ladder), [9985, 100]);
  assert.equal(window.levelCount, 3);
  assert.deepEqual([window.below(1024), window.below(103), window.below(99)], [103, 99, 0]);
});

test("a leap beyond the whole window empties it, and what the ladder cannot hold is dropped from the far end", () => {
  const { window, ladder } = bidsAt(1000, [1000, 1010, 1020, 1030], [10_205, 50], 3);
  shiftWindow(window, ladder, scale, 1, new Float64Array([2 ** 40]));
  assert.equal(window.levelCount, 0);
  assert.deepEqual(ladderOf(ladder), [10_300, 10_205, 10_200]);
  assert.equal(ladder.droppedCount, 3);
  assert.equal(ladder.dropped[0], 10_100);
});
