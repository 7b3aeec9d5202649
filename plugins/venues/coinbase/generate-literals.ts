// Writes literals.ts. Run as `node plugins/venues/coinbase/generate-literals.ts`; literals.test.ts keeps the committed file equal to what
// this one makes.
import { readFileSync, writeFileSync } from "node:fs";
import { literalsModule } from "../text/literals-module.ts";

/** Texts to recognise. A closing quotation mark ends a value, so that no length has to be compared. */
const matched: Readonly<Record<string, string>> = {
  level2Head: '{"channel":"l2_data"',
  eventsKey: '"events":[',
  updatesKey: '"updates":[',
  bidHead: '{"side":"bid","event_time":"',
  offerHead: '{"side":"offer","event_time":"',
  priceKey: '","price_level":"',
  quantityKey: '","new_quantity":"',
  // Values.
  snapshot: 'snapshot"',
  update: 'update"',
  error: 'error"',
  bid: 'bid"',
  offer: 'offer"',
  buy: 'BUY"',
  sell: 'SELL"',
  fill: 'FILL"',
  reversal: 'REVERSAL"',
  correction: 'CORRECTION"',
  maker: 'MAKER"',
  taker: 'TAKER"',
};

/** Texts to write. */
const written: Readonly<Record<string, string>> = {
  placeLine: "POST /api/v3/brokerage/orders ",
  placeHead: '\n\n{"client_order_id":"',
  cancelLine: "POST /api/v3/brokerage/orders/batch_cancel ",
  cancelHead: '\n\n{"order_ids":["',
  cancelTail: '"]}',
  replaceLine: "REPLACE ",
  byIdLine: "GET /api/v3/brokerage/orders/historical/batch?limit=2&order_ids=",
  recentLine: "GET /api/v3/brokerage/orders/historical/batch?limit=250&product_ids=",
  openLine: "GET /api/v3/brokerage/orders/historical/batch?limit=250&order_status=OPEN&product_ids=",
  fillsLine: "GET /api/v3/brokerage/orders/historical/fills?limit=250&product_ids=",
  accountsLine: "GET /api/v3/brokerage/accounts?limit=250",
  productKey: '","product_id":"',
  buyKey: '","side":"BUY","order_configuration":{"',
  sellKey: '","side":"SELL","order_configuration":{"',
  gtc: 'limit_limit_gtc":{"base_size":"',
  ioc: 'sor_limit_ioc":{"base_size":"',
  fok: 'limit_limit_fok":{"base_size":"',
  market: 'market_market_ioc":{"base_size":"',
  limitPriceKey: '","limit_price":"',
  postOnlyTail: '","post_only":true}}}',
  restingTail: '","post_only":false}}}',
  tail: '"}}}',
};

/** The text of literals.ts. */
export function madeLiterals(): string {
  return literalsModule(matched, written);
}

/** Where the generated module stands. */
export const literalsPath: URL = new URL("literals.ts", import.meta.url);

/** The committed module. */
export function committedLiterals(): string {
  return readFileSync(literalsPath, "utf8");
}

if (import.meta.main) writeFileSync(literalsPath, madeLiterals());
