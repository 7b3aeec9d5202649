import assert from "node:assert/strict";
import { test } from "node:test";
import { BookImage } from "../../../../abi/host/index.ts";
import { FeedCode, FeedCounter, FeedState } from "../../../../host/data/feeds/index.ts";
import { testStateTable } from "../../../support/feed-state-table.ts";
import { SequencedFeedUnderTest } from "../../../support/sequenced-feed-under-test.ts";

const { DELTA, WHOLE, FIRST, MIDDLE, LAST } = BookImage;
const LEVELS = { bids: [[1000, 5]], asks: [[1020, 5]] } as const;
const LOCKS = { bids: [[1020, 1]], asks: [[1020, 5]] } as const;
const NEGATIVE = { bids: [[1000, -1]], asks: [] } as const;

/** How a feed gets into each state. */
const starts: Readonly<Record<string, () => SequencedFeedUnderTest>> = {
  empty: () => new SequencedFeedUnderTest(),
  image: () => begun(FIRST),
  live: () => begun(WHOLE),
};

function begun(image: BookImage): SequencedFeedUnderTest {
  const under = new SequencedFeedUnderTest();
  under.give(image, LEVELS);
  return under;
}

type Happening = (under: SequencedFeedUnderTest) => FeedCode | undefined;

/** The rows of the table. */
const events: Readonly<Record<string, Happening>> = {
  "a delta": (under) => under.give(DELTA, { bids: [[1010, 3]] }),
  "a delta, locking": (under) => under.give(DELTA, LOCKS),
  "a delta, bad value": (under) => under.give(DELTA, NEGATIVE),
  "a whole image": (under) => under.give(WHOLE, LEVELS),
  "a whole image, locking": (under) => under.give(WHOLE, LOCKS),
  "a whole image, bad value": (under) => under.give(WHOLE, NEGATIVE),
  "the first part": (under) => under.give(FIRST, LEVELS),
  "the first part, locking": (under) => under.give(FIRST, LOCKS),
  "the first part, bad value": (under) => under.give(FIRST, NEGATIVE),
  "a middle part": (under) => under.give(MIDDLE, { asks: [[1030, 1]] }),
  "a middle part, locking": (under) => under.give(MIDDLE, LOCKS),
  "a middle part, bad value": (under) => under.give(MIDDLE, NEGATIVE),
  "the last part": (under) => under.give(LAST, { asks: [[1030, 1]] }),
  "the last part, locking": (under) => under.give(LAST, LOCKS),
  "the last part, bad value": (under) => under.give(LAST, NEGATIVE),
  "delta of another": (under) => under.give(DELTA, { instrumentId: 2 }),
  "image of another": (under) => under.give(WHOLE, { ...LEVELS, instrumentId: 2 }),
  "an image as delta": (under) => under.giveAs("onDelta", WHOLE, LEVELS),
  "a delta as image": (under) => under.giveAs("onSnapshot", DELTA, LEVELS),
  "ids in wrong order": (under) => under.give(DELTA, { firstUpdateId: 9, lastUpdateId: 8 }),
  "a disconnect": (under) => {
    under.feed.onDisconnect();
    return undefined;
  },
};

/**
 * What must come of each event in each state: code, next state, `!` when the line is to be subscribed anew, and the new reason where the
 * old one does not stay. E EMPTY, I IMAGE, L LIVE.
 */
