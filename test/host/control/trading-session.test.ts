import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BookImage } from "../../../abi/host/index.ts";
import { TradingSession } from "../../../host/control/trading-session.ts";
import { WriteBehind } from "../../../host/control/write-behind.ts";
import { FeedKind } from "../../../host/data/feeds/index.ts";
import type { Gateway } from "../../../host/execution/gateways/index.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import { Progress } from "../../../host/journal/index.ts";
import { VirtualClock, VirtualTimers } from "../../../host/platform/index.ts";
import {
  ASK,
  BID,
  LaneUnderTest,
  puppetConfiguration,
  SIZE,
  venuePlacement,
} from "../../support/lane-under-test.ts";
import { PARTED_CODEC, partedCodec, partedMessage } from "../../support/parted-codec.ts";
import { puppetModules, puppetNames } from "../../support/puppet-plugins.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = new Map([...(await puppetModules()), [PARTED_CODEC, await partedCodec()]]);
});

const MARKET = lineOf(1, Channel.MARKET);
const PART_BYTES = 16;

/** A session at two venues, the second of which takes messages in parts; what the gateways are asked for. */
class SessionUnderTest {
  readonly asked: string[] = [];
  readonly notices: string[] = [];
  readonly timers: VirtualTimers;
  readonly lane: LaneUnderTest;
  readonly session: TradingSession;

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
      sendOrder: () => true,
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
