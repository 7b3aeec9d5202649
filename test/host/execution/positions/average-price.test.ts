import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NotionalCell } from "../../../../host/execution/orders/index.ts";
import {
  AVERAGE_CELLS,
  AverageCell,
  averagePrice,
} from "../../../../host/execution/positions/average-price.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const MAX = BigInt(Number.MAX_SAFE_INTEGER);

function average(cost: bigint, quantity: bigint, shift: number): { code: number; price: bigint } {
  const cells = new Float64Array(AVERAGE_CELLS);
  const divisor = 10n ** BigInt(shift);
  cells[NotionalCell.QUANTITY] = Number(quantity);
  cells[NotionalCell.DIVISOR] = Number(divisor);
  cells[NotionalCell.PARTS_SCALE] = 10 ** (8 - shift);
  cells[AverageCell.COST_WHOLE] = Number(cost / divisor);
  cells[AverageCell.COST_PARTS] = Number(cost % divisor) * 10 ** (8 - shift);
  const code = averagePrice(cells);
  return { code, price: BigInt(cells[AverageCell.AVERAGE] ?? 0) };
}

const near = fc.constantFrom(-1n, 0n, 1n);
const factor = fc.oneof(fc.bigInt(1n, MAX), fc.bigInt(1n, 1_000_000_000n));

test(`the average price is the exact quotient rounded down, also beside a whole quotient (seed ${randomSeed})`, () => {
  const property = fc.property(factor, factor, fc.nat({ max: 8 }), near, (price, quantity, shift, offset) => {
    const cost = price * quantity + offset;
    fc.pre(cost >= 0n && cost / 10n ** BigInt(shift) < MAX);
    const { code, price: result } = average(cost, quantity, shift);
    const exact = cost / quantity;
    fc.pre(exact <= MAX);
    assert.equal(code, 0);
    assert.equal(result, exact);
  });
  fc.assert(property, { seed: randomSeed, numRuns: 5000 });
});
