import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { BookImage, FramePart } from "../../../abi/host/index.ts";
import { BookSide } from "../../../host/data/books/index.ts";
import { FeedKind, FeedState } from "../../../host/data/feeds/index.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import { EffectKind, LaneCounter, VenueCounter } from "../../../host/lane/index.ts";
import {
  ASK,
  BID,
  delta,
  LaneUnderTest,
  puppetConfiguration,
  SIZE,
  TICK,
  venuePlacement,
} from "../../support/lane-under-test.ts";
import type { TextLevel } from "../../support/parted-codec.ts";
import { PARTED_CODEC, partedCodec, partedMessage } from "../../support/parted-codec.ts";
import { puppetModules, puppetNames } from "../../support/puppet-plugins.ts";
import { randomSeed } from "../../support/random-seed.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = new Map([...(await puppetModules()), [PARTED_CODEC, await partedCodec()]]);
});

const MARKET = lineOf(1, Channel.MARKET);
const LEVELS: readonly TextLevel[] = Array.from({ length: 6 }, (_, index) => [
  ["b", BID - index * TICK, SIZE + index] as const,
  ["a", ASK + index * TICK, SIZE + 2 * index] as const,
]).flat();

/** Instrument 2 at a venue whose codec takes messages in parts. */
class PartedLane {
  readonly under: LaneUnderTest;

  constructor() {
    const { instruments, limits } = puppetConfiguration();
    const [rate] = limits.messageRates;
    assert.ok(rate !== undefined);
    this.under = new LaneUnderTest(modules, {
      venues: [
        venuePlacement("whole", puppetNames.venue),
        venuePlacement("parted", PARTED_CODEC, { feed: FeedKind.SEQUENCED, partBytes: 64 }),
      ],
      instruments: instruments.map((instrument, venueIndex) => ({ ...instrument, venueIndex })),
      limits: { ...limits, messageRates: [rate, { ...rate, venueIndex: 1 }] },
    });
  }

  get feed() {
    return this.under.lane.parts.market.feeds[1] ?? assert.fail("no feed");
  }

  /** One message, cut at these places. */
  give(message: string, cuts: readonly number[], between: () => void = () => undefined): void {
    const ends = [...new Set(cuts.filter((cut) => cut > 0 && cut < message.length))].sort((a, b) => a - b);
    const bounds = [0, ...ends, message.length];
    for (const [index, end] of bounds.slice(1).entries()) {
      const [isFirst, isLast] = [index === 0, end === message.length];
      const part = isFirst
        ? isLast
          ? FramePart.WHOLE
          : FramePart.FIRST
        : isLast
          ? FramePart.LAST
          : FramePart.MIDDLE;
      const bytes = Buffer.from(message);
      const start = bounds[index] ?? 0;
      this.under.lane.onFrame(MARKET, 0, bytes, start, end - start, false, part);
      between();
    }
  }

  levels(): number[][] {
    return [BookSide.BID, BookSide.ASK].map((side) => {
      const [prices, sizes] = [new Float64Array(100), new Float64Array(100)];
      const count = this.feed.book.readLevels(side, prices, sizes);
      return [...prices.subarray(0, count), ...sizes.subarray(0, count)];
    });
  }
}

const image = partedMessage(1, BookImage.WHOLE, LEVELS);
const update = partedMessage(2, BookImage.DELTA, [
  ["b", BID, 7],
  ["a", ASK, 0],
]);

test("a message cut at every place in two gives the book of the whole message, and counts from its end on", () => {
  const whole = new PartedLane();
  whole.give(image, []);
  assert.deepEqual([whole.feed.isValid, whole.feed.book.bidCount], [true, 6]);
  const parted = new PartedLane();
  for (let cut = 1; cut < image.length; cut++) {
    parted.under.lane.onLine(MARKET, false);
    let calls = 0;
    parted.give(image, [cut], () => {
      calls += 1;
      assert.equal(parted.feed.isValid, calls === 2, `cut at ${cut}, part ${calls}`);
    });
    assert.deepEqual(parted.levels(), whole.levels(), `cut at ${cut}`);
  }
  assert.deepEqual(
    [
      parted.under.lane.counters[LaneCounter.FRAMES_REFUSED],
      parted.under.lane.counters[LaneCounter.LINE_GAPS],
    ],
    [0, 0],
  );
});

