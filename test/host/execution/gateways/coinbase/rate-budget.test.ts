import assert from "node:assert/strict";
import { test } from "node:test";
import { Purpose, RateBudget } from "../../../../../host/execution/gateways/coinbase/rate-budget.ts";
import { VirtualClock } from "../../../../../host/platform/index.ts";

function taken(budget: RateBudget, purpose: Purpose): number {
  let count = 0;
  while (budget.take(purpose)) count += 1;
  return count;
}

test("[V13] of the venue's 30 requests a second ten are kept for cancels, ten more for orders", () => {
  const clock = new VirtualClock(0);
  const budget = new RateBudget(clock);
  assert.deepEqual(
    [Purpose.QUERY, Purpose.ORDER, Purpose.CANCEL].map((purpose) => taken(budget, purpose)),
    [10, 10, 10],
  );
  clock.set(0.5e9);
  assert.equal(taken(budget, Purpose.ORDER), 5);
  assert.equal(taken(budget, Purpose.CANCEL), 10);
  clock.set(100e9);
  assert.equal(taken(budget, Purpose.CANCEL), 30);
});

test("[V13] after a 429 no order or question is sent before the time that the venue names, or for a second when it names none", () => {
  for (const purpose of [Purpose.ORDER, Purpose.QUERY]) {
    const clock = new VirtualClock(0);
    const budget = new RateBudget(clock);
    budget.note(429, 7_000, Number.NaN);
    budget.note(429, 0, Number.NaN);
    clock.set(6.9e9);
    assert.equal(budget.take(purpose), false);
    clock.set(7e9);
    assert.equal(budget.take(purpose), true);
    budget.note(429, 0, Number.NaN);
    clock.set(7.9e9);
    assert.equal(budget.take(purpose), false);
    clock.set(8e9);
    assert.equal(budget.take(purpose), true);
  }
});

test("[V13] while all else is held four cancels a second leave, the first a quarter of a second after the refusal", () => {
  const clock = new VirtualClock(0);
  const budget = new RateBudget(clock);
  budget.note(429, 10_000, Number.NaN);
  let cancels = 0;
  for (let ms = 0; ms < 10_000; ms += 10) {
    clock.set(ms * 1e6);
    if (!budget.take(Purpose.CANCEL)) continue;
    cancels += 1;
    assert.ok(cancels > 1 || ms === 250, `${ms}`);
  }
  assert.equal(cancels, 39);
});

test("[V13] cancels that are asked for by the second leave four at once while all else is held", () => {
  const clock = new VirtualClock(0);
  const budget = new RateBudget(clock);
  budget.note(429, 10_000, Number.NaN);
  const seconds = [0, 1, 2, 5].map((second) => {
    clock.set(second * 1e9);
    return taken(budget, Purpose.CANCEL);
  });
  assert.deepEqual(seconds, [0, 4, 4, 4]);
});

test("the venue's own count of what is left is believed where it is lower", () => {
  const budget = new RateBudget(new VirtualClock(0));
  budget.note(200, 0, 100);
  assert.equal(budget.take(Purpose.ORDER), true);
  budget.note(200, 0, 2);
  assert.equal(taken(budget, Purpose.ORDER), 0);
  assert.equal(taken(budget, Purpose.CANCEL), 2);
});
