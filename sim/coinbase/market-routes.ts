import type { VenueClock } from "./clock.ts";
import { amountOf, formatAmount, formatDecimal } from "./decimal.ts";
import { errorAnswer, invalidArgument, jsonAnswer } from "./http-answer.ts";
import type { HttpAnswer } from "./http-answer.ts";
import type { ProductVenue } from "./product-venue.ts";
import { productJson } from "./product-text.ts";
import { countIn, listIn, publicRoute, viewRoute } from "./route.ts";
import type { Call, Route } from "./route.ts";

/** What the paths of products and books need of the venue. */
export interface MarketRouteContext {
  readonly clock: VenueClock;
  readonly products: ReadonlyMap<string, ProductVenue>;
}

const LEVELS_MAX = 1_000;
const TRADES_MAX = 100;
const BPS = 10_000n;
/** Digits of a spread in basis points. */
const AMOUNT_SCALE = 10_000_000_000_000_000n;

/** Products, books and trades: each path for keys, and most of them again for everybody under `market/`. */
export function marketRoutes(context: MarketRouteContext): Route[] {
  const pairs: readonly (readonly [string, Route["run"]])[] = [
    ["products", (call) => listProducts(context, call)],
    ["product_book", (call) => productBook(context, call)],
    ["products/([^/]+)", (call) => getProduct(context, call)],
    ["products/([^/]+)/ticker", (call) => marketTrades(context, call)],
  ];
  return [
    ...pairs.map(([path, run]) => viewRoute(new RegExp(`^/api/v3/brokerage/${path}$`), run)),
    ...pairs.map(([path, run]) => publicRoute(new RegExp(`^/api/v3/brokerage/market/${path}$`), run)),
    viewRoute(/^\/api\/v3\/brokerage\/best_bid_ask$/, (call) => bestBidAsk(context, call)),
    publicRoute(/^\/api\/v3\/brokerage\/time$/, (call) => time(context, call)),
    publicRoute(/^\/v2\/time$/, (call) => olderTime(context, call)),
  ];
}

function listProducts({ products }: MarketRouteContext, { query }: Call): HttpAnswer {
  const wanted = listIn(query, "product_ids");
  const type = query.get("product_type") ?? "SPOT";
  const all = [...products.values()].filter(
    ({ spec }) => type === "SPOT" && (wanted.length === 0 || wanted.includes(spec.productId)),
  );
  return jsonAnswer(200, {
    products: all.map(({ spec, channels }) => productJson(spec, channels.day)),
    num_products: all.length,
    pagination: { prev_cursor: "", next_cursor: "", has_next: false, has_prev: false },
  });
}

function getProduct({ products }: MarketRouteContext, { id }: Call): HttpAnswer {
  const product = products.get(id);
  if (product === undefined) return errorAnswer(404, "NOT_FOUND", "product not found");
  return jsonAnswer(200, productJson(product.spec, product.channels.day));
}

function productBook({ clock, products }: MarketRouteContext, { query, nowNs }: Call): HttpAnswer {
  const product = products.get(query.get("product_id") ?? "");
  if (product === undefined) return invalidArgument("product_id is unknown");
  const book = bookJson(product, countIn(query, "limit", LEVELS_MAX, LEVELS_MAX), clock, nowNs);
  const bid = BigInt(product.market.best(1)?.price ?? 0);
  const ask = BigInt(product.market.best(2)?.price ?? 0);
  const middle = amountOf(Number(bid + ask)) / 2n;
  const spreadBps = middle === 0n ? 0n : (amountOf(Number(ask - bid)) * BPS * AMOUNT_SCALE) / middle;
  return jsonAnswer(200, {
    pricebook: book,
    last: product.channels.day.price,
    mid_market: formatAmount(middle),
    spread_bps: formatAmount(spreadBps),
    spread_absolute: formatAmount(amountOf(Number(ask - bid))),
  });
}

function bestBidAsk({ clock, products }: MarketRouteContext, { query, nowNs }: Call): HttpAnswer {
  const wanted = listIn(query, "product_ids");
  const all = [...products.values()].filter(
    ({ spec }) => wanted.length === 0 || wanted.includes(spec.productId),
  );
  return jsonAnswer(200, { pricebooks: all.map((product) => bookJson(product, 1, clock, nowNs)) });
}

function marketTrades({ products }: MarketRouteContext, { id, query }: Call): HttpAnswer {
  const product = products.get(id);
  if (product === undefined) return errorAnswer(404, "NOT_FOUND", "product not found");
  const trades = product.channels.trades(countIn(query, "limit", TRADES_MAX, TRADES_MAX));
  return jsonAnswer(200, {
    trades: trades.map((trade) => JSON.parse(trade) as object),
    best_bid: formatDecimal(product.market.best(1)?.price ?? 0),
    best_ask: formatDecimal(product.market.best(2)?.price ?? 0),
  });
}

function time({ clock }: MarketRouteContext, { nowNs }: Call): HttpAnswer {
  const epochMs = clock.ms(nowNs);
  return jsonAnswer(200, {
    iso: clock.nanos(nowNs),
    epochSeconds: String(Math.floor(epochMs / 1_000)),
    epochMillis: String(epochMs),
  });
}

/** The path of the older API, which some clients ask first. */
function olderTime({ clock }: MarketRouteContext, { nowNs }: Call): HttpAnswer {
  return jsonAnswer(200, { data: { iso: clock.nanos(nowNs), epoch: Math.floor(clock.ms(nowNs) / 1_000) } });
}

function bookJson(
  { spec, market }: ProductVenue,
  levelsMax: number,
  clock: VenueClock,
  nowNs: number,
): object {
  const { bids, asks } = market.depth(levelsMax);
  const levels = (side: readonly (readonly [number, number])[]): readonly object[] =>
    side.map(([price, quantity]) => ({ price: formatDecimal(price), size: formatDecimal(quantity) }));
  return { product_id: spec.productId, bids: levels(bids), asks: levels(asks), time: clock.micros(nowNs) };
}
