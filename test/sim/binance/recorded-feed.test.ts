import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { BinanceVenue, recordingStartMs } from "../../../sim/binance/index.ts";
import { parseRecording } from "../../../sim/market/index.ts";
import type { Recording } from "../../../sim/market/index.ts";
import { binanceOptions } from "../../../sim/server/index.ts";
import { LocalBook } from "./local-book.ts";
import { InProcessDriver, signSocket, TEST_MARKET } from "./venue-driver.ts";

const DATA = process.env["SANDPIT_DATA"] ?? "../shared/data";
const FILE = join(DATA, "binance/spot-btcusdt_20240808.gz");
const LINES_MAX = 12_000;

function readLines(): string[] {
  return gunzipSync(readFileSync(FILE)).toString("utf8").split("\n").slice(0, LINES_MAX);
}

function open(recording: Recording): InProcessDriver {
  // The replay is longer than an unanswered ping is tolerated.
  return new InProcessDriver(
    new BinanceVenue(binanceOptions({ ...TEST_MARKET, keepAlive: false }, recording)),
  );
}

/** A recording small enough to be written here: a snapshot between diffs, and a print. */
const SMALL = [
  `1000000000000000000 {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":10,"u":12,"b":[["100.00000000","9.00000000"]],"a":[]}}`,
  `1000000000100000000 {"lastUpdateId":15,"bids":[["100.00000000","2.00000000"],["99.00000000","1.00000000"]],"asks":[["101.00000000","3.00000000"]]}`,
  `1000000000200000000 {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255408,"s":"BTCUSDT","U":13,"u":18,"b":[["100.00000000","5.00000000"]],"a":[]}}`,
  `1000000000250000000 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255458,"s":"BTCUSDT","t":1,"p":"100.00000000","q":"7.00000000","T":1723161255457,"m":true,"M":true}}`,
].join("\n");

describe("replay", () => {
  it("sends recorded bytes unchanged to who subscribed, on combined and on raw connections", () => {
    const driver = open(parseRecording(Buffer.from(SMALL)));
    const combined = driver.open("/stream?streams=btcusdt@depth@100ms/btcusdt@trade");
    const raw = driver.open("/ws/btcusdt@trade");
    driver.wait(1_000_000_000);
    const lines = SMALL.split("\n").map((line) => line.slice(20));
    assert.deepEqual(
      combined.frames.map(({ text }) => text),
      [lines[0], lines[2], lines[3]],
    );
    assert.deepEqual(
      combined.frames.map(({ dueNs }) => dueNs),
      [1e6, 201e6, 251e6],
    );
    assert.deepEqual(
      raw.frames.map(({ text }) => text),
      [lines[3]?.slice('{"stream":"btcusdt@trade","data":'.length, -1)],
    );
  });

  it("adds no latency to recorded frames, whose times are those of their receipt", () => {
    const options = { ...TEST_MARKET, latencyOut: { fixedNs: 50_000_000, jitterNs: 0 } };
    const driver = new InProcessDriver(
      new BinanceVenue(binanceOptions(options, parseRecording(Buffer.from(SMALL)))),
    );
    const port = driver.open("/ws/btcusdt@trade");
    driver.wait(1_000_000_000);
    assert.deepEqual(
      port.frames.map(({ dueNs }) => dueNs),
      [251e6],
    );
  });

  it("answers with the recorded snapshot until the book has passed it, then with the book", async () => {
    const recording = parseRecording(Buffer.from(SMALL));
    const driver = open(recording);
    const depth = async (limit: number): Promise<string> =>
      (await driver.rest("GET", `/api/v3/depth?symbol=BTCUSDT&limit=${limit}`)).body;
    const recorded = SMALL.split("\n")[1]?.slice(20);
    assert.equal(await depth(1_000), recorded);
    driver.wait(150_000_000);
    assert.equal(await depth(1_000), recorded);
    assert.match(await depth(1), /^\{"lastUpdateId":15,"bids":\[\["100\.00000000","2\.00000000"\]\],"asks":/);
    driver.wait(100_000_000);
    assert.equal(
      await depth(1_000),
      '{"lastUpdateId":18,"bids":[["100.00000000","5.00000000"],["99.00000000","1.00000000"]],"asks":[["101.00000000","3.00000000"]]}',
    );
    assert.equal(recordingStartMs(recording), 1_723_161_255_207);
  });

  it("fills our resting order from the recorded prints", () => {
    const driver = open(parseRecording(Buffer.from(SMALL)));
    const api = driver.open("/ws-api/v3");
    const call = (method: string, params: Record<string, unknown>): string => {
      api.send(
        JSON.stringify({
          id: 1,
          method,
          params: signSocket("maker", { ...params, timestamp: driver.nowMs() }),
        }),
      );
      return api.take();
    };
    call("userDataStream.subscribe.signature", {});
    driver.wait(220_000_000);
    const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT_MAKER", price: "100", quantity: "1" };
    assert.match(call("order.place", order), /"status":200/);
    driver.wait(100_000_000);
    const trade = api.frames.find(({ text }) => text.includes('"x":"TRADE"'));
    assert.match(trade?.text ?? "", /"X":"FILLED".*"l":"1\.00000000".*"L":"100\.00000000".*"m":true/);
  });

  it("starts by the receive time when no frame tells an event time", () => {
    const ticker = `1723161254087891268 {"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1.00000000","B":"1.00000000","a":"2.00000000","A":"1.00000000"}}`;
    assert.equal(recordingStartMs(parseRecording(Buffer.from(ticker))), 1_723_161_254_086);
  });

  it("keeps a client's book, made by the published rules from real frames, equal to the best prices shown", async (t) => {
    if (!existsSync(FILE)) {
      t.skip(`wanted ${FILE}`);
      return;
    }
    const lines = readLines();
    const driver = open(parseRecording(Buffer.from(lines.join("\n"))));
    const port = driver.open("/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade");
    const snapshot = JSON.parse(
      (await driver.rest("GET", "/api/v3/depth?symbol=BTCUSDT&limit=1000")).body,
    ) as object;
    driver.wait(200_000_000_000);
    const sent = port.frames.map(({ text }) => text);
    const recorded = lines.map((line) => line.slice(20)).filter((line) => line.startsWith('{"stream"'));
    assert.equal(sent.length, recorded.length);
    for (const [index, line] of recorded.entries()) assert.equal(sent[index], line);
    const book = new LocalBook();
    let ticker = "";
    let tickerId = 0;
    let compared = 0;
    let equal = 0;
    assert.ok(book.snapshot(snapshot as Parameters<LocalBook["snapshot"]>[0]));
    for (const text of sent) {
      const { stream, data } = JSON.parse(text) as { stream: string; data: Record<string, string> };
      if (stream === "btcusdt@bookTicker") {
        ticker = `${data["b"]} ${data["B"]} ${data["a"]} ${data["A"]}`;
        tickerId = Number(data["u"]);
      }
      if (stream !== "btcusdt@depth@100ms") continue;
      book.diff(data as unknown as Parameters<LocalBook["diff"]>[0]);
      // Diffs from before the snapshot are behind the book, and a ticker may run ahead of the diff: both tell nothing.
      if (ticker === "" || book.updateId !== Number(data["u"]) || tickerId > book.updateId) continue;
      compared += 1;
      if (`${book.best("bids")} ${book.best("asks")}` === ticker) equal += 1;
    }
    assert.ok(compared > 500, `${compared} compared`);
    assert.equal(equal, compared);
  });
});
