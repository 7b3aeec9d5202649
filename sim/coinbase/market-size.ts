import { amountOf } from "./decimal.ts";
import type { FeeRates } from "./fee-rates.ts";
import type { OrderConfiguration } from "./order-configuration.ts";
import type { Side } from "../market/index.ts";
import type { VenueMarket } from "./product-feed.ts";

const TEN_THOUSANDTHS_OF_BPS = 100_000_000n;

/**
 * The base quantity of an order. A market order with a quote size gets the most that its budget buys (its fee included) or
 * that sells for no more, from the book as it stands; 0 where there is no book.
 */
export function quantityOf(
  configuration: OrderConfiguration,
  side: Side,
  market: VenueMarket,
  fees: FeeRates,
): number {
  if (configuration.baseSize !== null) return configuration.baseSize;
  const best = market.best(side === 1 ? 2 : 1);
  if (best === null) return 0;
  const budget = amountOf(configuration.quoteSize ?? 0);
  const ratio = BigInt(Math.round((side === 1 ? fees.takerBps : 0) * 10_000));
  const costs = (quantity: number): bigint => {
    const { quote } = market.sweepCost(side, quantity);
    return quote + (quote * ratio) / TEN_THOUSANDTHS_OF_BPS;
  };
  let low = 0;
  let high = Number(budget / BigInt(best.price)) + 1;
  // For a seller the best bid is the highest price: what the budget divided by it gives is then too little, so it is doubled
  // until it costs too much or the book is empty.
  while (costs(high) <= budget && market.sweepCost(side, high).quantity === high) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (costs(middle) <= budget) low = middle;
    else high = middle;
  }
  return low;
}
