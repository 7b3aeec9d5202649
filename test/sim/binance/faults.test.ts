import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openInProcess, signSocket } from "./venue-driver.ts";
import type { InProcessDriver, Json } from "./venue-driver.ts";
import type { ClientSession } from "../../../sim/binance/index.ts";

function ask(method: string, params: Json = {}): string {
  return JSON.stringify({ id: 1, method, params });
}

function order(driver: InProcessDriver, more: Json = {}): string {
  const terms = {
    symbol: "BTCUSDT",
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    price: "50000",
    quantity: "0.1",
  };
  return ask("order.place", signSocket("maker", { ...terms, ...more, timestamp: driver.nowMs() }));
}

function onlySession(driver: InProcessDriver): ClientSession {
  const [session] = driver.venue.sessions;
  assert.ok(session !== undefined);
  return session;
}

describe("faults", () => {
  it("[M1] drop and double frames of one connection", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    driver.venue.faults.dropFrames(onlySession(driver), 1);
    port.send(ask("ping"));
    driver.venue.faults.duplicateFrames(onlySession(driver), 1);
    port.send(ask("time"));
    port.send(ask("ping"));
    assert.deepEqual(
      port.frames.map(({ text }) => text.includes("serverTime")),
      [true, true, false],
    );
  });

  it("[V1] leave a half-open connection silent and let the venue give it up without a word", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    driver.venue.faults.halfOpen(onlySession(driver));
    port.send(ask("ping"));
    driver.wait(100_000_000_000);
    assert.deepEqual(
      [port.frames.length, port.pings.length, port.closeCode, driver.venue.sessions.length],
      [0, 0, 0, 0],
    );
  });

  it("[V20] break a connection without a close frame", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    driver.venue.cut(onlySession(driver), driver.nowNs);
    assert.equal(port.closeCode, 1006);
  });

  it("refuse all orders", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    driver.venue.faults.rejectOrders = true;
    port.send(order(driver));
    assert.match(port.take(), /"code":-2010,"msg":"This action is disabled on this account\."/);
  });

  it("[V15] answer late, after the events of the order", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    port.send(ask("userDataStream.subscribe.signature", signSocket("maker", { timestamp: driver.nowMs() })));
    port.take();
    driver.venue.faults.ackDelayNs = 30_000_000;
    port.send(order(driver));
    driver.wait(50_000_000);
    const kinds = port.frames.map(({ text }) => /"e":"([a-zA-Z]+)"/.exec(text)?.[1] ?? "reply");
    assert.deepEqual(kinds, ["executionReport", "outboundAccountPosition", "reply"]);
    assert.equal(port.frames[2]?.dueNs, 30_000_000);
  });

  it("[V15] send events ahead of the answer when told to", () => {
    const driver = openInProcess({ eventsFirst: true });
    const port = driver.open("/ws-api/v3");
    port.send(ask("userDataStream.subscribe.signature", signSocket("maker", { timestamp: driver.nowMs() })));
    port.take();
    port.send(order(driver));
    assert.match(port.take(), /"e":"executionReport"/);
    assert.match(port.take(), /"e":"outboundAccountPosition"/);
    assert.match(port.take(), /"status":200/);
  });

  it("carry an order and a cancel out but leave their outcome unknown", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    driver.venue.faults.timeoutOrders = true;
    port.send(order(driver, { newClientOrderId: "x" }));
    assert.match(port.take(), /"status":504,"error":\{"code":-1007,/);
    const open = ask("openOrders.status", signSocket("maker", { timestamp: driver.nowMs() }));
    port.send(open);
    assert.match(port.take(), /"clientOrderId":"x"/);
    const target = { symbol: "BTCUSDT", origClientOrderId: "x", timestamp: driver.nowMs() };
    port.send(ask("order.cancel", signSocket("maker", target)));
    assert.match(port.take(), /"code":-1007/);
    port.send(open);
    assert.match(port.take(), /"result":\[\]/);
  });

  it("keep a new order unknown to queries for a while", () => {
    const driver = openInProcess({ queryDelayNs: 100_000_000 });
    const port = driver.open("/ws-api/v3");
    port.send(order(driver, { newClientOrderId: "q" }));
    port.take();
    const query = (): string => {
      const stamp = { timestamp: driver.nowMs() };
      port.send(ask("openOrders.status", signSocket("maker", { symbol: "BTCUSDT", ...stamp })));
      const open = port.take().includes('"clientOrderId":"q"');
      port.send(
        ask("order.status", signSocket("maker", { symbol: "BTCUSDT", origClientOrderId: "q", ...stamp })),
      );
      return `${open} ${/"code":-2013/.test(port.take())}`;
    };
    assert.equal(query(), "false true");
    driver.wait(100_000_000);
    assert.equal(query(), "true false");
  });
});

