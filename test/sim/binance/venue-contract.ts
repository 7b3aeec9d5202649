import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MAKER_KEY, signSocket, signText, TRADER_KEY } from "./venue-driver.ts";
import type { ClientPort } from "../played-venue.ts";
import type { Json, VenueDriver } from "./venue-driver.ts";

type Reply = {
  id: unknown;
  status: number;
  result: Json;
  error: { code: number; msg: string };
  rateLimits?: Json[];
};

/** A WebSocket API client that keeps events and answers apart. */
class ApiClient {
  readonly events: Json[] = [];
  readonly #driver: VenueDriver;
  readonly #port: ClientPort;
  #nextId = 1;

  constructor(driver: VenueDriver, port: ClientPort) {
    this.#driver = driver;
    this.#port = port;
  }

  static async open(driver: VenueDriver): Promise<ApiClient> {
    return new ApiClient(driver, await driver.connect("/ws-api/v3"));
  }

  /** Sends a request and waits for its answer; what else comes is kept as an event. */
  async call(method: string, params: Json = {}): Promise<Reply> {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#port.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const message = JSON.parse(await this.#port.next()) as Reply & { event?: Json };
      if (message.event !== undefined) this.events.push(message.event);
      else if (message.id === id || message.id === null) return message;
    }
  }

  closed(): Promise<number> {
    return this.#port.closed();
  }

  async event(): Promise<Json> {
    const kept = this.events.shift();
    if (kept !== undefined) return kept;
    return (JSON.parse(await this.#port.next()) as { event: Json }).event;
  }

  async logon(): Promise<Reply> {
    return this.call("session.logon", signSocket("trader", { timestamp: this.#driver.nowMs() }));
  }

  /** A request on the session's key. */
  async own(method: string, params: Json = {}): Promise<Reply> {
    return this.call(method, { ...params, timestamp: this.#driver.nowMs() });
  }

  /** A request signed by itself. */
  async signed(key: "trader" | "maker", method: string, params: Json = {}): Promise<Reply> {
    return this.call(method, signSocket(key, { ...params, timestamp: this.#driver.nowMs() }));
  }
}

function limit(side: "BUY" | "SELL", price: string, quantity: string, more: Json = {}): Json {
  return { symbol: "BTCUSDT", side, type: "LIMIT", timeInForce: "GTC", price, quantity, ...more };
}

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

  describe(`Binance venue, ${wire}: sessions`, () => {
    test("logs on with Ed25519 and lets signed requests leave key and signature out", async (driver) => {
      const client = await ApiClient.open(driver);
      const before = await client.own("account.status");
      assert.equal(before.error.code, -1102);
      const logon = await client.logon();
      assert.equal(logon.status, 200);
      assert.equal(logon.result["apiKey"], TRADER_KEY);
      assert.equal(logon.result["userDataStream"], false);
      assert.equal((await client.own("account.status")).status, 200);
      assert.equal((await client.call("session.logout")).result["apiKey"], null);
      assert.equal((await client.own("account.status")).error.code, -1102);
    });

    test("refuses an HMAC key for a logon, a wrong signature, an unknown key and a malformed one", async (driver) => {
      const client = await ApiClient.open(driver);
      const now = driver.nowMs();
      assert.equal((await client.signed("maker", "session.logon")).error.code, -1022);
      const forged = { ...signSocket("trader", { timestamp: now }), recvWindow: 60000 };
      assert.equal((await client.call("session.logon", forged)).error.code, -1022);
      const stranger = { apiKey: "A".repeat(64), timestamp: now, signature: "00" };
      const unknown = await client.call("session.logon", stranger);
      assert.deepEqual([unknown.status, unknown.error.code], [401, -2015]);
      const malformed = await client.call("session.logon", { ...stranger, apiKey: "short" });
      assert.deepEqual([malformed.status, malformed.error.code], [401, -2014]);
    });

    test("[V14] refuses stamps outside recvWindow with -1021", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      const late = await client.call("account.status", { timestamp: driver.nowMs() - 5_500 });
      assert.deepEqual(
        [late.error.code, late.error.msg],
        [-1021, "Timestamp for this request is outside of the recvWindow."],
      );
      const early = await client.call("account.status", { timestamp: driver.nowMs() + 5_000 });
      assert.equal(early.error.msg, "Timestamp for this request was 1000ms ahead of the server's time.");
      const wide = await client.call("account.status", {
        timestamp: driver.nowMs() - 5_500,
        recvWindow: 20_000,
      });
      assert.equal(wide.status, 200);
      const tooWide = await client.call("account.status", { timestamp: driver.nowMs(), recvWindow: 60_001 });
      assert.equal(tooWide.error.code, -1102);
      assert.equal((await client.call("account.status")).error.code, -1102);
    });

    test("ends the session of a revoked key with an answer that has no id", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      driver.venue.revokeKey(TRADER_KEY);
      const revoked = await client.own("account.status");
      assert.deepEqual([revoked.id, revoked.status, revoked.error.code], [null, 401, -2015]);
      assert.equal((await client.own("account.status")).error.code, -1102);
    });

    test("opens one user data subscription for an account and a connection", async (driver) => {
      const client = await ApiClient.open(driver);
      assert.equal((await client.call("userDataStream.subscribe")).error.code, -2014);
      await client.logon();
      assert.deepEqual((await client.call("userDataStream.subscribe")).result, { subscriptionId: 0 });
      assert.equal((await client.call("userDataStream.subscribe")).error.code, -2035);
      const other = await client.signed("maker", "userDataStream.subscribe.signature");
      assert.deepEqual(other.result, { subscriptionId: 1 });
      assert.deepEqual((await client.call("session.subscriptions")).result, [
        { subscriptionId: 0 },
        { subscriptionId: 1 },
      ]);
      assert.equal((await client.call("session.status")).result["userDataStream"], true);
      await client.call("session.logout");
      assert.equal((await client.event())["e"], "eventStreamTerminated");
      assert.deepEqual((await client.call("session.subscriptions")).result, [{ subscriptionId: 1 }]);
      assert.deepEqual((await client.call("userDataStream.unsubscribe", { subscriptionId: 1 })).result, {});
      assert.equal((await client.call("userDataStream.unsubscribe")).error.code, -2036);
    });
  });

  describe(`Binance venue, ${wire}: orders`, () => {
    test("answers, reports and books an order from acceptance to fill", async (driver) => {
      const maker = await ApiClient.open(driver);
      const taker = await ApiClient.open(driver);
      await taker.logon();
      await taker.call("userDataStream.subscribe");
      await maker.signed("maker", "userDataStream.subscribe.signature");
      const rest = await maker.signed(
        "maker",
        "order.place",
        limit("SELL", "60000.00", "1.00000", { newClientOrderId: "m1" }),
      );
      assert.deepEqual(Object.keys(rest.result), [
        ...[
          "symbol",
          "orderId",
          "orderListId",
          "clientOrderId",
          "transactTime",
          "price",
          "origQty",
          "executedQty",
        ],
        ...[
          "origQuoteOrderQty",
          "cummulativeQuoteQty",
          "status",
          "timeInForce",
          "type",
          "side",
          "workingTime",
        ],
        ...["fills", "selfTradePreventionMode"],
      ]);
      assert.deepEqual(
        rest.rateLimits?.map((entry) => entry["rateLimitType"]),
        ["ORDERS", "ORDERS", "REQUEST_WEIGHT"],
      );
      const accepted = await maker.event();
      assert.deepEqual(
        [accepted["x"], accepted["X"], accepted["c"], accepted["C"], accepted["N"]],
        ["NEW", "NEW", "m1", "", null],
      );
      const locked = await maker.event();
      assert.deepEqual(locked["B"], [
        { a: "BTC", f: "9.00000000", l: "1.00000000" },
        { a: "USDT", f: "100000.00000000", l: "0.00000000" },
      ]);

      const bought = await taker.own(
        "order.place",
        limit("BUY", "60001.00", "0.40000", { newClientOrderId: "t1" }),
      );
      assert.equal(bought.result["status"], "FILLED");
      assert.equal(bought.result["cummulativeQuoteQty"], "24000.00000000");
      assert.deepEqual(bought.result["fills"], [
        {
          price: "60000.00000000",
          qty: "0.40000000",
          commission: "0.00040000",
          commissionAsset: "BTC",
          tradeId: 1,
        },
      ]);
      const reports = [await taker.event(), await taker.event(), await taker.event()];
      assert.deepEqual(
        reports.map((event) => event["x"] ?? event["e"]),
        ["NEW", "TRADE", "outboundAccountPosition"],
      );
      const trade = reports[1] ?? {};
      assert.deepEqual(
        ["X", "l", "z", "L", "n", "N", "t", "m", "M", "Z", "Y", "w"].map((name) => trade[name]),
        [
          ...["FILLED", "0.40000000", "0.40000000", "60000.00000000", "0.00040000", "BTC", 1, false, true],
          ...["24000.00000000", "24000.00000000", false],
        ],
      );
      assert.deepEqual(reports[2]?.["B"], [
        { a: "BTC", f: "10.39960000", l: "0.00000000" },
        { a: "USDT", f: "76000.00000000", l: "0.00000000" },
      ]);
      const made = await maker.event();
      assert.deepEqual(
        [made["x"], made["X"], made["m"], made["n"], made["N"]],
        ["TRADE", "PARTIALLY_FILLED", true, "24.00000000", "USDT"],
      );
    });

    test("cancels by either id, names the cancel by its own, and knows the order afterwards", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      await client.call("userDataStream.subscribe");
      const placed = await client.own(
        "order.place",
        limit("BUY", "50000.00", "0.10000", { newClientOrderId: "a" }),
      );
      await client.event();
      await client.event();
      const orderId = placed.result["orderId"];
      const wrong = await client.own("order.cancel", { symbol: "BTCUSDT", orderId, origClientOrderId: "b" });
      assert.deepEqual([wrong.error.code, wrong.error.msg], [-2011, "Unknown order sent."]);
      const gone = await client.own("order.cancel", {
        symbol: "BTCUSDT",
        origClientOrderId: "a",
        newClientOrderId: "c1",
      });
      assert.deepEqual(
        [gone.result["origClientOrderId"], gone.result["clientOrderId"], gone.result["status"]],
        ["a", "c1", "CANCELED"],
      );
      assert.equal(gone.rateLimits?.length, 1);
      const event = await client.event();
      assert.deepEqual([event["x"], event["c"], event["C"], event["i"]], ["CANCELED", "c1", "a", orderId]);
      const again = await client.own("order.cancel", { symbol: "BTCUSDT", orderId });
      assert.equal(again.error.code, -2011);
      const status = await client.own("order.status", { symbol: "BTCUSDT", orderId });
      assert.deepEqual([status.result["status"], status.result["isWorking"]], ["CANCELED", true]);
      assert.equal((await client.own("order.status", { symbol: "BTCUSDT", orderId: 999 })).error.code, -2013);
      assert.equal((await client.own("order.cancel", { symbol: "BTCUSDT" })).error.code, -1102);
    });

    test("keeps client order ids unique among open orders only", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      const order = limit("BUY", "50000.00", "0.10000", { newClientOrderId: "same" });
      await client.own("order.place", order);
      const twice = await client.own("order.place", order);
      assert.deepEqual([twice.error.code, twice.error.msg], [-2010, "Duplicate order sent."]);
      await client.own("order.cancel", { symbol: "BTCUSDT", origClientOrderId: "same" });
      assert.equal((await client.own("order.place", order)).status, 200);
    });

    test("obeys cancelRestrictions", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      await client.own("order.place", limit("BUY", "50000.00", "0.10000", { newClientOrderId: "r" }));
      const cancel = { symbol: "BTCUSDT", origClientOrderId: "r" };
      const partly = await client.own("order.cancel", {
        ...cancel,
        cancelRestrictions: "ONLY_PARTIALLY_FILLED",
      });
      assert.deepEqual(
        [partly.error.code, partly.error.msg],
        [-2011, "Order was not canceled due to cancel restrictions."],
      );
      assert.equal(
        (await client.own("order.cancel", { ...cancel, cancelRestrictions: "NEVER" })).error.code,
        -1145,
      );
      assert.equal(
        (await client.own("order.cancel", { ...cancel, cancelRestrictions: "ONLY_NEW" })).status,
        200,
      );
    });

    test("cancels all open orders of a symbol, and refuses when there are none", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      await client.own("order.place", limit("BUY", "50000.00", "0.10000"));
      await client.own("order.place", limit("BUY", "50001.00", "0.10000"));
      const orders = await client.own("openOrders.status", { symbol: "BTCUSDT" });
      assert.deepEqual(
        (orders.result as unknown as Json[]).map((order) => order["price"]),
        ["50000.00000000", "50001.00000000"],
      );
      const all = await client.own("openOrders.cancelAll", { symbol: "BTCUSDT" });
      assert.deepEqual(
        (all.result as unknown as Json[]).map((order) => order["status"]),
        ["CANCELED", "CANCELED"],
      );
      assert.equal((await client.own("openOrders.cancelAll", { symbol: "BTCUSDT" })).error.code, -2011);
      assert.deepEqual((await client.own("openOrders.status")).result, []);
    });

    test("ends IOC, FOK and MARKET orders as the venue does and answers with the detail asked for", async (driver) => {
      const maker = await ApiClient.open(driver);
      await maker.signed("maker", "order.place", limit("SELL", "60000.00", "0.50000"));
      const client = await ApiClient.open(driver);
      await client.logon();
      await client.call("userDataStream.subscribe");
      const kill = await client.own(
        "order.place",
        limit("BUY", "60000.00", "0.60000", { timeInForce: "FOK" }),
      );
      assert.deepEqual(
        [kill.result["status"], kill.result["expiryReason"]],
        ["EXPIRED", "UNFILLED_FOK_ORDER_EXPIRED"],
      );
      assert.deepEqual(
        [(await client.event())["x"], (await client.event())["eR"]],
        ["NEW", "UNFILLED_FOK_ORDER_EXPIRED"],
      );
      const part = await client.own(
        "order.place",
        limit("BUY", "60000.00", "0.60000", { timeInForce: "IOC", newOrderRespType: "RESULT" }),
      );
      assert.deepEqual(
        [part.result["status"], part.result["executedQty"], part.result["fills"]],
        ["EXPIRED", "0.50000000", undefined],
      );
      await maker.signed("maker", "order.place", limit("SELL", "60010.00", "0.20000"));
      const market = {
        symbol: "BTCUSDT",
        side: "BUY",
        type: "MARKET",
        quantity: "0.30000",
        newOrderRespType: "FULL",
      };
      const sweep = await client.own("order.place", market);
      assert.deepEqual(
        ["status", "executedQty", "price", "timeInForce", "expiryReason"].map((name) => sweep.result[name]),
        ["EXPIRED", "0.20000000", "0.00000000", "GTC", "INSUFFICIENT_LIQUIDITY"],
      );
      assert.equal((await client.own("order.place", market)).error.code, -2010);
      const ack = await client.own(
        "order.place",
        limit("BUY", "50000.00", "0.10000", { newOrderRespType: "ACK" }),
      );
      assert.deepEqual(Object.keys(ack.result), [
        "symbol",
        "orderId",
        "orderListId",
        "clientOrderId",
        "transactTime",
      ]);
    });

    test("lets the resting order give way when an account meets itself", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      await client.call("userDataStream.subscribe");
      await client.own("order.place", limit("SELL", "60000.00", "0.10000", { newClientOrderId: "old" }));
      await client.own("order.place", limit("BUY", "60000.00", "0.10000", { newClientOrderId: "new" }));
      const prevented =
        client.events.find((event) => event["x"] === "TRADE_PREVENTION") ??
        (await waitFor(client, "TRADE_PREVENTION"));
      assert.deepEqual([prevented["X"], prevented["c"]], ["EXPIRED_IN_MATCH", "old"]);
    });

    test("refuses with the venue's codes and texts", async (driver) => {
      const maker = await ApiClient.open(driver);
      await maker.signed("maker", "order.place", limit("SELL", "60000.00", "0.50000"));
      const client = await ApiClient.open(driver);
      await client.logon();
      const cases: [Json, number, string][] = [
        [limit("BUY", "59999.995", "0.10000"), -1013, "Filter failure: PRICE_FILTER"],
        [limit("BUY", "59999.00", "0.000015"), -1013, "Filter failure: LOT_SIZE"],
        [limit("BUY", "59999.00", "0.00001"), -1013, "Filter failure: NOTIONAL"],
        [limit("BUY", "59999.123456789", "0.1"), -1111, "Parameter 'price' has too much precision."],
        [
          limit("BUY", "59999.00", "9.00000"),
          -2010,
          "Account has insufficient balance for requested action.",
        ],
        [{ ...limit("BUY", "59999.00", "0.1"), symbol: "XXXUSDT" }, -1121, "Invalid symbol."],
        [{ ...limit("BUY", "59999.00", "0.1"), side: "HOLD" }, -1117, "Invalid side."],
        [{ ...limit("BUY", "59999.00", "0.1"), type: "ICEBERG" }, -1116, "Invalid orderType."],
        [{ ...limit("BUY", "59999.00", "0.1"), timeInForce: "GTX" }, -1115, "Invalid timeInForce."],
        [
          { ...limit("BUY", "60000.00", "0.1"), type: "LIMIT_MAKER", timeInForce: "" },
          -2010,
          "Order would immediately match and take.",
        ],
        [
          { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1" },
          -1102,
          "Mandatory parameter 'price' was not sent, was empty/null, or malformed.",
        ],
        [
          limit("BUY", "59999.00", "0.1", { newClientOrderId: "with space" }),
          -1100,
          "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
        ],
        [
          { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.1", timeInForce: "GTC" },
          -1106,
          "Parameter 'timeInForce' sent when not required.",
        ],
      ];
      for (const [order, code, msg] of cases) {
        const refused = await client.own("order.place", order);
        assert.deepEqual([refused.status, refused.error.code, refused.error.msg], [400, code, msg]);
      }
    });

    test("replaces an order, both halves told, and lists what the account has had", async (driver) => {
      const maker = await ApiClient.open(driver);
      const client = await ApiClient.open(driver);
      await client.logon();
      await client.own("order.place", limit("BUY", "50000.00", "0.10000", { newClientOrderId: "a" }));
      const replace = { ...limit("BUY", "50001.00", "0.20000"), cancelReplaceMode: "STOP_ON_FAILURE" };
      const done = await client.own("order.cancelReplace", {
        ...replace,
        cancelOrigClientOrderId: "a",
        newClientOrderId: "b",
      });
      const { cancelResult, newOrderResult, cancelResponse, newOrderResponse } = done.result as Record<
        string,
        Json & string
      >;
      assert.deepEqual(
        [cancelResult, newOrderResult, cancelResponse?.["status"], newOrderResponse?.["status"]],
        ["SUCCESS", "SUCCESS", "CANCELED", "NEW"],
      );
      assert.equal(done.rateLimits?.length, 3);
      await maker.signed("maker", "order.place", limit("SELL", "50001.00", "0.05000"));
      const list = async (method: string, params: Json = {}): Promise<Json[]> =>
        (await client.own(method, { symbol: "BTCUSDT", ...params })).result as unknown as Json[];
      const orders = await list("allOrders");
      assert.deepEqual(
        orders.map((order) => [order["clientOrderId"], order["status"]]),
        [
          ["a", "CANCELED"],
          ["b", "PARTIALLY_FILLED"],
        ],
      );
      assert.equal((await list("allOrders", { orderId: orders[1]?.["orderId"] })).length, 1);
      const [trade, ...others] = await list("myTrades");
      assert.deepEqual(
        ["orderId", "price", "qty", "quoteQty", "commission", "commissionAsset", "isBuyer", "isMaker"].map(
          (name) => trade?.[name],
        ),
        [
          ...[orders[1]?.["orderId"], "50001.00000000", "0.05000000", "2500.05000000"],
          ...["0.00005000", "BTC", true, true],
        ],
      );
      assert.deepEqual(others, []);
      assert.deepEqual(await list("myTrades", { fromId: Number(trade?.["id"]) + 1 }), []);
      assert.equal((await client.own("myTrades", { symbol: "BTCUSDT", limit: 1001 })).error.code, -1130);
    });

    test("[C9] a replace is half done with 409, or not at all with 400, by its mode", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      const unknown = { ...limit("BUY", "50000.00", "0.10000"), cancelOrigClientOrderId: "nobody" };
      const legs = (reply: Reply): unknown[] => {
        const data = (reply.error as unknown as { data: Json }).data;
        return [reply.status, reply.error.code, data["cancelResult"], data["newOrderResult"]];
      };
      const stopped = await client.own("order.cancelReplace", {
        ...unknown,
        cancelReplaceMode: "STOP_ON_FAILURE",
      });
      assert.deepEqual(legs(stopped), [400, -2022, "FAILURE", "NOT_ATTEMPTED"]);
      // What is not attempted counts as an order all the same.
      const counts = (await client.own("account.rateLimits.orders")).result as unknown as Json[];
      assert.equal(counts[0]?.["count"], 1);
      const doubled = await client.own("order.cancelReplace", {
        ...unknown,
        cancelReplaceMode: "ALLOW_FAILURE",
        newClientOrderId: "second",
      });
      assert.deepEqual(legs(doubled), [409, -2021, "FAILURE", "SUCCESS"]);
      const halved = await client.own("order.cancelReplace", {
        ...limit("BUY", "50000.00", "9.00000"),
        cancelOrigClientOrderId: "second",
        cancelReplaceMode: "STOP_ON_FAILURE",
      });
      assert.deepEqual(legs(halved), [409, -2021, "SUCCESS", "FAILURE"]);
      assert.deepEqual((await client.own("openOrders.status")).result, []);
      const offGrid = await client.own("order.cancelReplace", {
        ...limit("BUY", "50000.001", "0.1"),
        cancelOrigClientOrderId: "x",
        cancelReplaceMode: "STOP_ON_FAILURE",
      });
      assert.deepEqual([offGrid.status, offGrid.error.code], [400, -1013]);
    });

    test("tries an order without placing it", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      assert.deepEqual((await client.own("order.test", limit("BUY", "50000.00", "0.1"))).result, {});
      assert.equal((await client.own("order.test", limit("BUY", "50000.001", "0.1"))).error.code, -1013);
      assert.deepEqual((await client.own("openOrders.status")).result, []);
    });

    test("[V13] refuses the 51st unfilled order of ten seconds with -1015 and status 429", async (driver) => {
      const client = await ApiClient.open(driver);
      await client.logon();
      let refused: Reply | null = null;
      // Should the ten seconds turn over on the way, the second fifty will meet the limit.
      for (let index = 0; index < 101 && refused === null; index += 1) {
        const reply = await client.own(
          "order.place",
          limit("BUY", "50000.00", "0.00100", { newOrderRespType: "ACK" }),
        );
        if (reply.status !== 200) refused = reply;
      }
      assert.deepEqual([refused?.status, refused?.error.code], [429, -1015]);
      assert.equal(refused?.error.msg, "Too many new orders; current limit is 50 orders per 10 SECOND.");
    });
  });

  describe(`Binance venue, ${wire}: requests`, () => {
    test("answers what is no request, and what it does not know", async (driver) => {
      const port = await driver.connect("/ws-api/v3");
      for (const text of ["{", "[]", '"x"', '{"id":1}', '{"id":1,"method":"time","params":[]}']) {
        port.send(text);
        const reply = JSON.parse(await port.next()) as Reply;
        assert.deepEqual([reply.id, reply.status, reply.error.code], [null, 400, -1135], text);
      }
      port.send('{"id":"abc","method":"nope"}');
      const unknown = JSON.parse(await port.next()) as Reply;
      assert.deepEqual([unknown.id, unknown.error.code], ["abc", -1020]);
      port.send('{"id":"x","method":"v3/ping","params":{"returnRateLimits":false}}');
      assert.equal(await port.next(), '{"id":"x","status":200,"result":{}}');
    });

    test("[V13] tells a socket client when to come back, and cuts it off when it does not wait", async (driver) => {
      const client = await ApiClient.open(driver);
      let limited: Reply & { error: { data?: Json } } = await client.call("ping");
      while (limited.status === 200)
        limited = await client.call("depth", { symbol: "BTCUSDT", limit: 5_000 });
      assert.deepEqual([limited.status, limited.error.code], [429, -1003]);
      const { serverTime, retryAfter } = limited.error.data ?? {};
      assert.equal(Number(retryAfter) % 60_000, 0);
      assert.ok(Number(retryAfter) > Number(serverTime));
      const port = await driver.connect("/ws-api/v3").catch(() => null);
      assert.equal(port, null);
      while (limited.status === 429) limited = await client.call("ping");
      assert.equal(limited.status, 418);
      assert.equal(await client.closed(), 1008);
    });

    test("serves public REST calls with their weights", async (driver) => {
      assert.equal((await driver.rest("GET", "/api/v3/ping")).body, "{}");
      const time = await driver.rest("GET", "/api/v3/time");
      assert.match(time.body, /^\{"serverTime":[0-9]{13}\}$/);
      const info = await driver.rest("GET", "/api/v3/exchangeInfo?symbol=BTCUSDT");
      const symbol = (JSON.parse(info.body) as { symbols: { symbol: string; filters: Json[] }[] }).symbols[0];
      assert.deepEqual(symbol?.filters[0], {
        filterType: "PRICE_FILTER",
        minPrice: "0.01000000",
        maxPrice: "1000000.00000000",
        tickSize: "0.01000000",
      });
      assert.equal(info.headers["x-mbx-used-weight-1m"], "22");
      const depth = await driver.rest("GET", "/api/v3/depth?symbol=BTCUSDT&limit=5000");
      assert.deepEqual(JSON.parse(depth.body), { lastUpdateId: 0, bids: [], asks: [] });
      assert.equal(depth.headers["x-mbx-used-weight-1m"], "272");
      assert.equal(
        (await driver.rest("GET", "/api/v3/depth?symbol=NOPE")).body,
        '{"code":-1121,"msg":"Invalid symbol."}',
      );
      assert.equal((await driver.rest("GET", "/api/v3/nothing")).status, 404);
      const list = await driver.rest("GET", `/api/v3/exchangeInfo?symbols=${encodeURIComponent('["NOPE"]')}`);
      assert.equal((JSON.parse(list.body) as { code: number }).code, -1121);
    });

    test("takes signed REST calls, parameters in query and body", async (driver) => {
      const query = `symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=70000&newClientOrderId=r1`;
      const body = `recvWindow=5000&timestamp=${driver.nowMs()}`;
      const signature = signText("maker", query + body);
      const placed = await driver.rest("POST", `/api/v3/order?${query}`, {
        apiKey: MAKER_KEY,
        body: `${body}&signature=${signature.toUpperCase()}`,
      });
      assert.equal(placed.status, 200, placed.body);
      assert.equal(placed.headers["x-mbx-order-count-10s"], "1");
      const get = async (method: string, path: string, params: string): Promise<unknown> => {
        const payload = `${params}timestamp=${driver.nowMs()}`;
        const target = `${path}?${payload}&signature=${signText("maker", payload)}`;
        return JSON.parse((await driver.rest(method, target, { apiKey: MAKER_KEY })).body);
      };
      const orders = (await get("GET", "/api/v3/openOrders", "symbol=BTCUSDT&")) as Json[];
      assert.deepEqual(
        orders.map((order) => order["clientOrderId"]),
        ["r1"],
      );
      const account = (await get("GET", "/api/v3/account", "omitZeroBalances=true&")) as { balances: Json[] };
      assert.deepEqual(account.balances[0], { asset: "BTC", free: "9.00000000", locked: "1.00000000" });
      const status = (await get("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=r1&")) as Json;
      assert.equal(status["status"], "NEW");
      const canceled = (await get("DELETE", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=r1&")) as Json;
      assert.equal(canceled["status"], "CANCELED");
      const counts = (await get("GET", "/api/v3/rateLimit/order", "")) as Json[];
      assert.deepEqual(
        counts.map((entry) => entry["count"]),
        [1, 1],
      );
      const unsigned = await driver.rest("GET", "/api/v3/account?timestamp=1", { apiKey: MAKER_KEY });
      assert.equal((JSON.parse(unsigned.body) as { code: number }).code, -1102);
      const nobody = await driver.rest("GET", "/api/v3/account?timestamp=1");
      assert.deepEqual([nobody.status, (JSON.parse(nobody.body) as { code: number }).code], [401, -2014]);
    });

    test("tells last trades and prices over REST", async (driver) => {
      const maker = await ApiClient.open(driver);
      const taker = await ApiClient.open(driver);
      await maker.signed("maker", "order.place", limit("SELL", "60000.00", "0.50000"));
      await taker.signed("trader", "order.place", limit("BUY", "60000.00", "0.20000"));
      const get = async (path: string): Promise<Json & Json[]> =>
        JSON.parse((await driver.rest("GET", path)).body) as Json & Json[];
      const [trade] = await get("/api/v3/trades?symbol=BTCUSDT&limit=1");
      assert.deepEqual(
        [trade?.["id"], trade?.["price"], trade?.["qty"], trade?.["isBuyerMaker"]],
        [1, "60000.00000000", "0.20000000", false],
      );
      assert.deepEqual(await get("/api/v3/ticker/price?symbol=BTCUSDT"), {
        symbol: "BTCUSDT",
        price: "60000.00000000",
      });
      assert.deepEqual(await get("/api/v3/ticker/bookTicker"), [
        {
          symbol: "BTCUSDT",
          ...{
            bidPrice: "0.00000000",
            bidQty: "0.00000000",
            askPrice: "60000.00000000",
            askQty: "0.30000000",
          },
        },
      ]);
      const day = await get("/api/v3/ticker/24hr?symbol=BTCUSDT");
      assert.deepEqual(
        ["lastPrice", "volume", "quoteVolume", "count", "priceChange"].map((name) => day[name]),
        ["60000.00000000", "0.20000000", "12000.00000000", 1, "0.00000000"],
      );
      assert.equal((await get("/api/v3/avgPrice?symbol=BTCUSDT"))["price"], "60000.00000000");
      assert.equal((await get("/api/v3/trades?symbol=BTCUSDT&limit=0"))["code"], -1130);
    });

    test("[V13] answers 429 with Retry-After when the minute's weight is spent, and 418 when that is ignored", async (driver) => {
      const statuses: number[] = [];
      let last = await driver.rest("GET", "/api/v3/ping");
      for (let index = 0; index < 60; index += 1) {
        last = await driver.rest("GET", "/api/v3/depth?symbol=BTCUSDT&limit=5000");
        if (statuses.at(-1) !== last.status) statuses.push(last.status);
      }
      assert.deepEqual(statuses, [200, 429, 418]);
      assert.ok(Number(last.headers["retry-after"]) > 60, `Retry-After ${last.headers["retry-after"]}`);
      assert.match(
        last.body,
        /^\{"code":-1003,"msg":"Way too much request weight used; IP banned until [0-9]{13}\./,
      );
      await assert.rejects(driver.connect("/ws-api/v3"));
    });
  });

  describe(`Binance venue, ${wire}: market streams`, () => {
    test("publishes book, best prices and trades as the venue writes them", async (driver) => {
      const streams = await driver.connect(
        "/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade",
      );
      const maker = await ApiClient.open(driver);
      const client = await ApiClient.open(driver);
      await client.logon();
      await maker.signed("maker", "order.place", limit("SELL", "60000.00", "0.50000"));
      await client.own("order.place", limit("BUY", "60000.00", "0.20000"));
      const frames: string[] = [];
      const kinds = ["depthUpdate", "bookTicker", '"e":"trade"'];
      while (!kinds.every((kind) => frames.some((frame) => frame.includes(kind))))
        frames.push(await streams.next());
      const texts = frames.join("\n");
      assert.match(
        texts,
        /\{"stream":"btcusdt@bookTicker","data":\{"u":1,"s":"BTCUSDT","b":"0\.00000000","B":"0\.00000000","a":"60000\.00000000","A":"0\.50000000"\}\}/,
      );
      assert.match(
        texts,
        /\{"stream":"btcusdt@trade","data":\{"e":"trade","E":[0-9]{13},"s":"BTCUSDT","t":1,"p":"60000\.00000000","q":"0\.20000000","T":[0-9]{13},"m":false,"M":true\}\}/,
      );
      assert.match(
        texts,
        /\{"stream":"btcusdt@depth@100ms","data":\{"e":"depthUpdate","E":[0-9]{13},"s":"BTCUSDT","U":1,"u":[12],"b":\[\],"a":\[\["60000\.00000000","0\.[35]0000000"\]\]\}\}/,
      );
    });

    test("obeys control messages on raw streams", async (driver) => {
      const streams = await driver.connect("/ws");
      const ask = async (request: unknown): Promise<string> => {
        streams.send(typeof request === "string" ? request : JSON.stringify(request));
        return streams.next();
      };
      assert.equal(
        await ask({ method: "SUBSCRIBE", params: ["btcusdt@trade", "btcusdt@depth"], id: 1 }),
        '{"result":null,"id":1}',
      );
      assert.equal(
        await ask({ method: "UNSUBSCRIBE", params: ["btcusdt@depth"], id: "b" }),
        '{"result":null,"id":"b"}',
      );
      assert.equal(await ask({ method: "LIST_SUBSCRIPTIONS", id: 3 }), '{"result":["btcusdt@trade"],"id":3}');
      const maker = await ApiClient.open(driver);
      const client = await ApiClient.open(driver);
      await client.logon();
      await maker.signed("maker", "order.place", limit("SELL", "60000.00", "0.50000"));
      await client.own("order.place", limit("BUY", "60000.00", "0.20000"));
      assert.match(await streams.next(), /^\{"e":"trade","E":/);
      assert.equal(
        await ask("{nonsense"),
        '{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}',
      );
    });

    test("[V2] cuts a stream connection that sends a sixth message within a second", async (driver) => {
      const streams = await driver.connect("/ws/btcusdt@trade");
      for (let id = 1; id <= 6; id += 1) streams.send(JSON.stringify({ method: "LIST_SUBSCRIPTIONS", id }));
      assert.equal(await streams.closed(), 1008);
    });

    test("[V3] announces its end on every connection and then closes it", async (driver) => {
      const raw = await driver.connect("/ws/btcusdt@trade");
      const combined = await driver.connect("/stream");
      const api = await driver.connect("/ws-api/v3");
      driver.venue.shutdown(driver.venue.nowNs, 200_000_000);
      assert.match(await raw.next(), /^\{"e":"serverShutdown","E":[0-9]{13}\}$/);
      assert.match(
        await combined.next(),
        /^\{"stream":"!serverShutdown","data":\{"e":"serverShutdown","E":[0-9]{13}\}\}$/,
      );
      assert.match(await api.next(), /^\{"event":\{"e":"serverShutdown","E":[0-9]{13}\}\}$/);
      assert.deepEqual([await raw.closed(), await combined.closed(), await api.closed()], [1001, 1001, 1001]);
    });

    test("refuses paths that it does not serve", async (driver) => {
      await assert.rejects(driver.connect("/nothing"));
    });
  });
}

async function waitFor(client: ApiClient, type: string): Promise<Json> {
  for (;;) {
    const event = await client.event();
    if (event["x"] === type) return event;
  }
}
