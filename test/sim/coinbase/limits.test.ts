import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOf, subscribe } from "./trading-client.ts";
import { openInProcess } from "./venue-driver.ts";

const SECOND_NS = 1_000_000_000;

test("[V13] thirty private requests a second, each user for himself, and then a page", () => {
  const driver = openInProcess();
  const ask = (signer: "trader" | "maker"): number =>
    driver.ask("GET", "/api/v3/brokerage/accounts", { signer })?.status ?? 0;
  for (let count = 0; count < 30; count += 1) assert.equal(ask("trader"), 200);
  assert.equal(ask("trader"), 429);
  assert.equal(ask("maker"), 200);
  driver.wait(SECOND_NS / 10);
  for (const expected of [200, 200, 200, 429]) assert.equal(ask("trader"), expected);
});

test("[V13] ten public requests a second from one address", () => {
  const driver = openInProcess();
  const ask = (): number => driver.ask("GET", "/api/v3/brokerage/market/products")?.status ?? 0;
  for (let count = 0; count < 10; count += 1) assert.equal(ask(), 200);
  assert.equal(ask(), 429);
  driver.wait(SECOND_NS);
  assert.equal(ask(), 200);
});

test("[V2] eight connections a second from one address", () => {
  const driver = openInProcess();
  for (let count = 0; count < 8; count += 1) driver.open("marketData");
  assert.throws(() => driver.open("marketData"), /429/);
  driver.open("marketData", "10.0.0.2");
  driver.wait(SECOND_NS / 4);
  driver.open("marketData");
});

test("eight messages a second without a token; more are errors, and the connection stays", async () => {
  const driver = openInProcess();
  const port = driver.open("marketData");
  for (let count = 0; count < 9; count += 1) port.send(subscribe("ticker", ["BTC-USD"]));
  assert.equal((await nextOf(port, "error"))["message"], "rate limit exceeded");
  assert.equal(port.closeCode, 0);
});

test("a connection without updates for 75 s is closed, and heartbeats keep it open", () => {
  const driver = openInProcess();
  const idle = driver.open("marketData");
  const alive = driver.open("marketData");
  idle.send(subscribe("candles", ["BTC-USD"]));
  alive.send(subscribe("heartbeats", []));
  driver.wait(74 * SECOND_NS);
  assert.equal(idle.closeCode, 0);
  driver.wait(2 * SECOND_NS);
  assert.deepEqual([idle.closeCode, alive.closeCode], [1001, 0]);
});

test("a slow consumer is told why it is closed", () => {
  const driver = openInProcess();
  const port = driver.open("marketData");
  driver.venue.dropSlowConsumer(port.session, driver.nowNs);
  assert.equal(port.closeCode, 1008);
  assert.deepEqual(driver.venue.sessions, []);
});
