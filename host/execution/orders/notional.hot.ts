/**
 * Price × quantity, exactly, in doubles.
 *
 *   price mantissa × quantity mantissa = raw units of 10^(priceExponent + sizeExponent)
 *   divisor  = 10^shift, shift = quoteExponent − priceExponent − sizeExponent, 0 to 8
 *   raw      = WHOLE × divisor + rest,  PARTS = rest × 10^(8 − shift)
 *
 * so that every amount of money, whatever its instrument, is WHOLE quote mantissas and PARTS hundred-millionths of one.
 * Nothing is rounded here: limits round up by looking at PARTS, P&L carries them.
 */
export const PARTS_PER_WHOLE = 100_000_000;
export const MAX_SAFE: number = Number.MAX_SAFE_INTEGER;

/** Layout of the cells that `multiplyExact` works on. */
export const NotionalCell = {
  PRICE: 0,
  QUANTITY: 1,
  DIVISOR: 2,
  PARTS_SCALE: 3,
  WHOLE: 4,
  PARTS: 5,
} as const;
export const NOTIONAL_CELLS = 6;

export const NOTIONAL_OK = 0;
/** WHOLE would exceed 2^53 − 1: deny. */
export const NOTIONAL_OVERFLOW = 1;

const SPLIT = 10_000;

/**
 * Multiplies PRICE and QUANTITY (safe integers, 0 or more) into WHOLE and PARTS. Returns NOTIONAL_OK or NOTIONAL_OVERFLOW.
 *
 * Why it is exact. `Math.floor(x / divisor)` is right for every safe x: the quotient is at least 1/divisor away from the
 * next integer and half a unit in its last place is below that, since divisor is 1 or no power of two. Cross products are
 * at most one of the factors' own size. The product of the two low parts may pass 2^53, so one of them is split at 10^4.
 * A sum or product that is too large rounds to 2^53 or more, never below, hence one comparison at the end is enough.
 */
export function multiplyExact(cells: Float64Array): number {
  const price = cells[NotionalCell.PRICE]!;
  const quantity = cells[NotionalCell.QUANTITY]!;
  const divisor = cells[NotionalCell.DIVISOR]!;
  const priceHigh = Math.floor(price / divisor);
  const priceLow = price - priceHigh * divisor;
  const quantityHigh = Math.floor(quantity / divisor);
  const quantityLow = quantity - quantityHigh * divisor;

  const upper = Math.floor(priceLow / SPLIT);
  const lower = priceLow - upper * SPLIT;
  const upperProduct = upper * quantityLow;
  const upperWhole = Math.floor(upperProduct / divisor);
  const rest = (upperProduct - upperWhole * divisor) * SPLIT + lower * quantityLow;
  const restWhole = Math.floor(rest / divisor);

  const whole =
    priceHigh * quantityHigh * divisor +
    priceHigh * quantityLow +
    priceLow * quantityHigh +
    upperWhole * SPLIT +
    restWhole;
  if (!(whole <= MAX_SAFE)) return NOTIONAL_OVERFLOW;
  cells[NotionalCell.WHOLE] = whole;
  cells[NotionalCell.PARTS] = (rest - restWhole * divisor) * cells[NotionalCell.PARTS_SCALE]!;
  return NOTIONAL_OK;
}
