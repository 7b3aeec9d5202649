import assert from "node:assert/strict";
import { test } from "node:test";
import { TradingClient, eventOf, nextOf, orderOf, socketToken, subscribe } from "./trading-client.ts";
import { openInProcess } from "./venue-driver.ts";
import type { Json } from "./venue-driver.ts";

const SECOND_NS = 1_000_000_000;

test("what is no subscription is an error without a number", async () => {
  const driver = openInProcess();
  const port = driver.open("marketData");
  const bad = [
    "{",
    "[]",
    `{"type":"hello"}`,
    `{"type":"subscribe","channel":"full"}`,
    `{"type":"subscribe","channel":"level2"}`,
    `{"type":"subscribe","channel":"level2","product_ids":"BTC-USD"}`,
    subscribe("level2", ["DOGE-USD"]),
  ];
  for (const text of bad) {
    port.send(text);
    const message = await nextOf(port, "error");
    assert.deepEqual(Object.keys(message), ["type", "message"], text);
  }
  assert.equal(port.session.stream.hasSubscribed, false);
});

test("a message has the keys of the recording, in its order", async () => {
  const driver = openInProcess();
  await new TradingClient(driver, "maker").rest("SELL", "50000", "1");
  const port = driver.open("marketData");
  port.send(subscribe("level2", ["BTC-USD"]));
  const text = port.frames[0]?.text ?? "";
  const pattern =
    /^\{"channel":"l2_data","timestamp":"[^"]+Z","sequence_num":0,"events":\[\{"type":"snapshot","product_id":"BTC-USD","updates":\[\{"side":"offer","event_time":"[^"]+Z","price_level":"50000","new_quantity":"1"\}\]\}\]\}$/;
  assert.match(text, pattern);
});

test("status lists the products at once and then each five seconds", async () => {
  const driver = openInProcess();
  const port = driver.open("marketData");
  port.send(subscribe("status", []));
  const products = eventOf(await nextOf(port, "status"))["products"] as readonly Json[];
  assert.deepEqual(
    products.map((product) => product["id"]),
    ["BTC-USD", "ETH-USD"],
  );
  port.drain();
  driver.wait(11 * SECOND_NS);
  assert.equal(port.drain().length, 2);
});

test("ticker_batch comes each five seconds when there is news, candles each second", async () => {
  const driver = openInProcess();
  const port = driver.open("marketData");
  port.send(subscribe("ticker_batch", ["BTC-USD"]));
  port.send(subscribe("candles", ["BTC-USD"]));
  port.drain();
  await new TradingClient(driver, "maker").rest("SELL", "50000", "1");
  await new TradingClient(driver, "trader").rest("BUY", "50000", "0.5");
  driver.wait(20 * SECOND_NS);
  const messages = port.drain();
  assert.deepEqual(
    messages.map((message) => message["channel"]),
    ["candles", "ticker_batch"],
  );
  const candle = (eventOf(messages[0] ?? {})["candles"] as readonly Json[])[0];
  assert.deepEqual([candle?.["open"], candle?.["close"], candle?.["volume"]], ["50000", "50000", "0.5"]);
});

test("the user channel shows open orders first, fifty in a message, and those of the products asked for", async () => {
  const driver = openInProcess({ limits: { privateRequestsMax: 1_000 } });
  const trader = new TradingClient(driver, "trader");
  for (let count = 0; count < 51; count += 1) await trader.rest("BUY", "50000", "0.001");
  await trader.rest("BUY", "1900", "0.01", { product_id: "ETH-USD" });
  const port = driver.open("user");
  const sizes = (productIds: readonly string[]): number[] => {
    port.send(subscribe("user", productIds, socketToken(driver, "trader")));
    const snapshots = port.drain().filter((message) => message["channel"] === "user");
    return snapshots.map((message) => (eventOf(message)["orders"] as readonly Json[]).length);
  };
  assert.deepEqual(sizes(["ETH-USD"]), [1]);
  await trader.rest("BUY", "50000", "0.001");
  assert.deepEqual(port.drain(), []);
  await trader.rest("BUY", "1901", "0.01", { product_id: "ETH-USD" });
  assert.equal(orderOf(await nextOf(port, "user"))["product_id"], "ETH-USD");
});

test("a GTD order ends at its time, and not before", async () => {
  const driver = openInProcess();
  const trader = new TradingClient(driver, "trader");
  const end = driver.venue.clock.nanos(driver.nowNs + 10 * SECOND_NS);
  const configuration = {
    limit_limit_gtd: { base_size: "1", limit_price: "50000", end_time: end, post_only: true },
  };
  const answer = await trader.order("BUY", configuration);
  const orderId = (answer["success_response"] as { order_id: string }).order_id;
  driver.wait(9 * SECOND_NS);
  assert.equal((await trader.find(orderId))["status"], "OPEN");
  driver.wait(SECOND_NS);
  assert.equal((await trader.find(orderId))["status"], "EXPIRED");
  assert.deepEqual(await trader.balance("USD"), ["1000000", "0"]);
  const late = await trader.order("BUY", configuration);
  assert.equal((late["error_response"] as Json)["error"], "INVALID_ORDER_CONFIG");
});

test("an order that would meet one of its own account ends that one", async () => {
  const driver = openInProcess();
  const trader = new TradingClient(driver, "trader");
  const first = await trader.rest("SELL", "50000", "1");
  const second = await trader.rest("BUY", "50000", "0.5");
  const ended = await trader.find(first);
  assert.deepEqual([ended["status"], ended["cancel_message"]], ["CANCELLED", "Self trade prevented"]);
  assert.equal((await trader.find(second))["status"], "OPEN");
});

test("a change of the book is told once, and a book that rests says nothing", async () => {
  const driver = openInProcess();
  const port = driver.open("marketData");
  port.send(subscribe("level2", ["BTC-USD"]));
  port.drain();
  const maker = new TradingClient(driver, "maker");
  for (const side of ["BUY", "SELL"] as const) {
    await maker.rest(side, side === "BUY" ? "50000" : "51000", "1");
    driver.wait(SECOND_NS);
    const updates = port.drain().map((message) => eventOf(message)["updates"] as readonly Json[]);
    assert.deepEqual(
      updates.map((levels) => levels.length),
      [1],
    );
  }
});
