import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Side } from "../../../abi/host/index.ts";
import { isNear, publish } from "../../../test/support/features-under-test.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";

const DECAY = 2;

test(`equals signed over whole size, each trade decayed by its age (seed ${randomSeed})`, async () => {
  const trade = fc.record({
    size: fc.integer({ min: 1, max: 1e9 }),
    isBuy: fc.boolean(),
    waitNs: fc.integer({ min: 0, max: 3e9 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(trade, { minLength: 1, maxLength: 40 }), async (list) => {
      const plugin = await loadPlainPlugin("feature", "signed-trade-flow", [DECAY]);
      const trades: { readonly signed: number; readonly timeNs: number }[] = [];
      let timeNs = 0;
      for (const { size, isBuy, waitNs } of list) {
        timeNs += waitNs;
        trades.push({ signed: isBuy ? size : -size, timeNs });
        const now = timeNs;
        const weigh = (of: (signed: number) => number): number =>
          trades.reduce(
            (sum, each) => sum + of(each.signed) * Math.exp(-(now - each.timeNs) / 1e9 / DECAY),
            0,
          );
        const value = publish(plugin, "Trade", {
          instrumentId: 1,
          price: 5,
          size,
          aggressorSide: isBuy ? Side.BUY : Side.SELL,
          timeNs,
        }).get(0);
        assert.ok(isNear(value, weigh((signed) => signed) / weigh(Math.abs), 1e-9), `${value}`);
        assert.ok(Math.abs(value ?? 2) <= 1);
      }
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

test("buys alone are 1, sales alone −1, and a time that goes back decays nothing", async () => {
  const plugin = await loadPlainPlugin("feature", "signed-trade-flow", [DECAY]);
  assert.equal(
    publish(plugin, "Trade", {
      instrumentId: 1,
      price: 5,
      size: 3,
      aggressorSide: Side.BUY,
      timeNs: 2e9,
    }).get(0),
    1,
  );
  assert.equal(
    publish(plugin, "Trade", {
      instrumentId: 2,
      price: 5,
      size: 3,
      aggressorSide: Side.SELL,
      timeNs: 2e9,
    }).get(0),
    -1,
  );
  assert.equal(
    publish(plugin, "Trade", {
      instrumentId: 1,
      price: 5,
      size: 3,
      aggressorSide: Side.SELL,
      timeNs: 1e9,
    }).get(0),
    0,
  );
});

test("an old flow is forgotten: after an hour the last trade alone counts", async () => {
  const plugin = await loadPlainPlugin("feature", "signed-trade-flow", [DECAY]);
  publish(plugin, "Trade", { instrumentId: 1, price: 5, size: 1e15, aggressorSide: Side.BUY, timeNs: 0 });
  assert.equal(
    publish(plugin, "Trade", {
      instrumentId: 1,
      price: 5,
      size: 1,
      aggressorSide: Side.SELL,
      timeNs: 3600e9,
    }).get(0),
    -1,
  );
});
