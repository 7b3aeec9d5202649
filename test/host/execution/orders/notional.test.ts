import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  multiplyExact,
  NOTIONAL_CELLS,
  NOTIONAL_OK,
  NOTIONAL_OVERFLOW,
  NotionalCell,
} from "../../../../host/execution/orders/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const MAX = Number.MAX_SAFE_INTEGER;
const mantissa = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 1_000_000_000 }),
  fc.constantFrom(0, 1, 99_999_999, 100_000_000, 100_000_001, MAX, MAX - 1),
);

function multiply(
  price: number,
  quantity: number,
  shift: number,
): { code: number; whole: number; parts: number } {
  const cells = new Float64Array(NOTIONAL_CELLS);
  cells[NotionalCell.PRICE] = price;
  cells[NotionalCell.QUANTITY] = quantity;
  cells[NotionalCell.DIVISOR] = 10 ** shift;
  cells[NotionalCell.PARTS_SCALE] = 10 ** (8 - shift);
  const code = multiplyExact(cells);
  return { code, whole: cells[NotionalCell.WHOLE] ?? 0, parts: cells[NotionalCell.PARTS] ?? 0 };
}

test(`price times quantity is exact, or refused when it passes 2^53 − 1 (seed ${randomSeed})`, () => {
  const property = fc.property(mantissa, mantissa, fc.nat({ max: 8 }), (price, quantity, shift) => {
    const { code, whole, parts } = multiply(price, quantity, shift);
    const divisor = 10n ** BigInt(shift);
    const product = BigInt(price) * BigInt(quantity);
    if (product / divisor > BigInt(MAX)) return assert.equal(code, NOTIONAL_OVERFLOW);
    assert.equal(code, NOTIONAL_OK);
    assert.equal(BigInt(whole), product / divisor);
    return assert.equal(BigInt(parts), (product % divisor) * 10n ** BigInt(8 - shift));
  });
  fc.assert(property, { seed: randomSeed, numRuns: 5000 });
});

test("[O7] the largest value that fits is accepted and the next one is refused", () => {
  assert.deepEqual(multiply(MAX, 1, 0), { code: NOTIONAL_OK, whole: MAX, parts: 0 });
  assert.equal(multiply(2 ** 52, 2, 0).code, NOTIONAL_OVERFLOW);
  assert.deepEqual(multiply(MAX, 100_000_000, 8), { code: NOTIONAL_OK, whole: MAX, parts: 0 });
  assert.equal(multiply(MAX, 100_000_001, 8).code, NOTIONAL_OVERFLOW);
});
