import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signToken, tokenParts } from "./keys.ts";
import { LocalBook } from "./local-book.ts";
import {
  TradingClient,
  eventOf,
  jsonOf,
  limitGtc,
  nextOf,
  orderIdOf,
  orderOf,
  socketToken,
  subscribe,
} from "./trading-client.ts";
import { requestToken } from "./venue-driver.ts";
import type { Json, VenueDriver } from "./venue-driver.ts";

const ACCOUNTS = "/api/v3/brokerage/accounts";
const HISTORY = "/api/v3/brokerage/orders/historical";

/** What every way to reach the venue must show. `open` makes a fresh venue. */
export function venueContract(wire: string, open: () => Promise<VenueDriver>): void {
  const test = (title: string, run: (driver: VenueDriver) => Promise<void>): void => {
    it(title, async () => {
      const driver = await open();
      try {
        await run(driver);
      } finally {
        await driver.close();
      }
    });
  };

  describe(`Coinbase venue, ${wire}: tokens`, () => {
    test("takes a token that names this very request, of either algorithm", async (driver) => {
      for (const signer of ["trader", "maker"] as const)
        assert.equal((await driver.rest("GET", `${ACCOUNTS}?limit=2`, { signer }))?.status, 200);
    });

    test("answers 401 without JSON to no token, and to one for another path, method or host", async (driver) => {
      const bare = await driver.rest("GET", ACCOUNTS);
      assert.equal(bare?.status, 401);
      assert.equal(bare.body, "Unauthorized\n");
      const uris = [`POST ${driver.host}${ACCOUNTS}`, `GET ${driver.host}/api/v3/brokerage/products`];
      for (const uri of [
        ...uris,
        `GET example.com${ACCOUNTS}`,
        `GET ${driver.host}${ACCOUNTS}?limit=2`,
        "",
      ]) {
        const token = signToken("trader", tokenParts("trader", driver.nowMs(), uri));
        assert.equal((await driver.rest("GET", ACCOUNTS, { token }))?.status, 401, uri);
      }
    });

    test("lets a key that may only look, look, and not trade", async (driver) => {
      assert.equal((await driver.rest("GET", ACCOUNTS, { signer: "viewer" }))?.status, 200);
      const body = { client_order_id: "v", product_id: "BTC-USD", side: "BUY" };
      const order = { ...body, order_configuration: limitGtc("60000", "0.01") };
      const answer = await driver.rest("POST", "/api/v3/brokerage/orders", { signer: "viewer", body: order });
      assert.equal(answer?.status, 403);
      const rights = await new TradingClient(driver, "viewer").get("/api/v3/brokerage/key_permissions");
      assert.deepEqual(
        [rights["can_view"], rights["can_trade"], rights["can_transfer"]],
        [true, false, false],
      );
    });

    test("refuses a revoked key", async (driver) => {
      const token = requestToken(driver, "GET", ACCOUNTS, "maker");
      driver.venue.revokeKey("maker-7c1e");
      assert.equal((await driver.rest("GET", ACCOUNTS, { token }))?.status, 401);
    });
  });

  describe(`Coinbase venue, ${wire}: orders`, () => {
    test("takes a resting order, holds its cost with the fee, and lets it go", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      const orderId = await trader.rest("BUY", "60000", "0.5");
      assert.deepEqual(await trader.balance("USD"), ["969640", "30360"]);
      const order = await trader.find(orderId);
      assert.equal(order["status"], "OPEN");
      assert.equal(order["outstanding_hold_amount"], "30360");
      assert.deepEqual(order["order_configuration"], limitGtc("60000", "0.5"));
      const [result] = await trader.cancel(orderId);
      assert.equal(result?.["success"], true);
      assert.deepEqual(await trader.balance("USD"), ["1000000", "0"]);
      const ended = await trader.find(orderId);
      assert.deepEqual([ended["status"], ended["cancel_message"]], ["CANCELLED", "User requested cancel"]);
    });

    test("charges maker and taker in quote, and agrees with its ledger", async (driver) => {
      const maker = new TradingClient(driver, "maker");
      const trader = new TradingClient(driver, "trader");
      await maker.rest("SELL", "60000.01", "0.3");
      const orderId = orderIdOf(
        await trader.order("BUY", { sor_limit_ioc: { base_size: "0.2", limit_price: "60001" } }),
      );
      const order = await trader.find(orderId);
      assert.equal(order["status"], "FILLED");
      assert.equal(order["filled_value"], "12000.002");
      assert.equal(order["total_fees"], "144.000024");
      assert.equal(order["total_value_after_fees"], "12144.002024");
      assert.deepEqual(await trader.balance("USD"), ["987855.997976", "0"]);
      assert.deepEqual(await trader.balance("BTC"), ["10.2", "0"]);
      assert.deepEqual(await maker.balance("BTC"), ["9.7", "0.1"]);
      assert.deepEqual(await maker.balance("USD"), ["1011928.001988", "0"]);
      const [fill] = await maker.fills();
      assert.equal(fill?.["liquidity_indicator"], "MAKER");
      assert.equal(fill["commission"], "72.000012");
      assert.equal(driver.venue.balance(1, "USD").free, 9_878_559_979_760_000_000_000n);
      assert.equal(driver.venue.purses.total("USD"), 20_000_000_000_000_000_000_000n);
    });

    test("spends a quote size to the last cent with its fee, and sells one", async (driver) => {
      const maker = new TradingClient(driver, "maker");
      const trader = new TradingClient(driver, "trader");
      await maker.rest("SELL", "50000", "0.01");
      await maker.rest("SELL", "50001", "1");
      const bought = await trader.find(
        orderIdOf(await trader.order("BUY", { market_market_ioc: { quote_size: "1000" } })),
      );
      assert.equal(bought["status"], "FILLED");
      const spent = Number(bought["total_value_after_fees"]);
      assert.ok(spent <= 1000 && spent > 999.99, String(spent));
      assert.equal(bought["size_inclusive_of_fees"], true);
      await maker.rest("BUY", "49000", "1");
      const sold = await trader.find(
        orderIdOf(await trader.order("SELL", { market_market_ioc: { quote_size: "490" } })),
      );
      assert.equal(sold["filled_size"], "0.01");
    });

    test("says with status 200 and success false what it does not take, and why", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      await new TradingClient(driver, "maker").rest("SELL", "60000", "1");
      const cases: readonly (readonly [Json, string])[] = [
        [limitGtc("60000", "0.01", true), "INVALID_LIMIT_PRICE_POST_ONLY"],
        [limitGtc("59000", "100"), "INSUFFICIENT_FUND"],
        [limitGtc("59000.001", "0.01"), "INVALID_PRICE_PRECISION"],
        [limitGtc("59000", "0.00000001"), "UNKNOWN_FAILURE_REASON"],
        [{ trigger_bracket_gtc: { base_size: "1" } }, "UNSUPPORTED_ORDER_CONFIGURATION"],
        [{ market_market_fok: { base_size: "2" } }, "INSUFFICIENT_LIQUIDITY"],
      ];
      for (const [configuration, error] of cases) {
        const answer = await trader.order("BUY", configuration);
        assert.equal(answer["success"], false);
        assert.equal((answer["error_response"] as Json)["error"], error);
        assert.deepEqual(answer["order_configuration"], configuration);
      }
      assert.deepEqual(await trader.balance("USD"), ["1000000", "0"]);
      assert.deepEqual((await trader.get(`${HISTORY}/batch`))["orders"], []);
    });

    test("answers 400 to what is no order at all", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      const good = {
        client_order_id: "x",
        product_id: "BTC-USD",
        side: "BUY",
        order_configuration: limitGtc("1", "1"),
      };
      const bad: readonly Json[] = [
        { ...good, client_order_id: "" },
        { ...good, side: "HOLD" },
        { ...good, order_configuration: {} },
        { ...good, order_configuration: { limit_limit_gtc: { base_size: "1" } } },
        { ...good, order_configuration: { limit_limit_gtc: { base_size: 1, limit_price: "1" } } },
      ];
      for (const body of bad) {
        const answer = await trader.post("/api/v3/brokerage/orders", body);
        assert.equal(answer?.status, 400);
        assert.equal(jsonOf(answer)["error"], "INVALID_ARGUMENT");
      }
    });

    test("[C6] answers a client order id that it knows with the order that has it, however different", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      const first = await trader.rest("BUY", "50000", "0.1", { client_order_id: "same" });
      await trader.cancel(first);
      const again = await trader.order("SELL", limitGtc("70000", "2"), { client_order_id: "same" });
      assert.equal(orderIdOf(again), first);
      assert.deepEqual(await trader.balance("BTC"), ["10", "0"]);
      const other = await new TradingClient(driver, "maker").rest("BUY", "50000", "0.1", {
        client_order_id: "same",
      });
      assert.notEqual(other, first);
    });

    test("edits price and size under the same id, and keeps what is filled", async (driver) => {
      const maker = new TradingClient(driver, "maker");
      const trader = new TradingClient(driver, "trader");
      const orderId = await maker.rest("SELL", "60000", "1");
      await trader.order("BUY", { sor_limit_ioc: { base_size: "0.4", limit_price: "60000" } });
      assert.equal((await maker.edit(orderId, "61000", "1.5"))["success"], true);
      const order = await maker.find(orderId);
      assert.deepEqual([order["status"], order["filled_size"]], ["OPEN", "0.4"]);
      assert.deepEqual((order["order_configuration"] as Json)["limit_limit_gtc"], {
        ...{ base_size: "1.5", limit_price: "61000", post_only: false },
      });
      assert.equal((order["edit_history"] as readonly Json[]).length, 1);
      assert.deepEqual(await maker.balance("BTC"), ["8.5", "1.1"]);
      await trader.order("BUY", { market_market_ioc: { base_size: "2" } });
      const filled = await maker.find(orderId);
      assert.deepEqual(
        [filled["status"], filled["average_filled_price"]],
        ["FILLED", "60733.3333333333333333"],
      );
    });

    test("refuses edits that cannot be", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      const orderId = await trader.rest("BUY", "50000", "1");
      const reason = (answer: Json): unknown =>
        (answer["error_response"] as Json | undefined)?.["edit_order_failure_reason"];
      assert.equal(reason(await trader.edit("nobody's", "1", "1")), "ORDER_NOT_FOUND");
      assert.equal(reason(await trader.edit(orderId, "0.001", "1")), "INVALID_EDITED_PRICE");
      assert.equal(reason(await trader.edit(orderId, "50000", "0")), "INVALID_EDITED_SIZE");
      assert.equal(reason(await trader.edit(orderId, "50000", "100")), "COMMANDER_REJECTED_EDIT_ORDER");
      assert.deepEqual(await trader.balance("USD"), ["949400", "50600"]);
      await trader.cancel(orderId);
      assert.equal(reason(await trader.edit(orderId, "50000", "1")), "ONLY_OPEN_ORDERS_CAN_BE_EDITED");
    });

    test("cancels many at once, each with its own result", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      const first = await trader.rest("BUY", "50000", "0.1");
      const results = await trader.cancel(first, first, "unknown");
      assert.deepEqual(
        results.map((result) => [result["success"], result["failure_reason"]]),
        [
          [true, "UNKNOWN_CANCEL_FAILURE_REASON"],
          [false, "UNKNOWN_CANCEL_ORDER"],
          [false, "UNKNOWN_CANCEL_ORDER"],
        ],
      );
    });

    test("finds orders and fills by filters, page by page, and 404 for none", async (driver) => {
      const trader = new TradingClient(driver, "trader");
      const ids: string[] = [];
      for (const price of ["50000", "50001", "50002"]) ids.unshift(await trader.rest("BUY", price, "0.1"));
      await trader.cancel(ids[1] ?? "");
      const list = async (query: string): Promise<Json> => trader.get(`${HISTORY}/batch?${query}`);
      const idsOf = (page: Json): unknown[] =>
        (page["orders"] as readonly Json[]).map((order) => order["order_id"]);
      assert.deepEqual(idsOf(await list("order_status=OPEN")), [ids[0], ids[2]]);
      assert.deepEqual(idsOf(await list("product_ids=ETH-USD")), []);
      const first = await list("limit=2");
      assert.deepEqual([idsOf(first), first["has_next"]], [[ids[0], ids[1]], true]);
      const second = await list(`limit=2&cursor=${String(first["cursor"])}`);
      assert.deepEqual([idsOf(second), second["has_next"], second["cursor"]], [[ids[2]], false, ""]);
      const missing = await driver.rest("GET", `${HISTORY}/none`, { signer: "trader" });
      assert.equal(missing?.status, 404);
      assert.equal(jsonOf(missing)["error"], "NOT_FOUND");
      const strangers = await driver.rest("GET", `${HISTORY}/${ids[0]}`, { signer: "maker" });
      assert.equal(strangers?.status, 404);
    });
  });

  describe(`Coinbase venue, ${wire}: public paths`, () => {
    test("lists products, books, time and the best prices", async (driver) => {
      const maker = new TradingClient(driver, "maker");
      await maker.rest("BUY", "50000", "0.1");
      await maker.rest("SELL", "50002.5", "0.25");
      const products = jsonOf(await driver.rest("GET", "/api/v3/brokerage/market/products"));
      assert.equal(products["num_products"], 2);
      const book = jsonOf(
        await driver.rest("GET", "/api/v3/brokerage/market/product_book?product_id=BTC-USD"),
      );
      const { bids, asks } = book["pricebook"] as Json;
      assert.deepEqual(
        [bids, asks],
        [[{ price: "50000", size: "0.1" }], [{ price: "50002.5", size: "0.25" }]],
      );
      assert.equal(book["mid_market"], "50001.25");
      const time = jsonOf(await driver.rest("GET", "/api/v3/brokerage/time"));
      assert.equal(String(time["epochMillis"]).slice(0, -3), time["epochSeconds"]);
      const older = jsonOf(await driver.rest("GET", "/v2/time"))["data"] as Json;
      assert.ok(Number(older["epoch"]) - Number(time["epochSeconds"]) <= 1);
      const trades = jsonOf(
        await driver.rest("GET", "/api/v3/brokerage/market/products/BTC-USD/ticker?limit=5"),
      );
      assert.deepEqual([trades["trades"], trades["best_ask"]], [[], "50002.5"]);
      const product = await maker.get("/api/v3/brokerage/products/ETH-USD");
      assert.deepEqual([product["base_max_size"], product["quote_max_size"]], ["42000", "150000000"]);
      assert.equal((await driver.rest("GET", "/api/v3/brokerage/market/products/DOGE-USD"))?.status, 404);
      assert.equal((await driver.rest("GET", "/api/v3/brokerage/nothing"))?.status, 404);
      const best = await maker.get("/api/v3/brokerage/best_bid_ask?product_ids=BTC-USD");
      assert.equal((best["pricebooks"] as readonly Json[]).length, 1);
    });
  });

  describe(`Coinbase venue, ${wire}: channels`, () => {
    test("numbers the messages of all channels from 0 on, and lists what is subscribed to", async (driver) => {
      const port = await driver.connect("marketData");
      const messages: Json[] = [];
      const until = async (count: number): Promise<void> => {
        while (messages.length < count) messages.push(JSON.parse(await port.next()) as Json);
      };
      port.send(subscribe("level2", ["BTC-USD", "ETH-USD"]));
      await until(3);
      port.send(subscribe("heartbeats", []));
      await until(6);
      assert.deepEqual(
        messages.map((message) => message["sequence_num"]),
        [0, 1, 2, 3, 4, 5],
      );
      assert.deepEqual(
        messages.map((message) => message["channel"]),
        ["l2_data", "l2_data", "subscriptions", "subscriptions", "heartbeats", "heartbeats"],
      );
      assert.deepEqual(eventOf(messages[3] ?? {})["subscriptions"], {
        heartbeats: ["heartbeats"],
        level2: ["BTC-USD", "ETH-USD"],
      });
      const counters = messages.slice(4).map((message) => Number(eventOf(message)["heartbeat_counter"]));
      assert.equal((counters[1] ?? 0) - (counters[0] ?? 0), 1);
    });

    test("shows a book's levels with absolute quantities, and what takes them away", async (driver) => {
      const maker = new TradingClient(driver, "maker");
      await maker.rest("BUY", "50000", "0.1");
      const port = await driver.connect("marketData");
      port.send(subscribe("level2", ["BTC-USD"]));
      const book = new LocalBook();
      const snapshot = eventOf(await nextOf(port, "l2_data"));
      assert.equal(snapshot["type"], "snapshot");
      book.apply(snapshot);
      assert.deepEqual(book.levels(), ["bid 50000 0.1"]);
      const orderId = await maker.rest("SELL", "50010.5", "2");
      book.apply(eventOf(await nextOf(port, "l2_data")));
      assert.deepEqual(book.levels(), ["bid 50000 0.1", "offer 50010.5 2"]);
      await maker.cancel(orderId);
      book.apply(eventOf(await nextOf(port, "l2_data")));
      assert.deepEqual(book.levels(), ["bid 50000 0.1"]);
    });

    test("tells trades with the maker's side, and tickers", async (driver) => {
      const port = await driver.connect("marketData");
      port.send(subscribe("market_trades", ["BTC-USD"]));
      port.send(subscribe("ticker", ["BTC-USD"]));
      await nextOf(port, "subscriptions");
      await nextOf(port, "subscriptions");
      await new TradingClient(driver, "maker").rest("SELL", "50000", "1");
      await new TradingClient(driver, "trader").order("BUY", { market_market_ioc: { base_size: "0.25" } });
      const ticker = (eventOf(await nextOf(port, "ticker"))["tickers"] as readonly Json[])[0];
      const trade = (eventOf(await nextOf(port, "market_trades"))["trades"] as readonly Json[])[0];
      assert.deepEqual([trade?.["price"], trade?.["size"], trade?.["side"]], ["50000", "0.25", "SELL"]);
      assert.equal(ticker?.["best_ask"], "50000");
    });

    test("tells an account of its orders alone, from pending to the end", async (driver) => {
      const port = await driver.connect("user");
      port.send(subscribe("user", [], socketToken(driver, "trader")));
      assert.deepEqual(eventOf(await nextOf(port, "user")), {
        ...{ type: "snapshot", orders: [] },
        positions: { perpetual_futures_positions: [], expiring_futures_positions: [] },
      });
      const trader = new TradingClient(driver, "trader");
      const maker = new TradingClient(driver, "maker");
      await maker.rest("SELL", "60000", "0.4");
      const orderId = await trader.rest("BUY", "60000", "1");
      await trader.cancel(orderId);
      const seen: unknown[] = [];
      for (let count = 0; count < 4; count += 1) {
        const order = orderOf(await nextOf(port, "user"));
        assert.equal(order["order_id"], orderId);
        seen.push([order["status"], order["cumulative_quantity"], order["leaves_quantity"]]);
      }
      assert.deepEqual(seen, [
        ["PENDING", "0", "1"],
        ["OPEN", "0.4", "0.6"],
        ["CANCEL_QUEUED", "0.4", "0.6"],
        ["CANCELLED", "0.4", "0.6"],
      ]);
    });

    test("refuses the user channel without a good token, and market data on the user's socket", async (driver) => {
      const port = await driver.connect("user");
      port.send(subscribe("user", []));
      assert.equal((await nextOf(port, "error"))["message"], "authentication failure");
      const token = signToken("trader", tokenParts("trader", driver.nowMs() - 200_000));
      port.send(subscribe("user", [], token));
      assert.equal((await nextOf(port, "error"))["message"], "authentication failure");
      port.send(subscribe("level2", ["BTC-USD"]));
      assert.equal((await nextOf(port, "error"))["message"], "channel is not supported");
    });

    test("disconnects who has not subscribed within five seconds", async (driver) => {
      const port = await driver.connect("marketData");
      assert.equal(await port.closed(), 1008);
    });

    test("ends a channel, and says so", async (driver) => {
      const port = await driver.connect("marketData");
      port.send(subscribe("level2", ["BTC-USD"]));
      await nextOf(port, "subscriptions");
      port.send(JSON.stringify({ type: "unsubscribe", product_ids: ["BTC-USD"], channel: "level2" }));
      assert.deepEqual(eventOf(await nextOf(port, "subscriptions")), { subscriptions: {} });
    });
  });
}
