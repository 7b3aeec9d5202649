import assert from "node:assert/strict";
import { test } from "node:test";
import ccxt from "ccxt";
import type { BinanceServer } from "../../sim/server/index.ts";
import { bestOf, bookOf, openVenue, purseOf, until } from "./binance-venue.ts";
import type { PeerKey } from "./binance-venue.ts";

const SYMBOL = "BTC/USDT";
/** Twenty seconds of the stream. */
const UPDATES_MAX = 200;

/** ccxt as it comes, told only where the venue is. */
async function clientOf({ urls }: BinanceServer, { apiKey, secret }: PeerKey) {
  const client = new ccxt.pro.binance({
    apiKey,
    secret,
    enableRateLimit: false,
    options: {
      defaultType: "spot",
      fetchMarkets: { types: ["spot"] },
      fetchCurrencies: false,
      fetchMargins: false,
    },
  });
  const api = client.urls["api"] as Record<string, unknown>;
  const rest = `${urls.rest}/api/v3`;
  client.urls["api"] = {
    ...api,
    public: rest,
    private: rest,
    ws: { ...(api["ws"] as object), spot: `${urls.stream}/ws`, "ws-api": { spot: urls.wsApi } },
  };
  client.has["fetchCurrencies"] = false;
  // ccxt's own step before it opens a socket without TLS.
  await client.loadHttpProxyAgent();
  return client;
}

type Client = Awaited<ReturnType<typeof clientOf>>;

async function withClients(
  run: (server: BinanceServer, key: PeerKey, client: Client) => Promise<void>,
): Promise<void> {
  const { server, ed25519, hmac } = await openVenue();
  try {
    await until("a market", () => bestOf(server, 1) > 0 && bestOf(server, 2) > 0);
    for (const key of [ed25519, hmac]) {
      const client = await clientOf(server, key);
      try {
        await run(server, key, client);
      } finally {
        await client.close();
      }
    }
  } finally {
    await server.close();
  }
}

async function balancesAgree(server: BinanceServer, { account }: PeerKey, client: Client): Promise<void> {
  const balance = (await client.fetchBalance()) as unknown as Record<string, { free: number; used: number }>;
  for (const asset of ["BTC", "USDT"])
    assert.deepEqual(
      [balance[asset]?.free, balance[asset]?.used],
      [...purseOf(server, account, asset)],
      asset,
    );
}

test("ccxt reads the market's rules, trades over REST, and its orders, trades and balances are the ledger's", async () => {
  await withClients(async (server, key, client) => {
    const markets = await client.loadMarkets();
    assert.deepEqual(
      [
        markets[SYMBOL]?.precision.price,
        markets[SYMBOL]?.precision.amount,
        markets[SYMBOL]?.limits.cost?.min,
      ],
      [0.01, 0.00001, 5],
    );
    const low = Math.floor(bestOf(server, 1) * 0.9);
    const resting = await client.createOrder(SYMBOL, "limit", "buy", 0.01, low);
    assert.equal((await client.fetchOrder(String(resting.id), SYMBOL)).status, "open");
    await balancesAgree(server, key, client);
    const [open, ...others] = await client.fetchOpenOrders(SYMBOL);
    assert.deepEqual([open?.id, others], [resting.id, []]);
    const replaced = await client.editOrder(String(resting.id), SYMBOL, "limit", "buy", 0.02, low - 1);
    assert.deepEqual([replaced.amount, replaced.price], [0.02, low - 1]);
    assert.equal((await client.fetchOrder(String(resting.id), SYMBOL)).status, "canceled");
    await client.cancelOrder(String(replaced.id), SYMBOL);
    const bought = await client.createOrder(SYMBOL, "market", "buy", 0.005);
    assert.deepEqual([bought.status, bought.filled], ["closed", 0.005]);
    const trades = await client.fetchMyTrades(SYMBOL);
    const total = trades.reduce((sum, { amount }) => sum + Number(amount), 0);
    assert.ok(Math.abs(total - 0.005) < 1e-12);
    const orders = await client.fetchOrders(SYMBOL);
    assert.deepEqual(
      orders.map(({ status }) => status),
      ["canceled", "canceled", "closed"],
    );
    await balancesAgree(server, key, client);
    await assert.rejects(client.createOrder(SYMBOL, "limit", "buy", 10, low), ccxt.InsufficientFunds);
    await assert.rejects(client.fetchOrder("999999999", SYMBOL), ccxt.OrderNotFound);
  });
});

test("ccxt keeps a book from the stream that is the venue's, level by level", async () => {
  await withClients(async (server, _key, client) => {
    await client.loadMarkets();
    let compared = 0;
    for (let update = 0; update < UPDATES_MAX && compared < 5; update++) {
      const book = await client.watchOrderBook(SYMBOL);
      const venue = bookOf(server);
      // The stream is cut each 100 ms: the engine may be ahead.
      if (book.nonce !== venue.updateId) continue;
      const own = [book.bids, book.asks].map((side) =>
        Array.from(side.slice(0, 5), ([price, size]) => [price, size]),
      );
      assert.deepEqual(own, venue.sides);
      compared += 1;
    }
    assert.equal(compared, 5, `both were at the same update ${compared} times`);
    const [trade] = await client.watchTrades(SYMBOL);
    assert.ok(Number(trade?.amount) > 0);
  });
});

test("ccxt places and cancels over the WebSocket API and hears of its orders there", async () => {
  await withClients(async (server, key, client) => {
    await client.loadMarkets();
    const low = Math.floor(bestOf(server, 1) * 0.9);
    const heard: string[] = [];
    const listening = (async () => {
      for (;;)
        for (const order of await client.watchOrders(SYMBOL)) heard.push(`${order.id} ${order.status}`);
    })().catch(() => undefined);
    // The subscription is made on the way to the first event.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const order = await client.createOrderWs(SYMBOL, "limit", "buy", 0.01, low);
    await until("the order's event", () => heard.includes(`${order.id} open`));
    assert.equal((await client.fetchOrderWs(String(order.id), SYMBOL)).status, "open");
    const edited = await client.editOrderWs(String(order.id), SYMBOL, "limit", "buy", 0.02, low);
    await client.cancelOrderWs(String(edited.id), SYMBOL);
    await until("the cancels' events", () =>
      [order.id, edited.id].every((id) => heard.includes(`${id} canceled`)),
    );
    await balancesAgree(server, key, client);
    await client.close();
    await listening;
  });
});
