import assert from "node:assert/strict";
import { test } from "node:test";
import { keyName, privatePem } from "../sim/coinbase/keys.ts";
import { LocalBook } from "../sim/coinbase/local-book.ts";
import type { Json } from "../sim/coinbase/venue-driver.ts";
import { openVenue, purseOf, until } from "./coinbase-venue.ts";

/** As far as these tests use it; coinbase-api is installed on demand, and the compiler knows nothing of it. */
interface CoinbaseApi {
  readonly CBAdvancedTradeClient: new (options: object) => RestClient;
  readonly WebsocketClient: new (options: object, logger: object) => SocketClient;
}
interface RestClient {
  submitOrder(order: object): Promise<OrderAnswer>;
  updateOrder(order: object): Promise<{ readonly success: boolean }>;
  cancelOrders(orders: object): Promise<{ readonly results: readonly Json[] }>;
  getOrder(order: object): Promise<{ readonly order: Json }>;
  getOrders(filter: object): Promise<{ readonly orders: readonly Json[] }>;
  getFills(filter: object): Promise<{ readonly fills: readonly Json[] }>;
  getAccounts(filter: object): Promise<{ readonly accounts: readonly AccountAnswer[] }>;
  getApiKeyPermissions(): Promise<Json>;
  getTransactionSummary(filter: object): Promise<{ readonly fee_tier: Json }>;
}
interface OrderAnswer {
  readonly success: boolean;
  readonly success_response: { readonly order_id: string };
}
interface AccountAnswer {
  readonly currency: string;
  readonly available_balance: { readonly value: string };
  readonly hold: { readonly value: string };
}
interface SocketClient {
  on(event: string, listener: (message: Json) => void): void;
  subscribe(topic: object, key: string): void;
  closeAll(force: boolean): void;
}

const MODULE: string = "coinbase-api";
const SILENT = { trace() {}, info() {}, error() {} };

async function load(): Promise<CoinbaseApi> {
  return (await import(MODULE)) as CoinbaseApi;
}

function limit(side: "BUY" | "SELL", price: string, size: string): object {
  const order_configuration = { limit_limit_gtc: { base_size: size, limit_price: price, post_only: false } };
  return { product_id: "BTC-USD", side, order_configuration };
}

test("coinbase-api trades with either kind of key, and its balances are the ledger's", async () => {
  const server = await openVenue({});
  const { CBAdvancedTradeClient } = await load();
  const baseUrl = server.urls.rest;
  const trader = new CBAdvancedTradeClient({
    apiKey: keyName("trader"),
    apiSecret: privatePem("trader"),
    baseUrl,
  });
  // Ed25519 keys are handed out as the base64 of their PKCS 8 form.
  const apiSecret = privatePem("maker").split("\n")[1] ?? "";
  const maker = new CBAdvancedTradeClient({ apiKey: keyName("maker"), apiSecret, baseUrl });
  try {
    const rights = await trader.getApiKeyPermissions();
    assert.deepEqual([rights["can_trade"], rights["can_transfer"]], [true, false]);
    assert.equal((await trader.getTransactionSummary({})).fee_tier["taker_fee_rate"], "0.012");
    const resting = (await maker.submitOrder(limit("SELL", "60000", "1"))).success_response.order_id;
    assert.equal((await maker.updateOrder({ order_id: resting, price: "60001", size: "0.8" })).success, true);
    const taken = (await trader.submitOrder(limit("BUY", "60001", "0.5"))).success_response.order_id;
    const { order } = await trader.getOrder({ order_id: taken });
    assert.deepEqual(
      [order["status"], order["filled_value"], order["total_fees"]],
      ["FILLED", "30000.5", "360.006"],
    );
    const { fills } = await maker.getFills({ order_ids: [resting] });
    assert.deepEqual([fills.length, fills[0]?.["liquidity_indicator"]], [1, "MAKER"]);
    const { results } = await maker.cancelOrders({ order_ids: [resting] });
    assert.equal(results[0]?.["success"], true);
    const { orders } = await maker.getOrders({ order_status: ["CANCELLED"] });
    assert.deepEqual(
      orders.map((each) => [each["order_id"], each["filled_size"]]),
      [[resting, "0.5"]],
    );
    for (const [account, client] of [trader, maker].entries()) {
      for (const { currency, available_balance: free, hold } of (await client.getAccounts({ limit: 250 }))
        .accounts)
        assert.deepEqual([free.value, hold.value], purseOf(server.venue, account + 1, currency));
    }
  } finally {
    await server.close();
  }
});

test("coinbase-api follows a book and its orders on the two sockets", async () => {
  const server = await openVenue({});
  const { CBAdvancedTradeClient, WebsocketClient } = await load();
  const key = { apiKey: keyName("trader"), apiSecret: privatePem("trader") };
  const trader = new CBAdvancedTradeClient({ ...key, baseUrl: server.urls.rest });
  const market = new WebsocketClient({ wsUrl: server.urls.marketData }, SILENT);
  const user = new WebsocketClient({ ...key, wsUrl: server.urls.user }, SILENT);
  const book = new LocalBook();
  const statuses: unknown[] = [];
  const eventsOf = (message: Json): readonly Json[] => message["events"] as readonly Json[];
  try {
    market.on("update", (message) => {
      for (const event of message["channel"] === "l2_data" ? eventsOf(message) : []) book.apply(event);
    });
    user.on("update", (message) => {
      for (const event of message["channel"] === "user" ? eventsOf(message) : [])
        statuses.push(...(event["orders"] as readonly Json[]).map((order) => order["status"]));
    });
    const subscribed = { market: false, user: false };
    market.on("response", () => (subscribed.market = true));
    user.on("response", () => (subscribed.user = true));
    market.subscribe({ topic: "level2", payload: { product_ids: ["BTC-USD"] } }, "advTradeMarketData");
    user.subscribe({ topic: "user", payload: { product_ids: ["BTC-USD"] } }, "advTradeUserData");
    await until("both subscriptions", () => subscribed.market && subscribed.user);
    const first = (await trader.submitOrder(limit("BUY", "50000", "1"))).success_response.order_id;
    await trader.submitOrder(limit("SELL", "50001.5", "0.25"));
    await until("both levels", () => book.levels().length === 2);
    assert.deepEqual(book.levels(), ["bid 50000 1", "offer 50001.5 0.25"]);
    await trader.cancelOrders({ order_ids: [first] });
    await until("the cancel", () => statuses.length === 6 && book.levels().length === 1);
    assert.deepEqual(statuses, ["PENDING", "OPEN", "PENDING", "OPEN", "CANCEL_QUEUED", "CANCELLED"]);
  } finally {
    market.closeAll(true);
    user.closeAll(true);
    await server.close();
  }
});
