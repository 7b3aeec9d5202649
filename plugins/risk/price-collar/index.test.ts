import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { RuleUnderTest } from "../../../test/support/rule-under-test.ts";

test(`[O7] an order may lie within the collar around the mid, to the last unit (seed ${randomSeed})`, async () => {
  const bid = fc.bigInt(1n, 2n ** 53n - 3n);
  await fc.assert(
    fc.asyncProperty(
      bid,
      fc.bigInt(1n, 1_000n),
      fc.bigInt(1n, 10_000n),
      fc.bigInt(-2n, 2n),
      async (bidPrice, spread, basisPoints, shift) => {
        const askPrice = bidPrice + spread;
        const mid = (bidPrice + askPrice) / 2n;
        const width = (mid * basisPoints) / 10_000n;
        const rule = await RuleUnderTest.load("price-collar", [basisPoints, 5]);
        const codeOf = (price: bigint): number => (price > mid + width ? 11 : price < mid - width ? 12 : 0);
        for (const price of [mid + width + shift, mid - width + shift])
          assert.equal(
            rule.code({ bidPrice, askPrice, price }),
            codeOf(price),
            `${bidPrice} ${basisPoints} ${price}`,
          );
      },
    ),
    { seed: randomSeed, numRuns: 80 },
  );
});

test("[O7] a denial tells the price and the edge of the collar", async () => {
  const rule = await RuleUnderTest.load("price-collar", [100n, 5]);
  assert.deepEqual(rule.ask({ bidPrice: 9_999, askPrice: 10_001, price: 10_101 }), {
    code: 11,
    observed: 10_101n,
    limit: 10_100n,
  });
  assert.deepEqual(rule.ask({ bidPrice: 9_999, askPrice: 10_001, price: 9_899 }), {
    code: 12,
    observed: 9_899n,
    limit: 9_900n,
  });
});

test("[O7] small prices have a collar too", async () => {
  const rule = await RuleUnderTest.load("price-collar", [100n, 5]);
  assert.equal(rule.code({ bidPrice: 499, askPrice: 501, price: 505 }), 0);
  assert.equal(rule.code({ bidPrice: 499, askPrice: 501, price: 506 }), 11);
});

test("[M4] without a two-sided reference, or with one too old, every order is denied", async () => {
  const rule = await RuleUnderTest.load("price-collar", [10_000n, 2.5]);
  for (const changes of [{ bidPrice: 0 }, { askPrice: 0 }, { bidPrice: -1 }])
    assert.equal(rule.code(changes), 13);
  assert.equal(rule.code({ referenceAgeNs: 2_500_000_000 }), 0);
  assert.deepEqual(rule.ask({ referenceAgeNs: 2_500_000_001 }), {
    code: 14,
    observed: 2_500_000_001n,
    limit: 2_500_000_000n,
  });
});
