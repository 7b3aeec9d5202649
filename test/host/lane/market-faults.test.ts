import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FeedCounter, FeedState, InvalidReason } from "../../../host/data/feeds/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode } from "../../../host/execution/risk/index.ts";
import { EffectKind, LaneCounter, VenueCounter } from "../../../host/lane/index.ts";
import { BinanceFrames } from "../../support/binance-frames.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import {
  intent,
  LaneUnderTest,
  SECOND_NS,
  sends,
  signal,
  venuePlacement,
} from "../../support/lane-under-test.ts";
import { order, puppetModules } from "../../support/puppet-plugins.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = new Map([...(await puppetModules()), ...(await bundledModules("binance"))]);
});

const BIDS = [["60000.00", "1"]] as const;
const ASKS = [["60000.01", "1"]] as const;

/** A lane with the real codec, its BTCUSDT book live. */
class MarketUnderTest {
  readonly under: LaneUnderTest;
  readonly frames = new BinanceFrames();

  constructor() {
    this.under = new LaneUnderTest(modules, { venues: [venuePlacement("venue", "binance")] });
    this.under.arm();
    this.under.lane.onLine(Channel.MARKET, true);
    this.under.lane.onLine(Channel.ORDERS, true);
    const wanted = this.send(this.frames.depth([], []));
    assert.deepEqual(
      wanted.map(({ kind, a }) => [kind, a]),
      [[EffectKind.WANT_SNAPSHOT, 0]],
    );
    this.recover();
    this.under.forget();
  }

  send(text: string | Uint8Array, channel: Channel = Channel.MARKET): SeenEffect[] {
    const bytes = Buffer.from(text);
    this.under.lane.onFrame(channel, 0, bytes, 0, bytes.length, false);
    return this.under.effects();
  }

  /** The snapshot that was asked for, a delta after it, and a quote. */
  recover(): void {
    this.send(this.frames.snapshot(BIDS, ASKS), Channel.REST);
    this.send(this.frames.depth([], []));
    this.send(this.frames.ticker(BIDS[0], ASKS[0]));
    assert.equal(this.feed.state, FeedState.LIVE);
    assert.ok(this.under.lane.parts.market.isUsable(0));
  }

  get feed() {
    const [feed] = this.under.lane.parts.market.feeds;
    if (feed === undefined) throw new Error("no feed");
    return feed;
  }

  count(counter: number): number {
    return this.under.lane.counters[counter] ?? 0;
  }

  /** The order that an agent asks for with the next frame; the code of its denial, 0 when it left. */
  tryOrder(text: string): number {
    order(this.under.slot("one"), { records: [intent({ tag: 9 })], template: 21 });
    const left = sends(this.send(text));
    if (left.length > 0) return 0;
    return Number(this.under.given("one", "OrderEvent").at(-1)?.["reason"] ?? -1);
  }

  freshMasks(): unknown[] {
    return this.under.given("two", "FeatureVector").map(({ freshMask }) => freshMask);
  }

  /** Invalid in the step of the last frame: agents told, the price forgotten, a snapshot wanted. */
  assertLost(effects: readonly SeenEffect[], reason: InvalidReason): void {
    assert.equal(this.feed.invalidReason, reason);
    assert.deepEqual(this.freshMasks(), [0]);
    assert.ok(!this.under.lane.parts.market.isUsable(0));
    assert.deepEqual(
      effects.map(({ kind, a }) => [kind, a]),
      [[EffectKind.WANT_SNAPSHOT, 0]],
    );
    // Nothing is priced from it, not even with a fresh quote: no order can leave before the book is proven.
    assert.equal(
      this.tryOrder(this.frames.ticker(BIDS[0], ASKS[0], this.frames.updateId + 50)),
      DenialCode.REFERENCE_INVALID,
    );
    this.under.forget();
  }

  assertRecovers(): void {
    this.recover();
    this.under.forget();
    assert.equal(this.tryOrder(this.frames.ticker(BIDS[0], ASKS[0], this.frames.updateId + 100)), 0);
  }
}

test("[M1] a removed depth update makes the book invalid in the same step, and a snapshot brings it back", () => {
  const market = new MarketUnderTest();
  market.frames.depth([], []);
  const effects = market.send(market.frames.depth([], []));
  market.assertLost(effects, InvalidReason.GAP);
  assert.equal(market.count(LaneCounter.INVALIDATIONS), 1);
  assert.equal(market.feed.counters[FeedCounter.GAPS], 1);
  market.assertRecovers();
});

test("[M6] a duplicated depth update changes nothing, and is counted", () => {
  const market = new MarketUnderTest();
  const frame = market.frames.depth([["59999.00", "2"]], []);
  market.send(frame);
  const ignored = market.feed.counters[FeedCounter.IGNORED] ?? 0;
  assert.deepEqual(market.send(frame), []);
  assert.equal(market.feed.counters[FeedCounter.IGNORED], ignored + 1);
  assert.ok(market.under.lane.parts.market.isUsable(0));
});

