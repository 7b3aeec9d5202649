import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemClock, VirtualClock } from "../../../../host/platform/index.ts";

test("[T7] a virtual clock stamps the cell that it is told, and derives the wall clock from it", () => {
  const clock = new VirtualClock(1_700_000_000_000);
  const cells = Float64Array.of(-1, -1, -1);
  clock.set(2_500_000);
  clock.stamp(cells, 1);
  assert.deepEqual([...cells], [-1, 2_500_000, -1]);
  assert.equal(clock.wallMs(), 1_700_000_000_002);
  assert.equal(clock.nowNs, 2_500_000);
});

test("[T1] a virtual clock never goes back, and takes no NaN", () => {
  const clock = new VirtualClock(0);
  clock.set(10);
  clock.set(10);
  assert.throws(() => clock.set(9), /9 ns lies before 10 ns/);
  assert.throws(() => clock.set(Number.NaN), /NaN ns/);
  assert.equal(clock.nowNs, 10);
});

test("[T1] the system's clock counts from its making, forwards, whatever the wall clock says", () => {
  const clock = new SystemClock();
  const cells = new Float64Array(2);
  clock.stamp(cells, 0);
  clock.stamp(cells, 1);
  const [first = -1, second = -1] = cells;
  assert.ok(first >= 0 && first < 60e9);
  assert.ok(second >= first);
  assert.ok(Math.abs(clock.wallMs() - Date.now()) < 60_000);
});
