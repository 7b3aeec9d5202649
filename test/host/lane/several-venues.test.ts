import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, OrdStatus, writeInt64 } from "../../../abi/host/index.ts";
import { FeedKind } from "../../../host/data/feeds/index.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import { DenialCode, TradingMode } from "../../../host/execution/risk/index.ts";
import type { LaneConfiguration } from "../../../host/lane/index.ts";
import {
  ControlAction,
  EffectKind,
  instrumentName,
  LaneCounter,
  stateDigest,
} from "../../../host/lane/index.ts";
import {
  delta,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  SECOND_NS,
  sends,
  SIZE,
  TICK,
  BID,
  ASK,
  venuePlacement,
} from "../../support/lane-under-test.ts";
import { order, puppetModules, puppetNames } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";
import { writeRecord } from "../../support/record-writer.ts";
import { fill, reply, report } from "../../support/venue-answers.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

const HERE = 0;
const THERE = 1;

/** Instrument 1 at one venue, instrument 2 under the same symbol at another. */
function twoVenues(feed: FeedKind = FeedKind.UPDATE_ID): Partial<LaneConfiguration> {
  const { instruments, limits } = puppetConfiguration();
  const [rate] = limits.messageRates;
  assert.ok(rate !== undefined);
  return {
    venues: [venuePlacement("here", puppetNames.venue), venuePlacement("there", puppetNames.venue, { feed })],
    instruments: instruments.map((instrument, venueIndex) => ({
      ...instrument,
      symbol: "BTCUSDT",
      venueIndex,
    })),
    limits: { ...limits, messageRates: [rate, { ...rate, venueIndex: THERE }] },
  };
}

const ready = (): LaneUnderTest => LaneUnderTest.ready(modules, twoVenues());

/** An order of agent one on each instrument, resting. */
function restingOnBoth(under: LaneUnderTest) {
  const [here] = sends(under.act("one", [intent({ tag: 1, price: BID - TICK })]));
  const [there] = sends(under.act("one", [intent({ tag: 2, price: BID - TICK, instrumentId: 2 })], 2));
  assert.ok(here !== undefined && there !== undefined);
  under.frame([report(here)], lineOf(HERE, Channel.ORDERS));
  under.frame([report(there)], lineOf(THERE, Channel.ORDERS));
  return { here, there };
}

function reasonOf(under: LaneUnderTest, tag: number, instrumentId: number): unknown {
  assert.deepEqual(sends(under.act("one", [intent({ tag, instrumentId })], instrumentId)), []);
  return under.given("one", "OrderEvent").at(-1)?.["reason"];
}

function trades(under: LaneUnderTest, tag: number, instrumentId: number): boolean {
  return (
    sends(under.act("one", [intent({ tag, price: BID - 2 * TICK, instrumentId })], instrumentId)).length === 1
  );
}

function sequence(number: number): Buffer {
  const record = writeRecord("LineSequence", {});
  const words = new Int32Array(record.buffer, record.byteOffset + 8, 2);
  writeInt64(words, 0, number);
  return record;
}

test("an order goes to its instrument's venue, in that codec's bytes, and each codec knows its own instruments", () => {
  const under = new LaneUnderTest(modules, twoVenues());
  const told = (slot: string): unknown[] =>
    under.given(slot, "InstrumentDefinition").map((fields) => fields["instrumentId"]);
  assert.deepEqual([told("here"), told("there"), told("one")], [[1], [2], [1, 2]]);
  assert.deepEqual(
    [0, 1].map((index) => instrumentName(under.built.configuration, index)),
    ["BTCUSDT.HERE", "BTCUSDT.THERE"],
  );
  const { here, there } = restingOnBoth(ready());
  assert.deepEqual([here.venue, there.venue], [HERE, THERE]);
});