describe("faults of outcomes and queries", () => {
  const signed = (driver: InProcessDriver, method: string, params: Json): string =>
    ask(method, signSocket("maker", { symbol: "BTCUSDT", ...params, timestamp: driver.nowMs() }));

  it("[C7] act and then answer with an outcome that nobody can know", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    for (const [fault, pattern] of [
      ["timeoutOrders", /"status":504,"error":\{"code":-1007/],
      ["failOrders", /"status":500,"error":\{"code":-1006/],
    ] as const) {
      driver.venue.faults[fault] = true;
      port.send(order(driver));
      assert.match(port.take(), pattern);
      driver.venue.faults.clear();
    }
    port.send(signed(driver, "openOrders.status", {}));
    const { result } = JSON.parse(port.take()) as { result: unknown[] };
    assert.equal(result.length, 2);
  });

  it("[C2] act and never answer", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    driver.venue.faults.loseAnswers = true;
    port.send(order(driver));
    assert.deepEqual(port.frames, []);
    port.send(signed(driver, "openOrders.status", {}));
    assert.match(port.take(), /"price":"50000.00000000"/);
  });

  it("[C8] show orders and trades as they were: not yet there, still open, not yet traded", () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    const query = (method: string, params: Json = {}): { status: number; result: Json[] & Json } => {
      port.send(signed(driver, method, params));
      return JSON.parse(port.take()) as { status: number; result: Json[] & Json };
    };
    driver.venue.faults.queryDelayNs = 2e9;
    port.send(order(driver, { newClientOrderId: "lagging" }));
    port.take();
    assert.equal(query("order.status", { origClientOrderId: "lagging" }).status, 400);
    assert.deepEqual(query("allOrders").result, []);
    driver.wait(3e9);
    port.send(signed(driver, "order.cancel", { origClientOrderId: "lagging" }));
    port.take();
    assert.equal(query("order.status", { origClientOrderId: "lagging" }).result["status"], "NEW");
    assert.equal(query("openOrders.status").result.length, 1);
    driver.wait(3e9);
    assert.equal(query("order.status", { origClientOrderId: "lagging" }).result["status"], "CANCELED");
    assert.deepEqual(query("openOrders.status").result, []);
  });

  it("[V2] [V19] [V13] refuse connections, keys and addresses until they are cleared", async () => {
    const driver = openInProcess();
    driver.venue.faults.refuseConnections = true;
    assert.throws(() => driver.open("/ws-api/v3"), /503/);
    driver.venue.faults.clear();
    const port = driver.open("/ws-api/v3");
    driver.venue.faults.refuseKeys = true;
    port.send(order(driver));
    assert.match(port.take(), /"code":-2015/);
    driver.venue.faults.clear();
    driver.venue.limitAddresses(driver.nowMs() + 5_000, "WEIGHT");
    const limited = await driver.rest("GET", "/api/v3/ping");
    assert.deepEqual([limited.status, limited.headers["retry-after"]], [429, "5"]);
    driver.wait(5e9);
    assert.equal((await driver.rest("GET", "/api/v3/ping")).status, 200);
    driver.venue.limitAddresses(driver.nowMs() + 5_000, "BAN");
    assert.equal((await driver.rest("GET", "/api/v3/ping")).status, 418);
  });

  it("[V14] let the venue's clock go ahead: its stamps and what it takes for a time go with it", async () => {
    const driver = openInProcess();
    const port = driver.open("/ws-api/v3");
    const rightMs = driver.nowMs();
    driver.venue.clock.aheadMs = 10_000;
    const time = JSON.parse((await driver.rest("GET", "/api/v3/time")).body) as { serverTime: number };
    assert.equal(time.serverTime - rightMs, 10_000);
    const stale = signSocket("maker", { symbol: "BTCUSDT", timestamp: rightMs });
    port.send(ask("openOrders.status", stale));
    assert.match(port.take(), /"code":-1021/);
  });
});