test(`a message cut anywhere, with other lines' frames in between, gives the same books and features (seed ${randomSeed})`, () => {
  const cuts = fc.array(fc.integer({ min: 1, max: image.length - 1 }), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, cuts, (first, second) => {
      const [whole, parted] = [new PartedLane(), new PartedLane()];
      for (const [lane, one, two] of [
        [whole, [], []],
        [parted, first, second],
      ] as const) {
        lane.give(image, one, () => {
          if (lane === parted) lane.under.frame([lane.under.quoteRecord(1)], lineOf(0, Channel.MARKET));
          if (lane === parted) lane.under.frame([], lineOf(1, Channel.ORDERS));
        });
        lane.give(update, two);
      }
      assert.deepEqual(parted.levels(), whole.levels());
      assert.equal(parted.feed.isValid, true);
      assert.deepEqual(parted.feed.updateId, whole.feed.updateId);
      assert.equal(parted.under.lane.counters[LaneCounter.FRAMES_REFUSED], 0);
    }),
    { seed: randomSeed, numRuns: 40 },
  );
});

test("[V10] a part that is refused gives up its message: the rest is not shown to the codec, and the line is renewed", () => {
  const lane = new PartedLane();
  const { counters } = lane.under.lane.parts.venues[1] ?? assert.fail();
  const broken = image.replace(`b${BID - 2 * TICK}`, "x");
  lane.give(broken, [40, 60, broken.length - 30, broken.length - 10]);
  const refused = [lane.under.lane.counters[LaneCounter.FRAMES_REFUSED], counters[VenueCounter.FRAMES]];
  assert.equal(refused[0], 1);
  assert.ok((refused[1] ?? 9) < 5, "the rest did not reach the codec");
  assert.equal(lane.feed.isValid, false);
  lane.give(update, []);
  const [effect] = lane.under.effects();
  assert.deepEqual([effect?.kind, effect?.venue, effect?.a], [EffectKind.RESUBSCRIBE, 1, Channel.MARKET]);
  lane.under.lane.onLine(MARKET, false);
  lane.under.lane.onLine(MARKET, true);
  lane.give(image, [50]);
  assert.equal(lane.feed.isValid, true);
});

test("a message that begins while another is under way takes its place", () => {
  const lane = new PartedLane();
  const bytes = Buffer.from(image);
  lane.under.lane.onFrame(MARKET, 0, bytes, 0, 80, false, FramePart.FIRST);
  lane.give(partedMessage(2, BookImage.WHOLE, LEVELS.slice(0, 2)), [30]);
  assert.deepEqual([lane.feed.isValid, lane.feed.book.bidCount], [true, 1]);
});

test("an answer in parts that holds no book is asked for again at its end, whatever other lines brought in between", () => {
  const lane = new PartedLane();
  const { under } = lane;
  const rest = lineOf(0, Channel.REST);
  const feed = under.lane.parts.market.feeds[0] ?? assert.fail();
  const ids = { firstUpdateId: 5, lastUpdateId: 5, bids: [], asks: [] };
  under.frame([delta(ids)], lineOf(0, Channel.MARKET));
  assert.equal(feed.state, FeedState.SYNCING);
  for (const part of [FramePart.FIRST, FramePart.MIDDLE, FramePart.LAST]) {
    assert.equal(feed.needsSnapshot, 0);
    under.lane.onFrame(rest, 0, Buffer.alloc(4), 0, 4, false, part);
    if (part !== FramePart.LAST)
      under.frame(
        [delta({ ...ids, firstUpdateId: 5 + part, lastUpdateId: 5 + part })],
        lineOf(0, Channel.MARKET),
      );
  }
  assert.equal(feed.needsSnapshot, 1);
});

test("a part's place in its message is in the journal, with line, instrument and what follows", () => {
  const lane = new PartedLane();
  lane.under.lane.onFrame(MARKET, 5, Buffer.from(image), 0, 80, true, FramePart.FIRST);
  const record = lane.under.journal.records.at(-1);
  assert.equal(record?.channel, MARKET | (5 << 4) | (FramePart.FIRST << 13) | 0x8000);
});