test("[M1] [M6] reordered depth updates show a gap, and the late one is ignored", () => {
  const market = new MarketUnderTest();
  const [first, second] = [market.frames.depth([], []), market.frames.depth([], [])];
  const effects = market.send(second);
  market.send(first);
  market.under.forget();
  assert.deepEqual(
    effects.map(({ kind }) => kind),
    [EffectKind.WANT_SNAPSHOT],
  );
  assert.equal(market.feed.state, FeedState.SYNCING);
  market.assertRecovers();
});

test("[V10] a depth update truncated at any byte is refused and counted, and the next one shows the gap", () => {
  const whole = Buffer.from(new BinanceFrames().depth([["59999.00", "2"]], [["60002.00", "3"]]));
  const market = new MarketUnderTest();
  const counts = market.count(LaneCounter.FRAMES_REFUSED);
  for (let length = 0; length < whole.length; length++) market.send(whole.subarray(0, length));
  assert.equal(market.count(LaneCounter.FRAMES_REFUSED), counts + whole.length);
  assert.equal(market.under.slot("venue").state, "running");
  assert.ok(market.under.lane.parts.market.isUsable(0));
  market.frames.depth([], []);
  market.under.forget();
  market.assertLost(market.send(market.frames.depth([], [])), InvalidReason.GAP);
});

test("[M3] hostile numbers in a depth update are refused with the frame, and nothing of it reaches the book", () => {
  const market = new MarketUnderTest();
  const top = [...market.feed.book.best];
  for (const [price, size] of [
    ["1234567890123456789012345.00", "1"],
    ["60000.00", "-1"],
    ["-60000.00", "1"],
    ["1e308", "1"],
    ["60000.00", "1e308"],
    ["NaN", "1"],
    ["Infinity", "1"],
    ["", "1"],
    ["90071992547409.93", "1"],
    ["0x10", "1"],
  ] as const) {
    const refused = market.count(LaneCounter.FRAMES_REFUSED);
    const held = market.frames.updateId;
    market.send(market.frames.depth([[price, size]], []));
    market.frames.updateId = held;
    assert.equal(market.count(LaneCounter.FRAMES_REFUSED), refused + 1, `${price} ${size}`);
  }
  assert.deepEqual([...market.feed.book.best], top);
  assert.ok(market.under.lane.parts.market.isUsable(0));
});

test("[V11] [M3] an unknown symbol and unknown messages are refused or ignored, and counted", () => {
  const market = new MarketUnderTest();
  const refused = market.count(LaneCounter.FRAMES_REFUSED);
  market.send(new BinanceFrames("DOGEUSDT").depth([["1.00", "1"]], []));
  assert.equal(market.count(LaneCounter.FRAMES_REFUSED), refused + 1);
  const noticed = market.count(LaneCounter.FRAMES_REFUSED) + market.count(LaneCounter.SESSION_STATUS);
  market.send('{"stream":"btcusdt@novelty","data":{"e":"novelty","E":1700000000000,"s":"BTCUSDT"}}');
  market.send('{"result":null,"id":12}');
  assert.equal(
    market.count(LaneCounter.FRAMES_REFUSED) + market.count(LaneCounter.SESSION_STATUS),
    noticed + 2,
  );
  assert.ok(market.under.lane.parts.market.isUsable(0));
});

test("[M3] a book that crosses becomes invalid, and a crossed or locked quote is refused", () => {
  const market = new MarketUnderTest();
  const refused = market.count(LaneCounter.QUOTES_REFUSED);
  market.send(market.frames.ticker(["60000.02", "1"], ["60000.01", "1"], market.frames.updateId + 5));
  market.send(market.frames.ticker(["60000.01", "1"], ["60000.01", "1"], market.frames.updateId + 6));
  assert.equal(market.count(LaneCounter.QUOTES_REFUSED), refused + 2);
  market.under.forget();
  market.assertLost(market.send(market.frames.depth([["60000.05", "1"]], [])), InvalidReason.CROSSED);
  market.assertRecovers();
});

test("[M6] a quote older than the last is left aside, and counted", () => {
  const market = new MarketUnderTest();
  const old = market.count(LaneCounter.QUOTES_OLD);
  market.send(market.frames.ticker(["50000.00", "1"], ["50000.01", "1"], market.frames.updateId - 1));
  assert.equal(market.count(LaneCounter.QUOTES_OLD), old + 1);
  assert.equal(market.under.built.prices.cells[0], 6_000_000_000_000);
});

