import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import {
  CoinbaseVenue,
  formatDecimal,
  formatStamp,
  parseRecordedSession,
  parseStamp,
} from "../../../sim/coinbase/index.ts";
import type { RecordedSession } from "../../../sim/coinbase/index.ts";
import { coinbaseOptions, readRecordedSession } from "../../../sim/server/index.ts";
import { LocalBook } from "./local-book.ts";
import { TradingClient, eventOf, subscribe } from "./trading-client.ts";
import { InProcessDriver, TEST_MARKET } from "./venue-driver.ts";
import type { InProcessPort, Json } from "./venue-driver.ts";

const DATA = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const FILE = join(DATA, "coinbase/advanced-trade-ws-20260809.jsonl.zst");
const skip = existsSync(FILE) ? false : `wants ${FILE}; set SANDPIT_DATA`;
const PRODUCTS = ["BTC-USD", "ETH-USD"];
const SECOND_NS = 1_000_000_000;
const HOUR_NS = 3_600_000_000_000n;

describe("the recorded session", { skip }, () => {
  let session: RecordedSession;
  let recorded: Json[] = [];

  before(async () => {
    session = await readRecordedSession(FILE);
    const text = (await promisify(zstdDecompress)(await readFile(FILE))).toString("utf8");
    recorded = text
      .split("\n")
      .filter((line) => line.startsWith('{"t":"recv"'))
      .map((line) => JSON.parse((JSON.parse(line) as { data: string }).data) as Json);
  });

  function open(startEpochNs?: bigint): InProcessDriver {
    const moved = startEpochNs === undefined ? {} : { startEpochNs };
    return new InProcessDriver(new CoinbaseVenue(coinbaseOptions({ ...TEST_MARKET, ...moved }, session)));
  }

  /** A client that has subscribed to the channels of the recording at its beginning. */
  function follow(driver: InProcessDriver): InProcessPort {
    const port = driver.open("marketData");
    for (const channel of ["market_trades", "candles", "ticker", "level2"])
      port.send(subscribe(channel, PRODUCTS));
    return port;
  }

  it("goes out again byte for byte, but for the numbers of its messages", () => {
    const driver = open();
    const port = follow(driver);
    driver.wait(30 * SECOND_NS);
    const unnumbered = (message: Json): string => JSON.stringify({ ...message, sequence_num: 0 });
    const sent = new Set(port.drain().map(unnumbered));
    const market = recorded.filter(
      (message) => !["subscriptions", "heartbeats"].includes(String(message["channel"])),
    );
    assert.equal(market.length, 1_000);
    const lost = market.filter((message) => !sent.has(unnumbered(message)));
    assert.deepEqual(lost, []);
  });

  it("is numbered without a gap for whoever listens, and its books never cross at the end", () => {
    const driver = open();
    const port = follow(driver);
    driver.wait(30 * SECOND_NS);
    const messages = port.drain();
    messages.forEach((message, index) => assert.equal(message["sequence_num"], index));
    for (const productId of PRODUCTS) {
      const book = bookOf(messages, productId);
      const [bid, offer] = book.best();
      assert.ok(bid > 0 && bid < offer);
      assert.deepEqual(near(book), venueLevels(driver, productId));
    }
  });

  it("shows a client that comes in between the same book at the end", () => {
    const driver = open();
    driver.wait(12 * SECOND_NS);
    const port = follow(driver);
    const trades = port.drain().filter((message) => message["channel"] === "market_trades");
    assert.equal((eventOf(trades[0] ?? {})["trades"] as readonly Json[]).length, 100);
    const late = driver.open("marketData");
    late.send(subscribe("level2", ["BTC-USD"]));
    driver.wait(15 * SECOND_NS);
    const book = bookOf(late.drain(), "BTC-USD");
    assert.deepEqual(near(book), venueLevels(driver, "BTC-USD"));
    assert.deepEqual(book.levels(), bookOf(recorded, "BTC-USD").levels());
  });

  it("is moved to another time, all stamps alike, and stays what it was", () => {
    const driver = open(session.startEpochNs + HOUR_NS);
    const port = follow(driver);
    driver.wait(30 * SECOND_NS);
    const messages = port.drain();
    const moved = messages.find(
      (message) => eventOf(message)["type"] === "update" && message["channel"] === "l2_data",
    );
    const [original] = recorded.filter(
      (message) => message["channel"] === "l2_data" && eventOf(message)["type"] === "update",
    );
    assert.equal(moved?.["timestamp"], later(String(original?.["timestamp"])));
    const update = (message: Json | undefined): Json =>
      (eventOf(message ?? {})["updates"] as readonly Json[])[0] ?? {};
    assert.deepEqual(update(moved), {
      ...update(original),
      event_time: later(String(update(original)["event_time"])),
    });
    const candles = messages.filter((message) => message["channel"] === "candles").map(eventOf);
    const [candle] = (candles.at(-1)?.["candles"] ?? []) as readonly Json[];
    assert.equal(Number(candle?.["start"]) % 300, 0);
  });

  it("fills our orders from its book, and charges us", async () => {
    const driver = open();
    driver.wait(5 * SECOND_NS);
    const trader = new TradingClient(driver, "trader");
    const answer = await trader.order("BUY", { market_market_ioc: { base_size: "0.1" } });
    const order = await trader.find((answer["success_response"] as { order_id: string }).order_id);
    assert.equal(order["status"], "FILLED");
    const price = Number(order["average_filled_price"]);
    assert.ok(price > 65_000 && price < 65_200, String(price));
    assert.equal(driver.venue.purses.total("BTC"), 20n * 10n ** 16n);
    assert.deepEqual(near(bookOf(snapshot(driver), "BTC-USD")), venueLevels(driver, "BTC-USD"));
  });

  it("repeats the last ticker each five seconds for ticker_batch", () => {
    const driver = open();
    const port = driver.open("marketData");
    port.send(subscribe("ticker_batch", ["BTC-USD"]));
    driver.wait(21 * SECOND_NS);
    const batches = port.drain().filter((message) => message["channel"] === "ticker_batch");
    assert.deepEqual(
      batches.map((message) => eventOf(message)["type"]),
      ["update", "update", "update", "update"],
    );
  });
});