test("a market record is its own venue's: what a codec says of another's instrument is counted and dropped", () => {
  const under = ready();
  const quotes = under.lane.counters[LaneCounter.QUOTES] ?? 0;
  under.frame([under.quoteRecord(2)], lineOf(HERE, Channel.MARKET));
  assert.deepEqual(
    [under.lane.counters[LaneCounter.QUOTES], under.lane.counters[LaneCounter.FOREIGN_RECORDS]],
    [quotes, 1],
  );
});

test("[V1] one venue's order line is lost: its orders are unknown and its instrument held, the other trades on", () => {
  const under = ready();
  const { here, there } = restingOnBoth(under);
  under.lane.onLine(lineOf(HERE, Channel.ORDERS), false);
  assert.deepEqual([under.status(here.a), under.status(there.a)], [OrdStatus.UNKNOWN, OrdStatus.ACCEPTED]);
  assert.deepEqual(
    [under.mode, under.venueMode(HERE), under.venueMode(THERE)],
    [TradingMode.ACTIVE, TradingMode.CANCEL_ONLY, TradingMode.ACTIVE],
  );
  assert.equal(reasonOf(under, 3, 1), DenialCode.LINE_DOWN);
  assert.ok(trades(under, 4, 2));
  under.lane.onLine(lineOf(HERE, Channel.ORDERS), true);
  assert.deepEqual(
    sends(under.effects()).map(({ a, venue }) => [a, venue]),
    [[here.a, HERE]],
    "what is unknown there is canceled there",
  );
});

test("a cancel of everything goes to both venues, and the one whose line is down is told when it is back", () => {
  const under = ready();
  const { here, there } = restingOnBoth(under);
  under.lane.onLine(lineOf(THERE, Channel.ORDERS), false);
  assert.deepEqual(
    sends(under.control(ControlAction.CANCEL_ALL)).map(({ a, venue }) => [a, venue]),
    [[here.a, HERE]],
  );
  under.lane.onLine(lineOf(THERE, Channel.ORDERS), true);
  assert.deepEqual(
    sends(under.effects()).map(({ a, venue }) => [a, venue]),
    [[there.a, THERE]],
  );
});

test("[M1] a lost market line invalidates its own venue's books alone", () => {
  const under = ready();
  const { feeds } = under.lane.parts.market;
  under.lane.onLine(lineOf(THERE, Channel.MARKET), false);
  assert.deepEqual(
    feeds.map((feed) => feed.isValid),
    [true, false],
  );
  assert.equal(reasonOf(under, 3, 2), DenialCode.REFERENCE_INVALID);
  assert.ok(trades(under, 4, 1));
});

test("[P1] a codec that is stopped halts its venue's instruments, and the other venue trades on", () => {
  const under = ready();
  const { here, there } = restingOnBoth(under);
  order(under.slot("here"), { deed: Deed.LOOP, template: 3 });
  under.quote(1);
  assert.equal(under.slot("here").state, "faulted");
  assert.deepEqual(
    [under.mode, under.venueMode(HERE), under.venueMode(THERE)],
    [TradingMode.ACTIVE, TradingMode.HALTED, TradingMode.ACTIVE],
  );
  assert.deepEqual([under.status(here.a), under.status(there.a)], [OrdStatus.UNKNOWN, OrdStatus.ACCEPTED]);
  assert.deepEqual(
    under.lane.parts.market.feeds.map((feed) => feed.isValid),
    [false, true],
  );
  assert.ok(trades(under, 4, 2));
});

test("[V11] an order message that cannot be read halts the venue that sent it alone", () => {
  const under = ready();
  order(under.slot("there"), { deed: Deed.REFUSE, template: 3 });
  under.frame([Buffer.alloc(8)], lineOf(THERE, Channel.ORDERS));
  order(under.slot("here"), { deed: Deed.REFUSE, template: 3 });
  under.frame([Buffer.alloc(8)], lineOf(HERE, Channel.MARKET));
  assert.deepEqual(
    [under.mode, under.venueMode(HERE), under.venueMode(THERE)],
    [TradingMode.ACTIVE, TradingMode.ACTIVE, TradingMode.CANCEL_ONLY],
  );
  order(under.slot("here"), { deed: Deed.REFUSE, template: 3 });
  under.frame([Buffer.alloc(8)], lineOf(HERE, Channel.ORDER_REST));
  assert.equal(
    under.venueMode(HERE),
    TradingMode.CANCEL_ONLY,
    "an answer to an order request is one of them",
  );
});

