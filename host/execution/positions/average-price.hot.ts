import { multiplyExact, NOTIONAL_OK, NotionalCell, PARTS_PER_WHOLE } from "../orders/index.ts";

/** Layout of the cells that `averagePrice` works on: the notional cells, then these. */
export const AverageCell = { COST_WHOLE: 6, COST_PARTS: 7, AVERAGE: 8 } as const;
export const AVERAGE_CELLS = 9;
const ROUNDS_MAX = 8;

/**
 * AVERAGE = ⌊cost / quantity⌋, a price mantissa, exactly. QUANTITY (contracts × multiplier, 1 or more), DIVISOR, PARTS_SCALE
 * and the cost are given; the other cells are overwritten. Returns 0, or 1 when it cannot be represented.
 *
 * A quotient in doubles is right to about one in 2^51; the exact product of the guess tells how far it is off, in raw units.
 * That rest is a double too, but once it lies within 0 to quantity − 1 it is exact, and the guess is proven.
 */
export function averagePrice(cells: Float64Array): number {
  const quantity = cells[NotionalCell.QUANTITY]!;
  const divisor = cells[NotionalCell.DIVISOR]!;
  const costWhole = cells[AverageCell.COST_WHOLE]!;
  const costParts = cells[AverageCell.COST_PARTS]!;
  let guess = Math.floor(((costWhole + costParts / PARTS_PER_WHOLE) * divisor) / quantity);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    cells[NotionalCell.PRICE] = guess;
    if (multiplyExact(cells) !== NOTIONAL_OK) return 1;
    const whole = costWhole - cells[NotionalCell.WHOLE]!;
    const parts = (costParts - cells[NotionalCell.PARTS]!) / cells[NotionalCell.PARTS_SCALE]!;
    const rest = whole * divisor + parts;
    if (rest >= 0 && rest < quantity) {
      cells[AverageCell.AVERAGE] = guess;
      return 0;
    }
    guess += Math.floor(rest / quantity);
    if (guess < 0) guess = 0;
  }
  return 1;
}
