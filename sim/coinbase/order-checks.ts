import { amountOf } from "./decimal.ts";
import type { OrderConfiguration } from "./order-configuration.ts";
import {
  BASE_SIZE_TOO_LARGE,
  BASE_SIZE_TOO_SMALL,
  END_IN_THE_PAST,
  PRICE_PRECISION,
  QUOTE_SIZE_TOO_LARGE,
  QUOTE_SIZE_TOO_SMALL,
  SIZE_PRECISION,
} from "./order-refusal.ts";
import type { OrderRefusal } from "./order-refusal.ts";
import type { ProductSpec } from "./product.ts";

/** Checks an order against its product's rules; the first broken one is the answer. */
export function checkOrder(
  spec: ProductSpec,
  configuration: OrderConfiguration,
  nowEpochNs: bigint,
): OrderRefusal | null {
  const { baseSize, quoteSize, limitPrice, isMarket, endEpochNs } = configuration;
  if (endEpochNs !== null && endEpochNs <= nowEpochNs) return END_IN_THE_PAST;
  if (!isMarket && !isPrice(spec, limitPrice)) return PRICE_PRECISION;
  if (quoteSize !== null) {
    if (quoteSize % spec.quoteIncrement !== 0) return SIZE_PRECISION;
    return checkQuote(spec, amountOf(quoteSize));
  }
  if (baseSize === null) return null;
  const size = checkSize(spec, baseSize);
  if (size !== null || isMarket) return size;
  return checkQuote(spec, BigInt(limitPrice) * BigInt(baseSize));
}

/** Whether a limit price is a positive multiple of the product's increment. */
export function isPrice(spec: ProductSpec, price: number): boolean {
  return price > 0 && price % spec.priceIncrement === 0;
}

/** Checks a size in base currency. */
export function checkSize(spec: ProductSpec, baseSize: number): OrderRefusal | null {
  if (baseSize % spec.baseIncrement !== 0) return SIZE_PRECISION;
  if (baseSize < spec.baseMin) return BASE_SIZE_TOO_SMALL;
  return baseSize > spec.baseMax ? BASE_SIZE_TOO_LARGE : null;
}

function checkQuote(spec: ProductSpec, amount: bigint): OrderRefusal | null {
  if (amount < spec.quoteMin) return QUOTE_SIZE_TOO_SMALL;
  return amount > spec.quoteMax ? QUOTE_SIZE_TOO_LARGE : null;
}
