import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTarget } from "../../../sim/binance/connect-target.ts";
import { parseCancel, parseOrder, parseSelector } from "../../../sim/binance/order-request.ts";
import { isRefusal, parseQuery, readFlag, readInteger, readText } from "../../../sim/binance/parameters.ts";
import type { Parameters } from "../../../sim/binance/parameters.ts";
import { BTCUSDT, STANDARD_FEES } from "../../../sim/binance/index.ts";
import { Ledger } from "../../../sim/market/index.ts";
import { VenueClock } from "../../../sim/binance/clock.ts";
import { Wallet } from "../../../sim/binance/wallet.ts";
import { openInProcess } from "./venue-driver.ts";

const ORDER: Parameters = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  price: "60000",
  quantity: 0.5,
};

function codeOf(result: object): number {
  return isRefusal(result) ? result.code : 0;
}

describe("parameters", () => {
  it("[V10] come out of a query once, decoded, and never as something inherited", () => {
    const into: Record<string, unknown> = {};
    parseQuery("a=1&b=%41+%42&a=2&c&=x&&bad=%zz&__proto__=1", into);
    assert.equal(into["a"], "1");
    assert.equal(into["b"], "A B");
    assert.deepEqual([into["c"], into["bad"]], ["", ""]);
    assert.equal(readText(into, "c"), null);
    assert.equal(readText({ n: null, o: {} }, "n"), null);
    assert.equal(readText({ n: null, o: {} }, "o"), null);
    assert.equal(readText({ t: true }, "t"), "true");
    assert.equal(readFlag({ f: "FALSE" }, "f", true), false);
    assert.deepEqual(readInteger({ i: "9007199254740993" }, "i"), {
      status: 400,
      code: -1108,
      msg: "Parameter 'i' overflowed.",
    });
  });

  it("of an order are checked one by one", () => {
    const cases: [Parameters, number][] = [
      [{}, 0],
      [{ side: "" }, -1102],
      [{ type: null }, -1102],
      [{ timeInForce: "" }, -1102],
      [{ quantity: "" }, -1102],
      [{ quantity: "1e3" }, -1102],
      [{ quantity: "99999999999" }, -1108],
      [{ newOrderRespType: "SOME" }, -1130],
      [{ type: "MARKET", timeInForce: "" }, -1106],
    ];
    for (const [change, code] of cases)
      assert.equal(codeOf(parseOrder({ ...ORDER, ...change })), code, JSON.stringify(change));
  });

  it("of a cancel or a query need an id in its own form", () => {
    assert.equal(codeOf(parseSelector({ orderId: "x" })), -1102);
    assert.equal(codeOf(parseSelector({ origClientOrderId: "a b" })), -1100);
    assert.equal(codeOf(parseSelector({})), -1102);
    assert.equal(codeOf(parseCancel({ orderId: 1, newClientOrderId: "ü" })), -1100);
    assert.equal(codeOf(parseCancel({ orderId: 1 })), 0);
  });

  it("of a path say what the connection is for", () => {
    const target = { combined: false, streams: [], micros: false, showLimits: true };
    assert.deepEqual(parseTarget("/ws"), { ...target, kind: "stream" });
    assert.deepEqual(parseTarget("/ws/a@trade/b@depth"), {
      ...target,
      kind: "stream",
      streams: ["a@trade", "b@depth"],
    });
    assert.deepEqual(parseTarget("/stream?streams=a@trade"), {
      ...target,
      kind: "stream",
      combined: true,
      streams: ["a@trade"],
    });
    assert.deepEqual(parseTarget("/ws-api/v3?returnRateLimits=false"), {
      ...target,
      kind: "ws-api",
      showLimits: false,
    });
    assert.equal(parseTarget("/wsx"), null);
  });
});

describe("odd requests", () => {
  it("ask for symbols in every form, and for depth with a limit that is none", async () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3?returnRateLimits=false");
    const ask = (method: string, params: Parameters): string => {
      port.send(JSON.stringify({ id: 1, method, params }));
      return port.take();
    };
    assert.match(ask("exchangeInfo", { symbols: ["BTCUSDT"] }), /"symbols":\[\{"symbol":"BTCUSDT"/);
    assert.match(ask("exchangeInfo", { symbols: "not json" }), /"code":-1130/);
    assert.match(ask("exchangeInfo", {}), /"symbols":\[\{"symbol":"BTCUSDT"/);
    assert.match(ask("depth", {}), /"code":-1102/);
    assert.match(ask("depth", { symbol: "BTCUSDT", limit: 0 }), /"code":-1130/);
    assert.match(ask("depth", { symbol: "BTCUSDT", limit: "many" }), /"code":-1102/);
    const weights = [
      [100, 5],
      [500, 25],
      [1_000, 50],
      [5_000, 250],
    ] as const;
    for (const [limit, weight] of weights) {
      const { headers } = await openInProcess().rest("GET", `/api/v3/depth?symbol=BTCUSDT&limit=${limit}`);
      assert.equal(headers["x-mbx-used-weight-1m"], String(weight));
    }
    assert.throws(() => driver.venue.symbol("NOPE"), /has no symbol NOPE/);
    assert.equal(driver.venue.balance(1, "BTC").free, 10n ** 17n);
  });

  it("find two symbols' purses shown as one sum", () => {
    const ledger = (): Ledger =>
      new Ledger({
        baseAsset: BTCUSDT.baseAsset,
        quoteAsset: BTCUSDT.quoteAsset,
        makerFeeBps: STANDARD_FEES.makerBps,
        takerFeeBps: STANDARD_FEES.takerBps,
        openingBalances: [{ account: 1, asset: "USDT", amount: 5n }],
      });
    const wallet = new Wallet([ledger(), ledger()], ["BTC", "USDT"]);
    assert.deepEqual(wallet.balance(1, "USDT"), { free: 1_000_000_000n, locked: 0n });
  });

  it("need a session that starts at a date", () => {
    assert.throws(() => new VenueClock(0), /no epoch time/);
    assert.throws(() => new VenueClock(1.5), /no epoch time/);
  });
});