test("[V13] a venue that limits us is spared, and the other is not", () => {
  const under = ready();
  const { there } = restingOnBoth(under);
  under.frame([reply(there.b, 429)], lineOf(THERE, Channel.ORDERS));
  assert.equal(reasonOf(under, 3, 2), DenialCode.VENUE_BACK_OFF);
  assert.ok(trades(under, 4, 1));
});

test("[V12] a codec that reports or answers for an order at another venue moves nothing and halts its own venue", () => {
  for (const record of [
    (sent: Parameters<typeof fill>[0]): Buffer => fill(sent, 1, SIZE, SIZE),
    (sent: Parameters<typeof fill>[0]): Buffer => report(sent, { execType: ExecType.CANCELED }),
    (sent: Parameters<typeof fill>[0]): Buffer => reply(sent.b, 400),
  ]) {
    const under = ready();
    const [here] = sends(under.act("one", [intent({ tag: 1 })]));
    assert.ok(here !== undefined);
    under.frame([record(here)], lineOf(THERE, Channel.ORDERS));
    assert.equal(under.status(here.a), OrdStatus.PENDING_NEW);
    assert.equal(under.built.positions.quantity[under.built.positions.rowOf(0, 0)], 0);
    assert.deepEqual(
      [under.venueMode(HERE), under.venueMode(THERE), under.lane.counters[LaneCounter.FOREIGN_RECORDS]],
      [TradingMode.ACTIVE, TradingMode.CANCEL_ONLY, 1],
    );
  }
});

test("each venue has a message rate of its own, and position limits count the quote asset at both", () => {
  const changes = twoVenues();
  const limits = changes.limits ?? puppetConfiguration().limits;
  const messageRates = limits.messageRates.map((rate, index) =>
    index === THERE ? { ...rate, messagesMax: 2, cancelReserve: 1 } : rate,
  );
  const under = LaneUnderTest.ready(modules, { ...changes, limits: { ...limits, messageRates } });
  assert.ok(trades(under, 1, 2));
  assert.equal(reasonOf(under, 2, 2), DenialCode.MESSAGE_RATE);
  assert.ok(trades(under, 3, 1));
  const tight = { ...limits, grossNotionalMax: [{ quoteAssetId: 2, notionalMax: 1.5 * (SIZE / 1e8) * BID }] };
  const both = LaneUnderTest.ready(modules, { ...changes, limits: tight });
  assert.ok(trades(both, 1, 1));
  assert.equal(reasonOf(both, 2, 2), DenialCode.GROSS_EXPOSURE_LIMIT);
});

test("[V4] a gap in a line's count invalidates that venue's books in the step, has the line renewed once, and is counted", () => {
  const under = ready();
  const market = lineOf(THERE, Channel.MARKET);
  under.frame([sequence(7)], market);
  under.frame([sequence(8), under.quoteRecord(2)], market);
  assert.equal(under.lane.counters[LaneCounter.LINE_GAPS], 0);
  const effects = under.frame([sequence(10), under.quoteRecord(2)], market);
  assert.deepEqual(
    under.lane.parts.market.feeds.map((feed) => feed.isValid),
    [true, false],
  );
  assert.deepEqual(
    effects.map(({ kind, venue, a }) => [kind, venue, a]),
    [[EffectKind.RESUBSCRIBE, THERE, Channel.MARKET]],
  );
  assert.deepEqual(under.frame([sequence(12)], market), [], "it is being renewed already");
  assert.equal(under.lane.counters[LaneCounter.LINE_GAPS], 2);
  under.lane.onLine(market, false);
  under.lane.onLine(market, true);
  assert.deepEqual(under.frame([sequence(1)], market), [], "a new line begins anywhere");
  assert.equal(under.frame([sequence(3)], market).length, 1);
});

