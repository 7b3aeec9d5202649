import assert from "node:assert/strict";
import type { FeedCode } from "../../../../host/data/feeds/index.ts";
import { FeedState } from "../../../../host/data/feeds/index.ts";
import { testStateTable } from "../../../support/feed-state-table.ts";
import type { FeedUnderTest } from "../../../support/feed-under-test.ts";
import { feedStarts, SNAPSHOT } from "../../../support/feed-under-test.ts";

const LOCKS = { bids: [[1020, 1]] } as const;
const NEGATIVE = { bids: [[1000, -1]] } as const;

type Happening = (under: FeedUnderTest) => FeedCode | undefined;

/** The rows of the table. */
const events: Readonly<Record<string, Happening>> = {
  "the delta that is due": (under) => under.delta(21, 25),
  "a delta that overlaps": (under) => under.delta(15, 25),
  "a due delta, locking": (under) => under.delta(21, 25, LOCKS),
  "a due delta, bad value": (under) => under.delta(21, 25, NEGATIVE),
  "the last delta again": (under) => under.delta(11, 20),
  "a late delta": (under) => under.delta(5, 10),
  "a delta after a gap": (under) => under.delta(22, 25),
  "a delta with no room": (under) => under.delta(21, 25, { blockLength: 8000 }),
  "a gap with no room": (under) => under.delta(22, 25, { blockLength: 8000 }),
  "ids in wrong order": (under) => under.delta(25, 21),
  "delta of another": (under) => under.delta(21, 25, { instrumentId: 2 }),
  "snapshot of another": (under) => under.snapshot(20, { instrumentId: 2 }),
  "snapshot as delta": (under) => under.delta(21, 21, { snapshot: 1 }),
  "delta as snapshot": (under) => under.snapshot(21, { snapshot: 0 }),
  "snapshot in the buffer": (under) => under.snapshot(15, SNAPSHOT),
  "snapshot just reaching": (under) => under.snapshot(10, SNAPSHOT),
  "snapshot short by one": (under) => under.snapshot(9, SNAPSHOT),
  "snapshot ahead of all": (under) => under.snapshot(30, SNAPSHOT),
  "snapshot, crossed": (under) => under.snapshot(30, { ...SNAPSHOT, ...LOCKS }),
  "snapshot, bad value": (under) => under.snapshot(30, NEGATIVE),
  "a disconnect": (under) => {
    under.feed.onDisconnect();
    return undefined;
  },
};

/**
 * What must come of each event in each state: code, next state, `!` when a snapshot is wanted, and the new reason where the
 * old one does not stay. E EMPTY, S SYNCING, B BRIDGING, L LIVE.
 */
const table = `
  event                  | empty        | syncing        | bare           | bridging       | live
  the delta that is due  | HELD S!      | HELD S         | HELD S         | BECAME_LIVE L  | APPLIED L
  a delta that overlaps  | HELD S!      | HELD S         | HELD S         | BECAME_LIVE L  | APPLIED L
  a due delta, locking   | HELD S!      | HELD S         | HELD S         | REFUSED S!     | INVALIDATED S! CROSSED
  a due delta, bad value | HELD S!      | HELD S         | HELD S         | REFUSED S!     | INVALIDATED S! VALUE
  the last delta again   | HELD S!      | IGNORED S      | HELD S         | IGNORED B      | IGNORED L
  a late delta           | HELD S!      | IGNORED S      | HELD S         | IGNORED B      | IGNORED L
  a delta after a gap    | HELD S!      | RESTARTED S!   | HELD S         | RESTARTED S!   | INVALIDATED S! GAP
  a delta with no room   | RESTARTED S! | RESTARTED S!   | RESTARTED S!   | BECAME_LIVE L  | APPLIED L
  a gap with no room     | RESTARTED S! | RESTARTED S!   | RESTARTED S!   | RESTARTED S!   | INVALIDATED S! GAP
  ids in wrong order     | REFUSED E    | REFUSED S      | REFUSED S      | REFUSED S!     | INVALIDATED S! STRUCTURE
  delta of another       | REFUSED E    | REFUSED S      | REFUSED S      | REFUSED S!     | INVALIDATED S! STRUCTURE
  snapshot of another    | REFUSED E    | REFUSED S      | REFUSED S      | REFUSED S!     | INVALIDATED S! STRUCTURE
  snapshot as delta      | REFUSED E    | REFUSED S      | REFUSED S      | REFUSED S!     | INVALIDATED S! STRUCTURE
  delta as snapshot      | REFUSED E    | REFUSED S      | REFUSED S      | REFUSED S!     | INVALIDATED S! STRUCTURE
  snapshot in the buffer | IGNORED E    | BECAME_LIVE L  | HELD B         | IGNORED B      | IGNORED L
  snapshot just reaching | IGNORED E    | BECAME_LIVE L  | HELD B         | IGNORED B      | IGNORED L
  snapshot short by one  | IGNORED E    | REFUSED S!     | HELD B         | IGNORED B      | IGNORED L
  snapshot ahead of all  | IGNORED E    | HELD B         | HELD B         | HELD B         | IGNORED L
  snapshot, crossed      | IGNORED E    | REFUSED S!     | REFUSED S!     | REFUSED S!     | IGNORED L
  snapshot, bad value    | IGNORED E    | REFUSED S!     | REFUSED S!     | REFUSED S!     | IGNORED L
  a disconnect           | - E          | - E            | - E            | - E            | - E DISCONNECTED
`;
const stateOf: Readonly<Record<string, FeedState>> = {
  E: FeedState.EMPTY,
  S: FeedState.SYNCING,
  B: FeedState.BRIDGING,
  L: FeedState.LIVE,
};
testStateTable({
  title: "[M1] [M2] [M3] [M6] state table",
  ...{ text: table, stateOf, starts: feedStarts, events, assertRecovers },
});

/** From wherever it is, a feed that is given consecutive deltas and a fresh snapshot becomes valid. */
function assertRecovers(under: FeedUnderTest, message: string): void {
  under.delta(101, 110);
  under.snapshot(105, SNAPSHOT);
  under.delta(111, 120, { bids: [[990, 7]] });
  assert.equal(under.feed.isValid, true, message);
  assert.equal(under.feed.updateId[0], 120, message);
  assert.deepEqual(under.levels().bids.at(-1), [990, 7], message);
}
