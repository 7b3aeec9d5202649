import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartPolicy } from "../../../../host/control/plugins/restart-policy.ts";

const SECOND_NS = 1e9;

test("waits 1, 2, 4 and 8 seconds, and then for a person", () => {
  const policy = new RestartPolicy();
  const waits = [0, 10, 20, 30, 40, 50].map((seconds) => policy.delayNs(seconds * SECOND_NS));
  assert.deepEqual(waits, [1e9, 2e9, 4e9, 8e9, null, null]);
  policy.reset();
  assert.equal(policy.delayNs(60 * SECOND_NS), 1e9);
});

test("forgets failures after ten minutes", () => {
  const policy = new RestartPolicy();
  for (const seconds of [0, 1, 2, 3]) policy.delayNs(seconds * SECOND_NS);
  assert.equal(policy.delayNs(600 * SECOND_NS), null, "all five lie within the window");
  assert.equal(new RestartPolicy().delayNs(0), 1e9);
  assert.equal(policy.delayNs(1202 * SECOND_NS), 1e9);
});
