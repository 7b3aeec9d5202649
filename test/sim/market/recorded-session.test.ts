import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  createRng,
  FRAME_KIND,
  Ledger,
  ListenerChain,
  parseRecording,
  RecordedMarket,
} from "../../../sim/market/index.ts";
import type { Recording } from "../../../sim/market/index.ts";
import { EventLog, IOC, MAKER, order } from "./event-log.ts";

const data = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const files = ["20240808", "20240809"].map((day) => join(data, `binance/spot-btcusdt_${day}.gz`));
const missing = files.find((file) => !existsSync(file));
const skip = missing === undefined ? false : `wants ${missing}; set SANDPIT_DATA`;

let parsed: Recording | undefined;
function session(): Recording {
  return (parsed ??= parseRecording(Buffer.concat(files.map((file) => gunzipSync(readFileSync(file))))));
}

test("the recorded session's book equals its bookTicker but for 2 depth events", { skip }, () => {
  const recording = session();
  assert.equal(recording.length, 99_574);
  const market = new RecordedMarket({ listener: new EventLog(), recording });
  const tickers: number[] = [];
  for (let line = 0; line < recording.length; line += 1) {
    if (recording.kind[line] === FRAME_KIND.bookTicker) tickers.push(line);
  }
  const idOf = (line: number | undefined): number =>
    recording.lastUpdateId[line ?? -1] ?? Number.POSITIVE_INFINITY;
  let ticker = 0;
  let compared = 0;
  let different = 0;
  for (let line = 0; line < recording.length; line += 1) {
    market.play(line);
    if (recording.kind[line] !== FRAME_KIND.depth || market.lastUpdateId !== idOf(line)) continue;
    // The bookTicker of the same instant may stand a few lines later.
    while (idOf(tickers[ticker + 1]) <= idOf(line)) ticker += 1;
    const entry = recording.entryBegin[tickers[ticker] ?? 0] ?? 0;
    const told = [entry, entry + 1].map((index) => [
      recording.prices[recording.entryPlace[index] ?? 0],
      recording.entryQuantity[index],
    ]);
    const { asks, bids } = market.depth(1);
    compared += 1;
    if (JSON.stringify(told) !== JSON.stringify([bids[0], asks[0]])) different += 1;
  }
  assert.equal(compared, 6_492);
  assert.ok(different <= 2, `${different} of ${compared} differ`);
  assert.equal(market.gapCount, 0);
  const { asks, bids } = market.depth(10_000);
  assert.ok((bids[0]?.[0] ?? 0) < (asks[0]?.[0] ?? 0));
  assert.ok(bids.every(([price], index) => index === 0 || price < (bids[index - 1]?.[0] ?? 0)));
  assert.ok(asks.every(([price], index) => index === 0 || price > (asks[index - 1]?.[0] ?? 0)));
});

test(
  "a quoting and a taking client are filled in the recorded session, all sums kept, twice alike",
  { skip },
  () => {
    const recording = session();
    const run = (): string[] => {
      const log = new EventLog();
      const assets = { baseAsset: "BTC", quoteAsset: "USDT" };
      const openingBalances = [1, 2].flatMap((account) => [
        { account, asset: "BTC", amount: 10_000_000_000n },
        { account, asset: "USDT", amount: 1_000_000_000_000_000n },
      ]);
      const ledger = new Ledger({ ...assets, makerFeeBps: 10, takerFeeBps: 10, openingBalances });
      const market = new RecordedMarket({ listener: new ListenerChain([ledger, log]), recording });
      const totals = [ledger.total("BTC"), ledger.total("USDT")];
      const rng = createRng(11);
      for (let line = 0; line < 20_000; line += 1) {
        market.play(line);
        const timeNs = recording.timeNs[line] ?? 0;
        const bid = market.best(1);
        const ask = market.best(2);
        if (line % 50 !== 10 || bid === null || ask === null) continue;
        assert.ok(bid.price < ask.price, "crossed");
        for (const open of market.openOrders(1)) {
          // Nothing of ours rests where the recorded other side could take it.
          assert.ok(open.side === 1 ? open.price < ask.price : open.price > bid.price);
          if (rng.nextUnit() < 0.2) market.cancel(open.orderId, timeNs, null);
        }
        market.submit(order(1, `b${line}`, "B", 1_000_000, bid.price, MAKER), timeNs);
        market.submit(order(1, `s${line}`, "S", 1_000_000, ask.price, MAKER), timeNs);
        const take = order(2, `t${line}`, "B", 30_000_000, ask.price, IOC);
        if (rng.nextUnit() < 0.2) market.submit(take, timeNs);
        assert.deepEqual([ledger.total("BTC"), ledger.total("USDT")], totals);
      }
      return log.take();
    };
    const events = run();
    const count = (pattern: RegExp): number => events.filter((line) => pattern.test(line)).length;
    assert.ok(count(/ from [bs]\d/) > 20, `${count(/ from [bs]\d/)} fills of quotes`);
    assert.ok(count(/^t\d+ took/) > 20, `${count(/^t\d+ took/)} fills of takers`);
    assert.ok(count(/^canceled/) > 20);
    assert.deepEqual(run(), events);
  },
);
