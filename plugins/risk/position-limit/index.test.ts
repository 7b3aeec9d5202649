import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Side } from "../../../abi/host/index.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { RuleUnderTest } from "../../../test/support/rule-under-test.ts";

test(`[O7] the position with every open order of that side and this one filled stays within the limit (seed ${randomSeed})`, async () => {
  const rule = await RuleUnderTest.load("position-limit", [1_000n]);
  const size = fc.integer({ min: 0, max: 1_500 });
  fc.assert(
    fc.property(
      fc.integer({ min: -1_500, max: 1_500 }),
      size,
      size,
      fc.integer({ min: 1, max: 1_500 }),
      fc.boolean(),
      (position, openBuyQty, openSellQty, quantity, isBuy) => {
        const worst = isBuy ? position + openBuyQty + quantity : -(position - openSellQty - quantity);
        const verdict = rule.ask({
          position,
          openBuyQty,
          openSellQty,
          quantity,
          side: isBuy ? Side.BUY : Side.SELL,
        });
        if (worst <= 1_000) assert.equal(verdict.code, 0);
        else assert.deepEqual(verdict, { code: isBuy ? 21 : 22, observed: BigInt(worst), limit: 1_000n });
        assert.equal(
          rule.code({
            position,
            openBuyQty,
            openSellQty,
            quantity,
            side: isBuy ? Side.BUY : Side.SELL,
            reduceOnly: 1,
          }),
          0,
        );
      },
    ),
    { seed: randomSeed },
  );
});

test("[P9] the largest numbers that the host passes do not overflow into approval", async () => {
  const rule = await RuleUnderTest.load("position-limit", [9_000_000_000_000_000n]);
  const max = 2n ** 53n - 1n;
  assert.equal(rule.code({ position: max, openBuyQty: max, quantity: max, side: Side.BUY }), 21);
  assert.equal(rule.code({ position: -max, openSellQty: max, quantity: max, side: Side.SELL }), 22);
});
