import { formatDecimal } from "./decimal.ts";
import { SELF_TRADE_PREVENTION } from "./order-record.ts";
import { filterFailure } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/**
 * One traded symbol and its rules. Prices, quantities and notionals are mantissas with exponent -8; a rule whose value is
 * zero is switched off, as at the venue.
 */
export interface SymbolSpec {
  /** Upper case, for instance `BTCUSDT`. */
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly priceMin: number;
  readonly priceMax: number;
  readonly tickSize: number;
  readonly quantityMin: number;
  readonly quantityMax: number;
  readonly stepSize: number;
  readonly marketQuantityMax: number;
  readonly notionalMin: number;
  readonly notionalMax: number;
  /** Price may be at most this many times, and at least the inverse of this many times, the last price. */
  readonly priceMultiplier: number;
  readonly openOrdersMax: number;
}

/** BTCUSDT with the rules that the live venue publishes: tick 0.01, step 0.00001, notional 5 to 9,000,000. */
export const BTCUSDT: SymbolSpec = {
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  priceMin: 1_000_000,
  priceMax: 100_000_000_000_000,
  tickSize: 1_000_000,
  quantityMin: 1_000,
  quantityMax: 900_000_000_000,
  stepSize: 1_000,
  marketQuantityMax: 10_005_381_873,
  notionalMin: 500_000_000,
  notionalMax: 900_000_000_000_000,
  priceMultiplier: 5,
  openOrdersMax: 200,
};

/** A LIMIT or LIMIT_MAKER order's values, or a MARKET order's with `price` 0, as the filters see them. */
export interface FilterInput {
  readonly market: boolean;
  readonly price: number;
  readonly quantity: number;
  /** Last trade or, before one, mid price; 0 when neither exists, which passes the percentage and market rules. */
  readonly referencePrice: number;
  /** The account's open orders in this symbol before this one. */
  readonly openOrders: number;
}

/** Checks an order against the symbol's rules in the venue's order; the first broken one is the answer. */
export function checkFilters(spec: SymbolSpec, input: FilterInput): Refusal | null {
  if (!input.market) {
    if (!inRange(input.price, spec.priceMin, spec.priceMax, spec.tickSize))
      return filterFailure("PRICE_FILTER");
    if (!nearReference(spec, input)) return filterFailure("PERCENT_PRICE_BY_SIDE");
  }
  if (!inRange(input.quantity, spec.quantityMin, spec.quantityMax, spec.stepSize))
    return filterFailure("LOT_SIZE");
  if (input.market && !inRange(input.quantity, 0, spec.marketQuantityMax, 0))
    return filterFailure("MARKET_LOT_SIZE");
  if (!notionalAllowed(spec, input)) return filterFailure("NOTIONAL");
  if (spec.openOrdersMax !== 0 && input.openOrders >= spec.openOrdersMax)
    return filterFailure("MAX_NUM_ORDERS");
  return null;
}

function inRange(value: number, least: number, most: number, step: number): boolean {
  if (value <= 0) return false;
  if (least !== 0 && value < least) return false;
  if (most !== 0 && value > most) return false;
  return step === 0 || value % step === 0;
}

function nearReference(spec: SymbolSpec, input: FilterInput): boolean {
  if (input.referencePrice === 0 || spec.priceMultiplier === 0) return true;
  return (
    input.price <= input.referencePrice * spec.priceMultiplier &&
    input.price >= input.referencePrice / spec.priceMultiplier
  );
}

function notionalAllowed(spec: SymbolSpec, input: FilterInput): boolean {
  const price = input.market ? input.referencePrice : input.price;
  if (price === 0) return true;
  // A price of 1e14 times a quantity of 9e11 leaves 2^53 far behind: compared as integers with exponent -16.
  const notional = BigInt(price) * BigInt(input.quantity);
  if (notional < BigInt(spec.notionalMin) * 100_000_000n) return false;
  return input.market || spec.notionalMax === 0 || notional <= BigInt(spec.notionalMax) * 100_000_000n;
}

/** The symbol's entry in the `exchangeInfo` reply. */
export function symbolInfo(spec: SymbolSpec): string {
  return (
    `{"symbol":"${spec.symbol}","status":"TRADING","baseAsset":"${spec.baseAsset}","baseAssetPrecision":8,` +
    `"quoteAsset":"${spec.quoteAsset}","quotePrecision":8,"quoteAssetPrecision":8,"baseCommissionPrecision":8,` +
    `"quoteCommissionPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],"icebergAllowed":false,` +
    `"ocoAllowed":false,"otoAllowed":false,"opoAllowed":false,"quoteOrderQtyMarketAllowed":false,` +
    `"allowTrailingStop":false,"cancelReplaceAllowed":true,"amendAllowed":false,"pegInstructionsAllowed":false,` +
    `"isSpotTradingAllowed":true,"isMarginTradingAllowed":false,"filters":[${filterList(spec)}],` +
    `"permissions":[],"permissionSets":[["SPOT"]],"defaultSelfTradePreventionMode":"${SELF_TRADE_PREVENTION}",` +
    `"allowedSelfTradePreventionModes":["${SELF_TRADE_PREVENTION}"]}`
  );
}

function filterList(spec: SymbolSpec): string {
  const up = String(spec.priceMultiplier);
  const down = spec.priceMultiplier === 0 ? "0" : String(1 / spec.priceMultiplier);
  return (
    `{"filterType":"PRICE_FILTER","minPrice":"${formatDecimal(spec.priceMin)}",` +
    `"maxPrice":"${formatDecimal(spec.priceMax)}","tickSize":"${formatDecimal(spec.tickSize)}"},` +
    `{"filterType":"LOT_SIZE","minQty":"${formatDecimal(spec.quantityMin)}",` +
    `"maxQty":"${formatDecimal(spec.quantityMax)}","stepSize":"${formatDecimal(spec.stepSize)}"},` +
    `{"filterType":"MARKET_LOT_SIZE","minQty":"0.00000000","maxQty":"${formatDecimal(spec.marketQuantityMax)}",` +
    `"stepSize":"0.00000000"},` +
    `{"filterType":"PERCENT_PRICE_BY_SIDE","bidMultiplierUp":"${up}","bidMultiplierDown":"${down}",` +
    `"askMultiplierUp":"${up}","askMultiplierDown":"${down}","avgPriceMins":0},` +
    `{"filterType":"NOTIONAL","minNotional":"${formatDecimal(spec.notionalMin)}","applyMinToMarket":true,` +
    `"maxNotional":"${formatDecimal(spec.notionalMax)}","applyMaxToMarket":false,"avgPriceMins":0},` +
    `{"filterType":"MAX_NUM_ORDERS","maxNumOrders":${spec.openOrdersMax}}`
  );
}
