import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BookImage, OrdStatus } from "../../../abi/host/index.ts";
import { TradingSession } from "../../../host/control/trading-session.ts";
import { WriteBehind } from "../../../host/control/write-behind.ts";
import { FeedKind } from "../../../host/data/feeds/index.ts";
import type { Gateway } from "../../../host/execution/gateways/index.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import { DenialCode } from "../../../host/execution/risk/index.ts";
import { Progress, RecordType } from "../../../host/journal/index.ts";
import { ControlAction } from "../../../host/lane/index.ts";
import { VirtualClock, VirtualTimers } from "../../../host/platform/index.ts";
import {
  ASK,
  BID,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  replaceIntent,
  SIZE,
  TICK,
  venuePlacement,
} from "../../support/lane-under-test.ts";
import { PARTED_CODEC, partedCodec, partedMessage } from "../../support/parted-codec.ts";
import { order, puppetModules, puppetNames } from "../../support/puppet-plugins.ts";
import { reply } from "../../support/venue-answers.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = new Map([...(await puppetModules()), [PARTED_CODEC, await partedCodec()]]);
});

const MARKET = lineOf(1, Channel.MARKET);
const PART_BYTES = 16;
const TAG = 5;

/** A session at two venues, the second of which takes messages in parts; what the gateways are asked for. */
class SessionUnderTest {
  readonly asked: string[] = [];
  readonly notices: string[] = [];
  readonly timers: VirtualTimers;
  readonly lane: LaneUnderTest;
  readonly session: TradingSession;
  /** What a gateway does with an order. */
  onSend: (name: string, bytes: Uint8Array) => boolean = () => true;

  constructor() {
    const { instruments, limits } = puppetConfiguration();
    const [rate] = limits.messageRates;
    assert.ok(rate !== undefined);
    this.lane = new LaneUnderTest(modules, {
      venues: [
        venuePlacement("whole", puppetNames.venue),
        venuePlacement("parted", PARTED_CODEC, { feed: FeedKind.SEQUENCED, partBytes: PART_BYTES }),
      ],
      instruments: instruments.map((instrument, venueIndex) => ({ ...instrument, venueIndex })),
      limits: { ...limits, messageRates: [rate, { ...rate, venueIndex: 1 }] },
    });
    const clock = new VirtualClock(0);
    this.timers = new VirtualTimers(clock);
    this.session = new TradingSession({
      built: this.lane.built,
      clock,
      stopwatch: clock,
      timers: this.timers,
      onNotice: (level, text) => this.notices.push(`${level} ${text}`),
      writeBehind: new WriteBehind(this.lane.journal, this.timers),
    });
    this.session.start([this.gateway("whole"), this.gateway("parted")]);
  }

  frame(text: string): void {
    const bytes = Buffer.from(text);
    this.session.onFrame(MARKET, 0, bytes, bytes.length);
  }

  get isLive(): boolean {
    return this.lane.lane.parts.market.feeds[1]?.isValid === true;
  }

  private gateway(name: string): Gateway {
    const note = (text: string): void => void this.asked.push(`${name} ${text}`);
    return {
      start: () => note("start"),
      sendOrder: (bytes, offset, length) => this.onSend(name, bytes.subarray(offset, offset + length)),
      requestSnapshot: (instrument) => note(`snapshot ${instrument}`),
      resubscribe: (channel) => note(`resubscribe ${channel}`),
      onSessionReply: () => undefined,
      onServerShutdown: () => undefined,
      reconnect: () => undefined,
      stop: () => note("stop"),
    };
  }
}

const image = (sequence: number): string =>
  partedMessage(sequence, BookImage.WHOLE, [
    ["b", BID, SIZE],
    ["a", ASK, SIZE],
  ]);

test("a long message is taken in parts between which the event loop runs, and its book counts at the end", () => {
  const under = new SessionUnderTest();
  under.session.onLine(MARKET, true);
  under.frame(image(1));
  assert.equal(under.isLive, false);
  under.frame(partedMessage(2, BookImage.DELTA, [["b", BID, 1]]));
  under.timers.advance(0);
  assert.equal(under.isLive, true);
  assert.deepEqual(under.asked, ["whole start", "parted start"]);
});

