import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";
import { RuleUnderTest } from "../../../test/support/rule-under-test.ts";

const MAX = 2n ** 53n - 1n;

async function load(quantityMax: bigint, valueMax: bigint, digits: number): Promise<RuleUnderTest> {
  const rule = await RuleUnderTest.load("order-size", [quantityMax, valueMax]);
  rule.plugin.send(
    writeRecord("InstrumentDefinition", {
      instrumentId: 1,
      priceExponent: -8,
      sizeExponent: -8,
      quoteExponent: digits - 16,
    }),
  );
  return rule;
}

test(`[O7] price times quantity is held against the limit exactly, in 128 bits (seed ${randomSeed})`, async () => {
  for (const digits of [0, 8, 16]) {
    const divisor = 10n ** BigInt(digits);
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt(1n, MAX),
        fc.bigInt(1n, MAX),
        fc.bigInt(-2n, 2n),
        async (price, quantity, shift) => {
          // Limits around the product itself: that is where the last bit counts.
          const value = (price * quantity) / divisor + shift;
          const valueMax = value < 1n ? 1n : value > 9_000_000_000_000_000n ? 9_000_000_000_000_000n : value;
          const rule = await load(MAX, valueMax, digits);
          const isAbove = price * quantity > valueMax * divisor;
          assert.equal(
            rule.code({ price, quantity }),
            isAbove ? 2 : 0,
            `${price} ${quantity} ${valueMax} ${digits}`,
          );
        },
      ),
      { seed: randomSeed, numRuns: 60 },
    );
  }
});

test("[O7] a quantity above the limit is denied first, one at the limit is not", async () => {
  const rule = await load(1_000n, 9_000_000_000_000_000n, 16);
  assert.deepEqual(rule.ask({ price: 1, quantity: 1_001 }), { code: 1, observed: 1_001n, limit: 1_000n });
  assert.equal(rule.code({ price: 1, quantity: 1_000 }), 0);
});

test("[P9] a quantity or price that is not positive is denied, whatever the limits", async () => {
  const rule = await load(MAX, 9_000_000_000_000_000n, 16);
  for (const [price, quantity] of [
    [0, 1],
    [1, 0],
    [-1, 1],
    [1, -1],
    [-(2n ** 63n), 1],
    [1, -(2n ** 63n)],
  ] as const)
    assert.equal(rule.code({ price, quantity }), 3);
});

test("[O7] a value beyond 64 bits is denied, and what was seen is told as the largest number", async () => {
  const rule = await load(MAX, 1n, 0);
  assert.deepEqual(rule.ask({ price: MAX, quantity: MAX }), { code: 2, observed: 2n ** 63n - 1n, limit: 1n });
  assert.deepEqual(rule.ask({ price: 3, quantity: 5 }), { code: 2, observed: 15n, limit: 1n });
});

test("exponents that no divisor of 64 bits can bridge stop the rule", async () => {
  await assert.rejects(load(1n, 1n, 19), /exponents out of range/);
  await assert.rejects(load(1n, 1n, -1), /exponents out of range/);
});