const table = `
  event                     | empty         | image         | live
  a delta                   | IGNORED E!    | REFUSED E!    | APPLIED L
  a delta, locking          | IGNORED E!    | REFUSED E!    | INVALIDATED E! CROSSED
  a delta, bad value        | IGNORED E!    | REFUSED E!    | INVALIDATED E! VALUE
  a whole image             | BECAME_LIVE L | BECAME_LIVE L | APPLIED L
  a whole image, locking    | REFUSED E!    | REFUSED E!    | INVALIDATED E! CROSSED
  a whole image, bad value  | REFUSED E!    | REFUSED E!    | INVALIDATED E! VALUE
  the first part            | HELD I        | HELD I        | INVALIDATED I INCOMPLETE
  the first part, locking   | HELD I        | HELD I        | INVALIDATED I INCOMPLETE
  the first part, bad value | REFUSED E!    | REFUSED E!    | INVALIDATED E! VALUE
  a middle part             | IGNORED E!    | HELD I        | INVALIDATED E! STRUCTURE
  a middle part, locking    | IGNORED E!    | HELD I        | INVALIDATED E! STRUCTURE
  a middle part, bad value  | IGNORED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  the last part             | IGNORED E!    | BECAME_LIVE L | INVALIDATED E! STRUCTURE
  the last part, locking    | IGNORED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  the last part, bad value  | IGNORED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  delta of another          | REFUSED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  image of another          | REFUSED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  an image as delta         | REFUSED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  a delta as image          | REFUSED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  ids in wrong order        | REFUSED E!    | REFUSED E!    | INVALIDATED E! STRUCTURE
  a disconnect              | - E           | - E           | - E DISCONNECTED
`;
const stateOf: Readonly<Record<string, FeedState>> = {
  E: FeedState.EMPTY,
  I: FeedState.IMAGE,
  L: FeedState.LIVE,
};
testStateTable({
  title: "[M1] [M3] [V4] state table of a numbered line's feed",
  ...{ text: table, stateOf, starts, events, assertRecovers },
});

/** An image in two parts makes it valid, and nothing of before is left. */
function assertRecovers(under: SequencedFeedUnderTest, where: string): void {
  const { feed } = under;
  under.give(FIRST, LEVELS);
  under.give(LAST, { bids: [[990, 7]] });
  assert.equal(feed.isValid, true, where);
  assert.deepEqual(
    under.levels(),
    {
      bids: [
        [1000, 5],
        [990, 7],
      ],
      asks: [[1020, 5]],
    },
    `${where} to the new image alone`,
  );
}

test("an image in parts is the whole image, wherever it is cut, and counts from its last part on", () => {
  const levels = Array.from({ length: 40 }, (_, index) => [1000 - 10 * index, index + 1] as const);
  const whole = new SequencedFeedUnderTest();
  whole.give(WHOLE, { bids: levels, asks: [[1020, 5]] });
  for (let cut = 0; cut <= levels.length; cut++) {
    const parted = new SequencedFeedUnderTest();
    parted.give(FIRST, { bids: levels.slice(0, cut) });
    parted.give(MIDDLE, { bids: levels.slice(cut) });
    assert.equal(parted.feed.isValid, false);
    assert.equal(parted.give(LAST, { asks: [[1020, 5]] }), FeedCode.BECAME_LIVE);
    assert.deepEqual(parted.levels(), whole.levels(), `cut at ${cut}`);
  }
});

test("[M4] a book is stale when its line was silent for too long, not when its market was quiet", () => {
  const under = starts["live"]?.() ?? assert.fail();
  under.nowNs[0] = 1000;
  assert.equal(under.feed.isStale(), false);
  under.nowNs[0] = 1001;
  assert.equal(under.feed.isStale(), true);
  under.heardNs[SequencedFeedUnderTest.LINE] = 900;
  assert.equal(under.feed.isStale(), false);
  under.nowNs[0] = 899;
  assert.equal(under.feed.isStale(), true, "a clock that goes back");
});

test("every record is counted once as what became of it, and a wish for an image once until it is met", () => {
  const under = new SequencedFeedUnderTest();
  under.give(DELTA, {});
  under.give(DELTA, {});
  under.feed.needsSnapshot = 0;
  under.give(DELTA, {});
  under.give(WHOLE, LEVELS);
  under.give(DELTA, LOCKS);
  const { counters } = under.feed;
  assert.deepEqual(
    [
      FeedCounter.DELTAS,
      FeedCounter.SNAPSHOTS,
      FeedCounter.IGNORED,
      FeedCounter.REFUSED,
      FeedCounter.CROSSED,
    ].map((cell) => counters[cell]),
    [4, 1, 3, 1, 1],
  );
  assert.equal(counters[FeedCounter.RESYNCS], 2);
});

test("a time that is no time is refused", () => {
  for (const staleAfterNs of [0, -1, Number.NaN])
    assert.throws(() => new SequencedFeedUnderTest(staleAfterNs), /staleAfterNs .* must be above 0/);
});
