import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LocalBook } from "./local-book.ts";
import { openInProcess, signSocket } from "./venue-driver.ts";
import type { InProcessDriver } from "./venue-driver.ts";

const FLOW = { ordersPerSide: 60 };
const MS = 1_000_000;

async function fetchBook(
  driver: InProcessDriver,
  limit: number,
): Promise<Parameters<LocalBook["snapshot"]>[0]> {
  const { body } = await driver.rest("GET", `/api/v3/depth?symbol=BTCUSDT&limit=${limit}`);
  return JSON.parse(body) as Parameters<LocalBook["snapshot"]>[0];
}

describe("generated market", () => {
  it("[M2] lets a book be built from any moment on, on either stream, and never drifts from the venue's", async () => {
    const moment = fc.integer({ min: 0, max: 2_500 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        moment,
        fc.constantFrom("depth", "depth@100ms"),
        async (seed, delayMs, name) => {
          const driver = openInProcess({ seed, flow: FLOW });
          driver.wait(500 * MS);
          const port = driver.open(`/ws/btcusdt@${name}`);
          driver.wait(delayMs * MS);
          const book = new LocalBook();
          const read = (): void => {
            for (const { text } of port.frames.splice(0))
              book.diff(JSON.parse(text) as Parameters<LocalBook["diff"]>[0]);
          };
          read();
          assert.ok(book.snapshot(await fetchBook(driver, 5_000)));
          driver.wait(3_000 * MS - ((driver.nowNs / MS) % 1_000) * MS);
          read();
          const truth = await fetchBook(driver, 5_000);
          assert.equal(book.updateId, truth.lastUpdateId);
          assert.deepEqual(Object.fromEntries(book.bids), Object.fromEntries(truth.bids));
          assert.deepEqual(Object.fromEntries(book.asks), Object.fromEntries(truth.asks));
        },
      ),
      { numRuns: 15, verbose: true },
    );
  });

  it("shows each change of the best prices, and none twice", () => {
    const driver = openInProcess({ flow: FLOW });
    const port = driver.open("/ws/btcusdt@bookTicker");
    driver.wait(2_000 * MS);
    assert.ok(port.frames.length > 20, `${port.frames.length} tickers`);
    const seen = port.frames.map(({ text }) => text.slice(text.indexOf(',"s":')));
    seen.forEach((text, index) => assert.notEqual(text, seen[index - 1]));
    const best = driver.venue.symbol("BTCUSDT").market.best(1);
    assert.match(
      seen.join("\n").split("\n").pop() ?? "",
      new RegExp(`"b":"${((best?.price ?? 0) / 1e8).toFixed(8)}"`),
    );
  });

  it("is the same for the same seed and requests, and another one for another seed", () => {
    const run = (seed: number): string => {
      const jitter = { fixedNs: 2 * MS, jitterNs: 3 * MS };
      const driver = openInProcess({ seed, flow: FLOW, latencyIn: jitter, latencyOut: jitter });
      const stream = driver.open("/stream?streams=btcusdt@depth@100ms/btcusdt@trade/btcusdt@bookTicker");
      const api = driver.open("/ws-api/v3");
      const market = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.5" };
      for (let index = 0; index < 5; index += 1) {
        driver.wait(200 * MS);
        const params = signSocket("maker", { ...market, timestamp: driver.nowMs() });
        api.send(JSON.stringify({ id: index, method: "order.place", params }));
      }
      driver.wait(1_000 * MS);
      return JSON.stringify([stream.frames, api.frames]);
    };
    assert.equal(run(7), run(7));
    assert.notEqual(run(7), run(8));
  });

  it("delivers each connection's frames in order, a latency later and never earlier", () => {
    const driver = openInProcess({ flow: FLOW, latencyOut: { fixedNs: 5 * MS, jitterNs: 20 * MS } });
    const port = driver.open("/ws/btcusdt@trade/btcusdt@bookTicker");
    driver.wait(1_000 * MS);
    let lastNs = 0;
    for (const { dueNs } of port.frames) {
      assert.ok(dueNs >= lastNs, `${dueNs} after ${lastNs}`);
      lastNs = dueNs;
    }
    const trades = port.frames.filter(({ text }) => text.includes('"e":"trade"'));
    for (const { text, dueNs } of trades) {
      const ms = (JSON.parse(text) as { T: number }).T;
      assert.ok(driver.venue.clock.ms(dueNs) >= ms + 5);
    }
    assert.ok(trades.length > 3);
  });

  it("carries requests out in the order they were sent, however they are delayed", () => {
    const driver = openInProcess({ latencyIn: { fixedNs: 0, jitterNs: 50 * MS } });
    const port = driver.open("/ws-api/v3");
    for (let id = 0; id < 20; id += 1)
      port.send(JSON.stringify({ id, method: "ping", params: { returnRateLimits: false } }));
    assert.equal(port.frames.length, 0);
    driver.wait(100 * MS);
    assert.deepEqual(
      port.frames.map(({ text }) => (JSON.parse(text) as { id: number }).id),
      Array.from({ length: 20 }, (_, id) => id),
    );
  });

  it("delays REST by both ways", () => {
    const driver = openInProcess({
      latencyIn: { fixedNs: 3 * MS, jitterNs: 0 },
      latencyOut: { fixedNs: 4 * MS, jitterNs: 0 },
    });
    const request = { method: "GET", path: "/api/v3/time", query: "", headers: {}, body: "", address: "::1" };
    const dueNs: number[] = [];
    driver.venue.rest(request, 0, (response, atNs) => {
      assert.equal(response.body, `{"serverTime":${driver.venue.clock.ms(3 * MS)}}`);
      dueNs.push(atNs);
    });
    driver.wait(10 * MS);
    assert.deepEqual(dueNs, [7 * MS]);
    assert.throws(() => openInProcess({ latencyIn: { fixedNs: -1, jitterNs: 0 } }), /cannot be negative/);
  });
});
