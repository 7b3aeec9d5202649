import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelPace } from "../../../host/lane/cancel-pace.hot.ts";

const SLOT = 2;
const VENUE = 1;

/** The seconds at which a cancel leaves that is refused each time, tried by the second. */
function secondsOfCancels(pace: CancelPace, nowNs: Float64Array, until: number): number[] {
  const seconds: number[] = [];
  for (let second = Number(nowNs[0]) / 1e9; second < until; second++) {
    nowNs[0] = second * 1e9;
    if (!pace.isDue(SLOT, VENUE)) continue;
    pace.sent(SLOT);
    seconds.push(second);
  }
  return seconds;
}

test("a cancel that is refused is repeated within a second, and then with pauses that double to 32 s", () => {
  const nowNs = new Float64Array(1);
  const pace = new CancelPace(4, nowNs);
  assert.deepEqual(secondsOfCancels(pace, nowNs, 160), [0, 1, 2, 4, 8, 16, 32, 64, 96, 128]);
});

test("a new reason to cancel, or another order in the slot, begins at once; other slots go on by themselves", () => {
  const nowNs = new Float64Array(1);
  const pace = new CancelPace(4, nowNs);
  secondsOfCancels(pace, nowNs, 40);
  assert.equal(pace.isDue(SLOT, VENUE), false);
  assert.equal(pace.isDue(SLOT + 1, VENUE), true);
  pace.relax(SLOT);
  assert.deepEqual(secondsOfCancels(pace, nowNs, 50), [39, 40, 41, 43, 47]);
  pace.wanted[SLOT] = 1;
  pace.clear(SLOT);
  assert.deepEqual([pace.isDue(SLOT, VENUE), pace.wanted[SLOT]], [true, 0]);
});
