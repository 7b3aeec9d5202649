import assert from "node:assert/strict";
import { test } from "node:test";
import { WeightBudget } from "../../../../../host/execution/gateways/binance/weight-budget.ts";

const MINUTE_MS = 60_000;

test("[V13] a minute's weight is spent up to what is kept for cancels, which cancels may spend", () => {
  const budget = new WeightBudget();
  budget.setLimit(1_000);
  assert.equal(budget.take(890, false, 0), 0);
  assert.equal(budget.take(7, false, 10_000), MINUTE_MS - 10_000);
  assert.equal(budget.take(100, true, 10_000), 0);
  assert.equal(budget.take(11, true, 10_000), 50_000);
  assert.equal(budget.take(890, false, MINUTE_MS), 0);
});

test("[V13] the venue's count is believed where it is higher: others use this address too", () => {
  const budget = new WeightBudget();
  budget.take(5, false, 0);
  budget.note(200, 5_890, 0, 100);
  assert.equal(budget.take(7, false, 200), MINUTE_MS - 200);
  budget.note(200, 3, 0, 300);
  budget.note(200, Number.NaN, 0, 300);
  assert.ok(budget.take(7, false, 300) > 0);
});

test("[V13] after 429 or 418 nothing is asked before the time that the venue names, a second at least, cancels included", () => {
  for (const status of [429, 418]) {
    const budget = new WeightBudget();
    budget.note(status, 0, 30_000, 0);
    assert.equal(budget.take(1, true, 0), 30_000);
    assert.equal(budget.take(1, true, 29_999), 1);
    assert.equal(budget.take(1, true, 30_000), 0);
    budget.note(status, 0, 0, 30_000);
    assert.equal(budget.take(1, false, 30_000), 1_000);
  }
});

test("a request that is larger than the limit goes alone, rather than never", () => {
  const budget = new WeightBudget();
  budget.setLimit(100);
  assert.equal(budget.take(250, false, 0), 0);
  assert.ok(budget.take(250, false, 1) > 0);
});
