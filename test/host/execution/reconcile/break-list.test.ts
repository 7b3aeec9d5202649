import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BREAKS_MAX,
  BreakList,
  BreakNumber,
  BreakWord,
} from "../../../../host/execution/reconcile/break-list.hot.ts";

const about = (asset: number): Int32Array => Int32Array.of(3, 0, -1, asset, 0, 0, 0, 0);

test("one difference has one place however often it is seen, and counts the rounds and not the looks", () => {
  const list = new BreakList();
  const first = list.see(about(1), Float64Array.of(10, 11, 5), 1);
  assert.equal(list.see(about(1), Float64Array.of(10, 12, 6), 1), first);
  assert.equal(list.word(first, BreakWord.SEEN), 1);
  list.see(about(1), Float64Array.of(10, 12, 9), 2);
  assert.equal(list.word(first, BreakWord.SEEN), 2);
  assert.deepEqual(
    [BreakNumber.OURS, BreakNumber.THEIRS, BreakNumber.FIRST_NS, BreakNumber.LAST_NS].map((cell) =>
      list.number(first, cell),
    ),
    [10, 12, 5, 9],
  );
  assert.notEqual(list.see(about(2), Float64Array.of(1, 2, 9), 2), first);
});

test("only confirmed breaks that nobody has accepted are open, and numbers are not given twice", () => {
  const list = new BreakList();
  const place = list.see(about(1), Float64Array.of(1, 2, 3), 1);
  assert.equal(list.openCount(0), 0);
  list.set(place, BreakWord.IS_CONFIRMED, 1);
  assert.deepEqual([list.openCount(0), list.openCount(1)], [1, 0]);
  list.set(place, BreakWord.IS_ACCEPTED, 1);
  assert.equal(list.openCount(0), 0);
  assert.equal(list.find(1), place);
  list.close(place);
  assert.deepEqual([list.find(1), list.find(0)], [-1, -1]);
  list.see(about(1), Float64Array.of(1, 2, 3), 2);
  assert.equal(list.find(2), place);
});

test("a full list counts what it cannot hold", () => {
  const list = new BreakList();
  for (let asset = 0; asset < BREAKS_MAX; asset++)
    assert.ok(list.see(about(asset), Float64Array.of(1, 2, 3), 1) >= 0);
  assert.equal(list.see(about(BREAKS_MAX), Float64Array.of(1, 2, 3), 1), -1);
  assert.equal(list.overflowed, 1);
});
