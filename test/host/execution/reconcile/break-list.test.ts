import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BREAKS_MAX,
  BreakList,
  BreakNumber,
  BreakWord,
} from "../../../../host/execution/reconcile/break-list.hot.ts";
import { ExternalOrders, EXTERNAL_MAX } from "../../../../host/execution/reconcile/external-orders.hot.ts";

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
  const external = new ExternalOrders();
  for (let id = 0; id <= EXTERNAL_MAX; id++) external.see(Int32Array.of(0, id, 0, 1, 1), new Float64Array(3));
  assert.deepEqual([external.count, external.overflowed], [EXTERNAL_MAX, 1]);
});

test("external orders that a whole list does not show are taken off, and those of other instruments stay", () => {
  const external = new ExternalOrders();
  const see = (instrument: number, id: number, round: number): boolean =>
    external.see(Int32Array.of(instrument, id, 0, 1, round), new Float64Array(3));
  assert.deepEqual([see(0, 7, 1), see(0, 8, 1), see(1, 7, 1)], [true, true, true]);
  assert.equal(see(0, 8, 2), false);
  external.endRound(0, 2);
  assert.deepEqual(
    [0, 1].map((place) => [external.word(place, 0), external.word(place, 1)]),
    [
      [1, 7],
      [0, 8],
    ],
  );
  assert.equal(external.count, 2);
});
