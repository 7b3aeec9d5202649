import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { CoinbaseServer } from "../../sim/server/index.ts";
import { MAKER, TRADER, keyName, privatePem } from "../sim/coinbase/keys.ts";
import { bookOf, openVenue, purseOf, until } from "./coinbase-venue.ts";

/** As far as these tests use it; ccxt is installed on demand, and the compiler knows nothing of it. */
interface CcxtCoinbase {
  readonly urls: { readonly api: { rest: string; ws: string } };
  readonly orderbooks: Readonly<Record<string, CcxtBook | undefined>>;
  loadMarkets(): Promise<Readonly<Record<string, CcxtMarket>>>;
  fetchBalance(params: { readonly v3: true }): Promise<{
    readonly free: Readonly<Record<string, number>>;
    readonly used: Readonly<Record<string, number>>;
  }>;
  createOrder(...order: readonly (string | number | undefined | object)[]): Promise<{ readonly id: string }>;
  editOrder(...order: readonly (string | number)[]): Promise<unknown>;
  cancelOrder(id: string): Promise<unknown>;
  fetchOrder(id: string): Promise<CcxtOrder>;
  fetchOpenOrders(symbol: string): Promise<readonly CcxtOrder[]>;
  fetchMyTrades(symbol: string): Promise<readonly CcxtTrade[]>;
  fetchOrderBook(symbol: string): Promise<CcxtBook>;
  watchOrderBook(symbol: string): Promise<CcxtBook>;
  watchTrades(symbol: string): Promise<readonly CcxtTrade[]>;
  watchTicker(symbol: string): Promise<{ readonly bid: number; readonly ask: number }>;
  watchOrders(symbol: string): Promise<readonly CcxtOrder[]>;
  close(): Promise<void>;
}
interface CcxtMarket {
  readonly precision: { readonly amount: number; readonly price: number };
  readonly taker: number;
  readonly maker: number;
}
interface CcxtBook {
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}
interface CcxtOrder {
  readonly id: string;
  readonly status: string;
  readonly price: number;
  readonly amount: number;
  readonly filled: number;
  readonly average: number;
  readonly fee: { readonly cost: number; readonly currency: string };
}
interface CcxtTrade {
  readonly price: number;
  readonly amount: number;
  readonly side: string;
  readonly takerOrMaker: string;
  readonly fee: { readonly cost: number; readonly currency: string };
}

const MODULE: string = "ccxt";
const BTC = "BTC/USD";
const DATA = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../shared/data");
const RECORDING = join(DATA, "coinbase/advanced-trade-ws-20260809.jsonl.zst");
const skip = existsSync(RECORDING) ? false : `wants ${RECORDING}; set SANDPIT_DATA`;
const LEVELS = 1_000;
/** ccxt asks for markets three times and for currencies at once, for each client. */
const LIMITS = { publicRequestsMax: 100 };

async function client(server: CoinbaseServer, signer: "trader" | "maker"): Promise<CcxtCoinbase> {
  const { pro } = (await import(MODULE)) as {
    readonly pro: { readonly coinbase: new (options: object) => CcxtCoinbase };
  };
  // Ed25519 secrets are the seed and the public key in base64; its last 32 bytes are not asked for.
  const ed25519 = Buffer.concat([
    Buffer.from(privatePem("maker").split("\n")[1] ?? "", "base64").subarray(16),
    Buffer.alloc(32),
  ]);
  const secret = signer === "trader" ? privatePem("trader") : ed25519.toString("base64");
  const exchange = new pro.coinbase({ apiKey: keyName(signer), secret });
  exchange.urls.api.rest = server.urls.rest;
  exchange.urls.api.ws = server.urls.marketData;
  return exchange;
}

function depthOf(book: CcxtBook): readonly number[][][] {
  return [book.bids, book.asks].map((side) => side.slice(0, LEVELS).map(([price, size]) => [price, size]));
}