test("[V4] a gap on an order line may have been a fill: its venue's instruments are held, its books are not touched", () => {
  const under = ready();
  const orders = lineOf(HERE, Channel.ORDERS);
  under.frame([sequence(1)], orders);
  const effects = under.frame([sequence(3)], orders);
  assert.deepEqual(
    effects.map(({ kind, venue, a }) => [kind, venue, a]),
    [[EffectKind.RESUBSCRIBE, HERE, Channel.ORDERS]],
  );
  assert.deepEqual(
    [under.mode, under.venueMode(HERE), under.venueMode(THERE)],
    [TradingMode.ACTIVE, TradingMode.CANCEL_ONLY, TradingMode.ACTIVE],
  );
  assert.ok(under.lane.parts.market.feeds.every((feed) => feed.isValid));
});

test("a venue with images in-band goes live from FIRST to LAST, and a lost image has the line renewed instead of a snapshot", () => {
  const under = new LaneUnderTest(modules, twoVenues(FeedKind.SEQUENCED));
  const market = lineOf(THERE, Channel.MARKET);
  const feed = under.lane.parts.market.feeds[1];
  const image = (snapshot: number, bids: number[], asks: number[]): Buffer =>
    delta({
      firstUpdateId: 1,
      lastUpdateId: 1,
      snapshot,
      instrumentId: 2,
      bids: bids.map((price) => [price, SIZE]),
      asks: asks.map((price) => [price, SIZE]),
    });
  under.frame([sequence(1), image(2, [BID], [])], market);
  under.frame([image(3, [BID - TICK], [ASK])], market);
  assert.equal(feed?.isValid, false);
  assert.deepEqual(under.frame([image(4, [], [ASK + TICK])], market), []);
  assert.deepEqual([feed.isValid, feed.book.bidCount, feed.book.askCount], [true, 2, 2]);
  const crossed = under.frame([sequence(2), image(0, [ASK + 2 * TICK], [])], market);
  assert.deepEqual(
    crossed.map(({ kind, venue, a }) => [kind, venue, a]),
    [[EffectKind.RESUBSCRIBE, THERE, Channel.MARKET]],
  );
  assert.equal(feed.isValid, false);
  under.at(6 * SECOND_NS);
  under.frame([sequence(3), image(1, [BID], [ASK])], market);
  assert.equal(feed.isStale(), false);
  under.at(12 * SECOND_NS);
  assert.equal(feed.isStale(), true, "the line was silent");
  under.frame([sequence(4)], market);
  assert.equal(feed.isStale(), false, "a line whose count goes on has missed nothing");
});

test("what a lane is built from is checked: venues that are there, and no more than a line's number holds", () => {
  const five = Array.from({ length: 5 }, (_, index) => venuePlacement(`v${index}`, puppetNames.venue));
  assert.throws(
    () => new LaneUnderTest(modules, { venues: five }),
    /5 venues are configured; a lane trades on 1 to 4/,
  );
  assert.throws(() => new LaneUnderTest(modules, { venues: [] }), /0 venues are configured/);
  const { instruments } = puppetConfiguration();
  const homeless = instruments.map((instrument) => ({ ...instrument, venueIndex: 1 }));
  assert.throws(() => new LaneUnderTest(modules, { instruments: homeless }), /venue 1/);
});

test("lines, counts and renewals are in the state's digest", () => {
  const digest = (change: (under: LaneUnderTest) => void): string => {
    const under = ready();
    change(under);
    under.lane.counters.fill(0);
    return Buffer.from(stateDigest(under.built)).toString("hex");
  };
  const digests = [
    digest(() => undefined),
    digest(({ lane }) => void (lane.parts.lines.nextSequence[4] = 9)),
    digest(({ lane }) => void (lane.parts.lines.isRenewing[4] = 1)),
    digest(({ lane }) => void (lane.parts.orders.lineUp[1] = 0)),
  ];
  assert.equal(new Set(digests).size, 4);
});
