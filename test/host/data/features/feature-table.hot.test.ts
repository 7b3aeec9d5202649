import assert from "node:assert/strict";
import { test } from "node:test";
import { FeatureUpdate } from "../../../../abi/host/index.ts";
import { FeatureCode, FEATURES_MAX, FeatureTable } from "../../../../host/data/features/index.ts";

const scratch = new ArrayBuffer(64);
const [i32, f64] = [new Int32Array(scratch), new Float64Array(scratch)];
const now = new Float64Array(1);

/** Offers an update at byte 16 of a kernel with outputs 2 and 3 of the table. */
function take(table: FeatureTable, value: number, instrumentId = 1, output = 0): number {
  f64[(16 + FeatureUpdate.value) >> 3] = value;
  i32[(16 + FeatureUpdate.instrumentId) >> 2] = instrumentId;
  i32[(16 + FeatureUpdate.output) >> 2] = output;
  return table.take(i32, f64, 16, 2, 2, now);
}

/** What an agent that reads slots 3 and 2 would see of an instrument. */
function gather(table: FeatureTable, instrument = 0): readonly [number, number, number] {
  const target = new Float64Array(4).fill(-1);
  const mask = table.gather(instrument, Int32Array.of(3, 2), target, 1, now);
  assert.deepEqual([target[0], target[3]], [-1, -1]);
  return [mask, target[1] ?? 0, target[2] ?? 0];
}

const make = (staleAfterNs = 100): FeatureTable => {
  now[0] = 0;
  return new FeatureTable(2, 4, staleAfterNs);
};

test("a value is shown in the agent's order with its bit, until it is older than the bound", () => {
  const table = make();
  assert.deepEqual(gather(table), [0, 0, 0]);
  assert.equal(take(table, 1.5, 1, 0), FeatureCode.TAKEN);
  assert.deepEqual(
    [gather(table), gather(table, 1)],
    [
      [2, 0, 1.5],
      [0, 0, 0],
    ],
  );
  now[0] = 60;
  take(table, -2, 1, 1);
  assert.deepEqual(gather(table), [3, -2, 1.5]);
  now[0] = 100;
  assert.deepEqual(gather(table), [3, -2, 1.5]);
  now[0] = 101;
  // A stale value is shown as 0, so that an agent that ignores the mask sees nothing old.
  assert.deepEqual(gather(table), [1, -2, 0]);
  assert.deepEqual(
    [table.isFresh(0, 3, now), table.isFresh(0, 2, now), table.isFresh(1, 3, now)],
    [true, false, false],
  );
});

test("[P9] what is not finite, of an unknown instrument or output is refused, and changes nothing", () => {
  const table = make();
  for (const value of [Number.NaN, Infinity, -Infinity])
    assert.equal(take(table, value), FeatureCode.NOT_FINITE);
  for (const instrument of [0, 3, -1, 2 ** 31 - 1])
    assert.equal(take(table, 1, instrument), FeatureCode.UNKNOWN_INSTRUMENT);
  for (const output of [2, 0xffff]) assert.equal(take(table, 1, 1, output), FeatureCode.UNKNOWN_OUTPUT);
  assert.deepEqual(
    [gather(table), [...table.dirty]],
    [
      [0, 0, 0],
      [0, 0],
    ],
  );
  for (const value of [0, -0, 5e-324, Number.MAX_VALUE]) assert.equal(take(table, value), FeatureCode.TAKEN);
});

test("a kernel cannot write beyond the features that are configured", () => {
  const table = new FeatureTable(1, 3, 100);
  assert.equal(take(table, 1, 1, 1), FeatureCode.UNKNOWN_OUTPUT);
  assert.throws(
    () => new FeatureTable(1, FEATURES_MAX + 1, 100),
    /65 features are configured; a host holds at most 64/,
  );
});

test("a kernel that fails has its values stale at once, and every instrument marked; others keep theirs", () => {
  const table = make();
  take(table, 1, 1, 0);
  take(table, 2, 2, 1);
  table.dirty.fill(0);
  table.expire(2, 1);
  assert.deepEqual([gather(table), gather(table, 1)[0], [...table.dirty]], [[0, 0, 0], 1, [1, 1]]);
});

test("the columns for the digest show every value and every time", () => {
  const digest = (table: FeatureTable): string => table.columns.map((column) => column.join()).join();
  const table = make();
  const seen = new Set([digest(table)]);
  take(table, 1);
  seen.add(digest(table));
  now[0] = 5;
  take(table, 1);
  seen.add(digest(table));
  take(table, 1, 2, 1);
  seen.add(digest(table));
  assert.equal(seen.size, 4);
});