test("[M2] a snapshot older than the buffer is refused, and another is asked for", () => {
  const market = new MarketUnderTest();
  market.frames.depth([], []);
  market.send(market.frames.depth([], []));
  const effects = market.send(market.frames.snapshot(BIDS, ASKS, 500), Channel.REST);
  assert.deepEqual(
    effects.map(({ kind }) => kind),
    [EffectKind.WANT_SNAPSHOT],
  );
  assert.equal(market.feed.counters[FeedCounter.SNAPSHOTS_STALE], 1);
  market.under.forget();
  market.assertRecovers();
});

test("[M2] a snapshot that cannot be read, or is too long, is asked for again with the next second, not at once", () => {
  for (const answer of ['{"code":-1121,"msg":"Invalid symbol."}', "<html>", "x".repeat(1_048_577)]) {
    const market = new MarketUnderTest();
    market.frames.depth([], []);
    market.send(market.frames.depth([], []));
    assert.deepEqual(market.send(answer, Channel.REST), []);
    market.under.at(SECOND_NS);
    market.under.lane.onTimer();
    assert.deepEqual(
      market.under.effects().map(({ kind, a }) => [kind, a]),
      [[EffectKind.WANT_SNAPSHOT, 0]],
    );
    market.under.lane.onTimer();
    assert.deepEqual(market.under.effects(), []);
    market.under.forget();
    market.assertRecovers();
  }
});

test("a frame longer than the codec's inbox is refused without a copy, and counted", () => {
  const market = new MarketUnderTest();
  market.send("x".repeat(1_048_577));
  assert.equal(market.under.lane.parts.venues[0]?.counters[VenueCounter.TOO_LONG], 1);
  assert.equal(market.under.slot("venue").state, "running");
});

test("[M4] a book without a delta for longer than its bound is stale at the next timer: agents are told and orders denied", () => {
  const market = new MarketUnderTest();
  market.under.at(5 * SECOND_NS);
  market.under.lane.onTimer();
  assert.ok(market.under.lane.parts.market.isUsable(0));
  market.under.at(5 * SECOND_NS + 1);
  market.under.forget();
  market.under.lane.onTimer();
  assert.deepEqual(
    market.under
      .given("two", "FeatureVector")
      .map(({ instrumentId, freshMask }) => [instrumentId, freshMask]),
    [
      [1, 0],
      [2, 0],
    ],
  );
  // Quotes go on, depth is silent: still no order.
  assert.equal(
    market.tryOrder(market.frames.ticker(BIDS[0], ASKS[0], market.frames.updateId + 1)),
    DenialCode.REFERENCE_INVALID,
  );
  market.send(market.frames.depth([], []));
  assert.equal(market.tryOrder(market.frames.ticker(BIDS[0], ASKS[0], market.frames.updateId + 2)), 0);
});

test("[M1] a lost market line makes every book invalid in that step, and the order line is left alone", () => {
  const market = new MarketUnderTest();
  const resting = market.tryOrder(market.frames.ticker(BIDS[0], ASKS[0], market.frames.updateId + 1));
  assert.equal(resting, 0);
  market.under.forget();
  market.under.lane.onLine(Channel.MARKET, false);
  assert.deepEqual(market.freshMasks(), [0]);
  assert.equal(market.feed.invalidReason, InvalidReason.DISCONNECTED);
  assert.equal(market.under.built.orders.open.count, 1);
  market.under.lane.onLine(Channel.MARKET, true);
  market.send(market.frames.depth([], []));
  market.under.forget();
  market.recover();
});

test("[M3] a trade without a side, of no size or of an unsafe number is refused by the lane", () => {
  const market = new MarketUnderTest();
  const [trades, refused] = [market.count(LaneCounter.TRADES), market.count(LaneCounter.FRAMES_REFUSED)];
  market.send(market.frames.trade("60000.00", "0.5"));
  assert.equal(market.count(LaneCounter.TRADES), trades + 1);
  for (const [price, size] of [
    ["0.00", "1"],
    ["60000.00", "0"],
    ["-1", "1"],
    ["1e5", "1"],
  ] as const)
    market.send(market.frames.trade(price, size));
  assert.equal(market.count(LaneCounter.TRADES), trades + 1);
  assert.equal(
    market.count(LaneCounter.FRAMES_REFUSED) + market.count(LaneCounter.TRADES_REFUSED),
    refused + 4,
  );
});

test("[M1] signals on an instrument without a proven book are combined when it is proven again, not before", () => {
  const market = new MarketUnderTest();
  order(market.under.slot("one"), { records: [signal()], template: 21 });
  market.frames.depth([], []);
  market.send(market.frames.depth([], []));
  assert.ok(market.under.lane.parts.pool.isAlive(0, 0, market.under.lane.nowNs));
  assert.deepEqual(market.under.given("two", "CombinedSignal"), []);
  market.recover();
  market.send(market.frames.ticker(BIDS[0], ASKS[0], market.frames.updateId + 1));
  assert.equal(market.under.given("two", "CombinedSignal").length, 1);
});