test("ccxt keeps the books of a recorded session as the venue has them", { skip }, async () => {
  const server = await openVenue({ recording: RECORDING, speed: 20, limits: LIMITS });
  const exchange = await client(server, "trader");
  try {
    await exchange.loadMarkets();
    await exchange.watchOrderBook(BTC);
    await exchange.watchOrderBook("ETH/USD");
    await until("the end of the recording", () => server.venue.product("BTC-USD").nextNs === Infinity);
    for (const [symbol, productId] of [
      [BTC, "BTC-USD"],
      ["ETH/USD", "ETH-USD"],
    ] as const) {
      const expected = bookOf(server.venue, productId, LEVELS);
      await until(`the book of ${symbol}`, () => {
        const book = exchange.orderbooks[symbol];
        return book !== undefined && JSON.stringify(depthOf(book)) === JSON.stringify(expected);
      });
      assert.deepEqual(depthOf(await exchange.fetchOrderBook(symbol)), expected);
    }
  } finally {
    await exchange.close();
    await server.close();
  }
});

test("ccxt places, edits, cancels and fills orders, and its balances are the ledger's", async () => {
  const server = await openVenue({ limits: LIMITS });
  const trader = await client(server, "trader");
  const maker = await client(server, "maker");
  try {
    const market = (await trader.loadMarkets())[BTC];
    assert.deepEqual([market?.precision.amount, market?.precision.price], [1e-8, 0.01]);
    assert.deepEqual([market?.maker, market?.taker], [0.006, 0.012]);
    const watched = trader.watchOrders(BTC);
    const resting = await maker.createOrder(BTC, "limit", "sell", 0.5, 60_000.5);
    const { id } = await trader.createOrder(BTC, "limit", "buy", 0.2, 59_000, { postOnly: true });
    assert.equal((await watched)[0]?.id, id);
    await trader.editOrder(id, BTC, "limit", "buy", 0.3, 59_500);
    const [open] = await trader.fetchOpenOrders(BTC);
    assert.deepEqual([open?.id, open?.amount, open?.price], [id, 0.3, 59_500]);
    await assertBalances(server, trader, TRADER);
    await trader.cancelOrder(id);
    assert.equal((await trader.fetchOrder(id)).status, "canceled");
    const taking = await trader.createOrder(BTC, "limit", "buy", 0.2, 60_001, { timeInForce: "IOC" });
    const taken = await trader.fetchOrder(taking.id);
    assert.deepEqual([taken.status, taken.filled, taken.average], ["closed", 0.2, 60_000.5]);
    const [fill] = await trader.fetchMyTrades(BTC);
    assert.deepEqual([fill?.price, fill?.amount, fill?.takerOrMaker], [60_000.5, 0.2, "taker"]);
    assert.deepEqual(fill?.fee, { cost: 144.0012, currency: "USD" });
    assert.equal((await maker.fetchOrder(resting.id)).filled, 0.2);
    await assertBalances(server, trader, TRADER);
    await assertBalances(server, maker, MAKER);
  } finally {
    await trader.close();
    await maker.close();
    await server.close();
  }
});

test("ccxt reads trades, tickers and refusals", async () => {
  const server = await openVenue({ limits: LIMITS });
  const trader = await client(server, "trader");
  const maker = await client(server, "maker");
  try {
    await maker.createOrder(BTC, "limit", "sell", 1, 60_000);
    await maker.createOrder(BTC, "limit", "buy", 1, 59_000);
    const ticker = await trader.watchTicker(BTC);
    assert.deepEqual([ticker.bid, ticker.ask], [59_000, 60_000]);
    await trader.createOrder(BTC, "market", "sell", 0.1);
    const [trade] = await trader.watchTrades(BTC);
    assert.deepEqual([trade?.price, trade?.amount, trade?.side], [59_000, 0.1, "buy"]);
    await assert.rejects(trader.createOrder(BTC, "limit", "buy", 100, 59_000), { name: "InsufficientFunds" });
    await assert.rejects(
      trader.createOrder(BTC, "limit", "buy", 0.1, 60_000, { postOnly: true }),
      /INVALID_LIMIT_PRICE_POST_ONLY/,
    );
  } finally {
    await trader.close();
    await maker.close();
    await server.close();
  }
});

async function assertBalances(
  server: CoinbaseServer,
  exchange: CcxtCoinbase,
  account: number,
): Promise<void> {
  const { free, used } = await exchange.fetchBalance({ v3: true });
  for (const currency of ["USD", "BTC", "ETH"])
    assert.deepEqual(
      [free[currency], used[currency]],
      purseOf(server.venue, account, currency).map(Number),
      currency,
    );
}