it("says which line of a session cannot be read", () => {
  const line = (data: object): string => JSON.stringify({ t: "recv", data: JSON.stringify(data) });
  const head = { channel: "l2_data", timestamp: "2026-08-09T21:05:48Z" };
  const event = {
    type: "update",
    product_id: "BTC-USD",
    updates: [{ side: "bid", price_level: "x", new_quantity: "1" }],
  };
  const bad: readonly (readonly [string, RegExp])[] = [
    ["{", /line 1/],
    [`\n${line({ channel: "l2_data", timestamp: "yesterday" })}`, /line 2: timestamp/],
    [line({ ...head, events: [{ type: "update", updates: [] }] }), /names no product/],
    [line({ ...head, events: [{ type: "often" }] }), /neither snapshot nor update/],
    [line({ ...head, events: [event] }), /x is no decimal/],
  ];
  for (const [text, expected] of bad) assert.throws(() => parseRecordedSession(text), expected);
});

/** The book that a client has from those messages. */
function bookOf(messages: readonly Json[], productId: string): LocalBook {
  const book = new LocalBook();
  for (const message of messages) {
    const event = eventOf(message);
    if (message["channel"] === "l2_data" && event["product_id"] === productId) book.apply(event);
  }
  return book;
}

function snapshot(driver: InProcessDriver): Json[] {
  const port = driver.open("marketData");
  port.send(subscribe("level2", PRODUCTS));
  return port.drain();
}

/** The venue's own book, in the words of LocalBook. */
function venueLevels(driver: InProcessDriver, productId: string): string[] {
  const { bids, asks } = driver.venue.product(productId).market.depth(Number.MAX_SAFE_INTEGER);
  const texts = (side: string, levels: readonly (readonly [number, number])[]): string[] =>
    levels.map(([price, quantity]) => `${side} ${formatDecimal(price)} ${formatDecimal(quantity)}`);
  return [...texts("bid", bids), ...texts("offer", asks)].sort();
}

/** What the market holds of a client's book: prices up to the greatest mantissa. */
function near(book: LocalBook): string[] {
  return book.levels().filter((level) => Number(level.split(" ")[1]) <= Number.MAX_SAFE_INTEGER / 1e8);
}

function later(stamp: string): string {
  return formatStamp((parseStamp(stamp) ?? 0n) + HOUR_NS);
}