test("a frame that no order follows is handed over to the system soon after its step, and none after the session's end", () => {
  const { session, timers, lane } = new SessionUnderTest();
  const { journal } = lane;
  session.onLine(MARKET, true);
  journal.progress[Progress.LAST] = 2;
  const bytes = Buffer.from(image(1));
  session.onFrame(MARKET, 0, bytes, bytes.length);
  timers.advance(2e6);
  assert.equal(journal.handOvers, 1);
  // Any other input as well: here the second's timer.
  timers.advance(1e9);
  assert.equal(journal.handOvers, 1);
  timers.advance(1.002e9);
  assert.equal(journal.handOvers, 2);
  session.onFrame(MARKET, 0, bytes, bytes.length);
  session.stop();
  timers.advance(3e9);
  assert.equal(journal.handOvers, 2);
});

test("[V4] a gap has the line renewed by its own venue's gateway, and the session's end ends every gateway", () => {
  const under = new SessionUnderTest();
  under.frame(image(1));
  under.timers.advance(0);
  under.frame(partedMessage(3, BookImage.DELTA, [["b", BID, 1]]));
  under.timers.advance(0);
  assert.equal(under.isLive, false);
  under.session.stop();
  assert.deepEqual(under.asked.slice(2), [
    `parted resubscribe ${Channel.MARKET}`,
    "whole stop",
    "parted stop",
  ]);
  under.frame(image(4));
  under.timers.advance(0);
  assert.equal(under.isLive, false);
});

test("more than may wait on a line has it made anew, with a word in the log", () => {
  const under = new SessionUnderTest();
  for (let count = 0; count < 5; count++) under.frame("x".repeat(4_000_000));
  assert.deepEqual(under.asked.slice(2), [`parted resubscribe ${Channel.MARKET}`]);
  assert.match(under.notices[0] ?? "", /^error parted: more messages wait than this host holds/);
  under.session.onLine(MARKET, false);
  under.frame(image(1));
  under.timers.advance(0);
  assert.equal(under.isLive, true);
});

/** An order at rest at the first venue, and what its replace left: the request's id, and what the session said of its second half. */
function replaceWith(onSend: (under: SessionUnderTest, requestId: number) => void): SessionUnderTest {
  const under = new SessionUnderTest();
  const { lane, session } = under;
  for (const channel of [Channel.MARKET, Channel.ORDERS]) session.onLine(lineOf(0, channel), true);
  lane.makeLive(1);
  lane.arm();
  const ask = (record: Uint8Array): void => {
    order(lane.slot("one"), { records: [record], template: 21 });
    const quote = lane.quoteRecord();
    session.onFrame(lineOf(0, Channel.MARKET), 0, quote, quote.length);
  };
  ask(intent({ tag: TAG }));
  const { columns } = lane.built.orders;
  const resting = reply(columns.newRequestId[columns.tag.indexOf(TAG)] ?? 0, 200);
  session.onFrame(lineOf(0, Channel.ORDERS), 0, resting, resting.length);
  under.onSend = () => {
    onSend(under, columns.newRequestId[columns.tag.lastIndexOf(TAG)] ?? 0);
    return true;
  };
  ask(replaceIntent(TAG, { price: BID - TICK }));
  return under;
}

test("[C9] the second half of a replace is an input of the lane, journalled with its request", () => {
  const under = replaceWith(() => undefined);
  const { columns } = under.lane.built.orders;
  const newer = columns.tag.lastIndexOf(TAG);
  const requestId = columns.newRequestId[newer] ?? 0;
  assert.equal(under.session.onSecondHalf(requestId), true);
  const input = under.lane.journal.records.findLast(({ type }) => type === RecordType.INPUT_CONTROL);
  assert.deepEqual([input?.channel, input?.bytes.readInt32LE(0)], [ControlAction.SECOND_HALF, requestId]);
  assert.equal(under.session.onSecondHalf(999_999), false, "what nobody has asked for may not leave");
  under.session.stop();
  assert.equal(under.session.onSecondHalf(requestId), false);
});

test("[C9] a second half that would leave in the midst of a step does not, and its order is denied after the step", () => {
  const admitted: boolean[] = [];
  const under = replaceWith(({ session }, requestId) => void admitted.push(session.onSecondHalf(requestId)));
  assert.deepEqual(admitted, [false]);
  const { columns } = under.lane.built.orders;
  const newer = columns.tag.lastIndexOf(TAG);
  assert.equal(columns.status[newer], OrdStatus.DENIED);
  assert.equal(columns.reason[newer], DenialCode.NOT_SENT);
});
