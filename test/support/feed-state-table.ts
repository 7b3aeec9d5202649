import assert from "node:assert/strict";
import { test } from "node:test";
import type { Feed } from "../../host/data/feeds/index.ts";
import { FeedCode, FeedState, InvalidReason } from "../../host/data/feeds/index.ts";

/** A feed as its tests drive it. */
interface Driven {
  readonly feed: Feed;
  levels(): { readonly bids: unknown; readonly asks: unknown };
}

export interface FeedStateTable<Under extends Driven> {
  /** What the titles of the tests begin with. */
  readonly title: string;
  /**
   * What must come of each event in each state: code, next state by its letter, `!` when a snapshot, or a new line, is wanted, and the new reason where
   * the old one does not stay.
   */
  readonly text: string;
  readonly stateOf: Readonly<Record<string, FeedState>>;
  /** How a feed gets into each state. */
  readonly starts: Readonly<Record<string, () => Under>>;
  readonly events: Readonly<Record<string, (under: Under) => FeedCode | undefined>>;
  /** From wherever it is, a feed becomes valid again. */
  readonly assertRecovers: (under: Under, where: string) => void;
}

/** One test for the table's shape, and one for each of its rows, which visits every state. */
export function testStateTable<Under extends Driven>(table: FeedStateTable<Under>): void {
  const { title, text, starts, events, assertRecovers } = table;
  const [header = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));

  test("the state table has every event in every state", () => {
    assert.deepEqual(header.slice(1), Object.keys(starts));
    assert.deepEqual(
      rows.map(([event]) => event),
      Object.keys(events),
    );
    assert.ok(rows.every((row) => row.length === header.length));
  });

  for (const [event = "", ...cells] of rows)
    test(`${title}: ${event}`, () => {
      for (const [column, cell] of cells.entries()) {
        const start = header[column + 1] ?? "";
        const where = `${event}, ${start}`;
        const under = starts[start]?.() ?? assert.fail(`no state "${start}"`);
        const happen = events[event] ?? assert.fail(`no event "${event}"`);
        const before = under.feed.invalidReason;
        assertCell(table, { under, before, given: happen(under) }, cell, where);
        assertRecovers(under, `${where}: recovers`);
      }
    });
}

function assertCell<Under extends Driven>(
  { stateOf }: FeedStateTable<Under>,
  {
    under,
    before,
    given,
  }: { readonly under: Under; readonly before: number; readonly given: FeedCode | undefined },
  cell: string,
  where: string,
): void {
  const { feed } = under;
  const [code = "", next = "", newReason] = cell.split(" ");
  const state = stateOf[next.charAt(0)];
  const givenName = Object.entries(FeedCode).find(([, value]) => value === given)?.[0] ?? "-";
  const staying = state === FeedState.LIVE ? InvalidReason.NONE : before;
  const reason = Object.entries(InvalidReason).find(([name]) => name === newReason)?.[1] ?? staying;
  assert.equal(givenName, code, `${where}: code`);
  assert.equal(feed.state, state, `${where}: state`);
  assert.equal(feed.needsSnapshot, next.endsWith("!") ? 1 : 0, `${where}: needsSnapshot`);
  assert.equal(feed.invalidReason, reason, `${where}: reason`);
  assert.equal(feed.isValid, state === FeedState.LIVE, `${where}: valid`);
  assert.equal(feed.isStale(), state !== FeedState.LIVE, `${where}: stale`);
  // A half image is there; a book that waits for a snapshot to reach its deltas is proven up to there.
  if (state !== FeedState.EMPTY && state !== FeedState.SYNCING) return;
  assert.deepEqual(
    under.levels(),
    { bids: [], asks: [] },
    `${where}: a book that is not valid holds nothing`,
  );
  assert.equal(feed.updateId[0], 0, `${where}: and no id`);
}
