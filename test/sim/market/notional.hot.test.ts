import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MANTISSA_MAX, Notional } from "../../../sim/market/notional.hot.ts";
import { randomSeed } from "../../support/random-seed.ts";

test(`sums of products are exact for all mantissas (seed ${randomSeed})`, () => {
  const mantissa = fc.oneof(fc.integer({ min: 0, max: MANTISSA_MAX }), fc.constant(MANTISSA_MAX), fc.nat());
  // The quantities of an order's fills add up to at most one mantissa.
  const fills = fc
    .array(fc.tuple(mantissa, mantissa), { minLength: 1, maxLength: 20 })
    .map((pairs) => pairs.map(([price, quantity]) => [price, Math.floor(quantity / pairs.length)] as const));
  fc.assert(
    fc.property(fills, (pairs) => {
      const notional = new Notional();
      notional.add(3, 4);
      notional.clear();
      for (const [price, quantity] of pairs) notional.add(price, quantity);
      const expected = pairs.reduce((sum, [price, quantity]) => sum + BigInt(price) * BigInt(quantity), 0n);
      assert.equal(notional.value(), expected);
    }),
    { seed: randomSeed },
  );
});
