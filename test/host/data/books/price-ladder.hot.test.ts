import assert from "node:assert/strict";
import { test } from "node:test";
import { LADDER_KEY, LADDER_SIZE, PriceLadder } from "../../../../host/data/books/price-ladder.hot.ts";

function put(ladder: PriceLadder, key: number, size: number): number {
  ladder.argument[LADDER_KEY] = key;
  ladder.argument[LADDER_SIZE] = size;
  return ladder.put();
}

function held(ladder: PriceLadder): [number, number][] {
  return Array.from({ length: ladder.count }, (_, rung) => [
    ladder.keys[rung] ?? Number.NaN,
    ladder.sizes[rung] ?? Number.NaN,
  ]);
}

test("a ladder of no or too great capacity is refused", () => {
  for (const capacity of [0, -1, 1.5, 1_048_577, Number.NaN]) {
    assert.throws(() => new PriceLadder(capacity), /from 1 to 1048576/, String(capacity));
  }
});

test("levels stand best first whatever order they come in, and a second size replaces the first", () => {
  const ladder = new PriceLadder(8);
  for (const key of [5, 9, 1, 7]) assert.equal(put(ladder, key, key * 10), 0);
  assert.equal(put(ladder, 7, 3), 0);
  assert.deepEqual(held(ladder), [
    [9, 90],
    [7, 3],
    [5, 50],
    [1, 10],
  ]);
});

test("[M3] size 0 removes a level, and tells when there was none", () => {
  const ladder = new PriceLadder(8);
  for (const key of [5, 9, 1]) put(ladder, key, 1);
  assert.equal(put(ladder, 5, 0), 0);
  assert.equal(put(ladder, 5, 0), 1);
  assert.deepEqual(held(ladder), [
    [9, 1],
    [1, 1],
  ]);
});

test("a full ladder gives up the level farthest from the best, be it the new one", () => {
  const ladder = new PriceLadder(3);
  for (const key of [9, 5, 7]) put(ladder, key, key);
  put(ladder, 8, 8);
  assert.deepEqual(held(ladder), [
    [9, 9],
    [8, 8],
    [7, 7],
  ]);
  assert.equal(ladder.dropped[0], 5);
  put(ladder, 1, 1);
  assert.deepEqual(held(ladder), [
    [9, 9],
    [8, 8],
    [7, 7],
  ]);
  assert.equal(ladder.dropped[0], 5, "the best level given up is what counts");
  assert.equal(ladder.droppedCount, 2);
  ladder.clear();
  assert.equal(ladder.count, 0);
  assert.equal(ladder.dropped[0], -Infinity);
});
