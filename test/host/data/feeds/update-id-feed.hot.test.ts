import assert from "node:assert/strict";
import { test } from "node:test";
import { BookTop } from "../../../../abi/host/index.ts";
import { TickBook } from "../../../../host/data/books/index.ts";
import { FeedCode, FeedCounter, InvalidReason, UpdateIdFeed } from "../../../../host/data/feeds/index.ts";
import { FeedUnderTest, live, SNAPSHOT, syncing } from "../../../support/feed-under-test.ts";

const LOCKS = { bids: [[1020, 1]] } as const;
const NEGATIVE = { bids: [[1000, -1]] } as const;

test("the buffered deltas are applied on top of the snapshot, the old ones are not", () => {
  const under = new FeedUnderTest();
  under.delta(11, 15, {
    bids: [
      [1000, 1],
      [990, 1],
    ],
  });
  under.delta(16, 20, { bids: [[1000, 2]], asks: [[1030, 4]] });
  under.delta(21, 22, { asks: [[1020, 0]] });
  assert.equal(under.snapshot(17, SNAPSHOT), FeedCode.BECAME_LIVE);
  assert.deepEqual(under.levels(), { bids: [[1000, 2]], asks: [[1030, 4]] });
  assert.equal(under.feed.updateId[0], 22);
});

test("a newer snapshot replaces the whole of the one before, and answers what was still wanted", () => {
  const under = new FeedUnderTest();
  under.delta(11, 20);
  assert.equal(under.feed.needsSnapshot, 1);
  under.snapshot(20, { bids: [[900, 1]], asks: [[1030, 1]] });
  assert.equal(under.feed.needsSnapshot, 0);
  assert.equal(under.snapshot(21, SNAPSHOT), FeedCode.HELD);
  assert.deepEqual(under.levels(), { bids: [[1000, 5]], asks: [[1020, 5]] });
});

test("[M1] the delta that shows a gap is the first of the new buffer", () => {
  const under = live();
  under.delta(31, 40, { bids: [[980, 9]] });
  assert.equal(under.snapshot(29, SNAPSHOT), FeedCode.REFUSED, "does not reach 31");
  assert.equal(under.snapshot(30, SNAPSHOT), FeedCode.BECAME_LIVE);
  assert.deepEqual(under.levels().bids, [
    [1000, 5],
    [980, 9],
  ]);
});

test("[M6] a delta that overtook another costs a resync, not a wrong book", () => {
  const under = live();
  assert.equal(under.delta(26, 30), FeedCode.INVALIDATED);
  assert.equal(under.delta(21, 25), FeedCode.IGNORED);
  assert.equal(under.snapshot(27, SNAPSHOT), FeedCode.BECAME_LIVE);
});

test("[M3] a buffered delta that turns out bad on replay empties buffer and book", () => {
  for (const bad of [NEGATIVE, { bids: [[5000, 1]] } as const]) {
    const under = syncing();
    under.delta(21, 25, bad);
    under.delta(26, 30);
    assert.equal(under.snapshot(15, SNAPSHOT), FeedCode.REFUSED);
    assert.equal(under.feed.needsSnapshot, 1);
    assert.deepEqual(under.levels(), { bids: [], asks: [] });
    assert.equal(
      under.snapshot(15, SNAPSHOT),
      FeedCode.HELD,
      "nothing is buffered that it would have to reach",
    );
  }
});

test("[M3] a best level that comes down to dropped prices makes the book invalid", () => {
  const under = new FeedUnderTest(4096, 1);
  under.delta(1, 1);
  under.snapshot(0, {
    bids: [
      [1000, 1],
      [993, 1],
      [991, 1],
    ],
    asks: [[1020, 1]],
  });
  assert.equal(under.feed.isValid, true);
  assert.equal(
    under.delta(2, 2, {
      bids: [
        [1000, 0],
        [993, 0],
      ],
    }),
    FeedCode.INVALIDATED,
  );
  assert.equal(under.feed.invalidReason, InvalidReason.INCOMPLETE);
});

test("a buffer that overflows is emptied, and the delta that did not fit is the first of the new one", () => {
  const under = new FeedUnderTest(256);
  let id = 1;
  while (under.delta(id, id, { bids: [[1000 + 10 * id, 1]] }) === FeedCode.HELD) id++;
  assert.ok(id > 2);
  assert.equal(under.feed.counters[FeedCounter.OVERFLOWS], 1);
  assert.equal(under.snapshot(id - 2), FeedCode.REFUSED, "the first buffered id is now the last one given");
  assert.equal(under.snapshot(id - 1), FeedCode.BECAME_LIVE);
  assert.deepEqual(under.levels().bids, [[1000 + 10 * id, 1]]);
});

test("[M4] a live book that takes no delta for longer than the deadline is stale, and duplicates do not refresh it", () => {
  const under = live();
  under.nowNs[0] = 1000;
  assert.equal(under.feed.isStale(), false);
  under.delta(11, 20);
  under.nowNs[0] = 1001;
  assert.equal(under.feed.isStale(), true);
  assert.equal(under.feed.isValid, true, "stale is not invalid: the rest of the rules still hold");
  under.delta(21, 22);
  assert.equal(under.feed.isStale(), false);
  for (const senseless of [1000, Number.NaN]) {
    under.nowNs[0] = senseless;
    assert.equal(under.feed.isStale(), true, String(senseless));
  }
});

test("what happens is counted", () => {
  const under = live();
  under.delta(11, 20);
  under.delta(25, 26);
  under.delta(9, 8);
  under.snapshot(10);
  under.snapshot(30, { ...SNAPSHOT, ...LOCKS });
  const { counters } = under.feed;
  const counted = Object.fromEntries(
    Object.entries(FeedCounter).map(([name, index]) => [name, counters[index]]),
  );
  assert.deepEqual(counted, {
    DELTAS: 4,
    APPLIED: 1,
    IGNORED: 1,
    GAPS: 1,
    REFUSED: 2,
    CROSSED: 1,
    SNAPSHOTS: 3,
    SNAPSHOTS_STALE: 1,
    OVERFLOWS: 0,
    RESYNCS: 3,
    LEVELS: 5,
  });
});

test("ids next to 2^53 are told apart", () => {
  const under = new FeedUnderTest();
  const last = Number.MAX_SAFE_INTEGER;
  under.delta(last - 3, last - 2);
  assert.equal(under.snapshot(last - 3, SNAPSHOT), FeedCode.BECAME_LIVE);
  assert.equal(under.delta(last - 2, last - 2), FeedCode.IGNORED);
  assert.equal(under.delta(last, last), FeedCode.INVALIDATED);
});

test("the top of the book carries id and instrument", () => {
  const under = live();
  const target = new Int32Array(BookTop.blockLength / 4);
  under.feed.copyTop(target, 0);
  const view = new DataView(target.buffer);
  assert.equal(view.getBigUint64(BookTop.updateId, true), 20n);
  assert.equal(view.getUint32(BookTop.instrumentId, true), 1);
  assert.equal(view.getBigInt64(BookTop.bidPrices, true), 1010n);
});

test("a feed without a deadline for staleness is refused", () => {
  for (const staleAfterNs of [0, -1, Number.NaN]) {
    const options = {
      instrumentId: 1,
      book: new TickBook({ tickSize: 1 }),
      nowNs: new Float64Array(1),
      staleAfterNs,
    };
    assert.throws(() => new UpdateIdFeed(options), /staleAfterNs .* must be above 0/);
  }
});
