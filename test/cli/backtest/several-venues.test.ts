import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus } from "../../../abi/host/index.ts";
import { instrumentLines, instrumentResults } from "../../../cli/backtest/backtest-report.ts";
import { compareLedgers } from "../../../cli/live/ledger-comparison.ts";
import { openingBalances, SIMULATED_ACCOUNT } from "../../../cli/simulation/simulated-account.ts";
import { layOut } from "../../../cli/view/screen.ts";
import { snapshotOf } from "../../../cli/view/session-snapshot.ts";
import { plain } from "../../../cli/view/style.ts";
import { healthOf } from "../../../host/control/health.ts";
import { openHostJournal } from "../../../host/control/open-host-journal.ts";
import { replayJournal } from "../../../host/control/replay.ts";
import { FeedState } from "../../../host/data/feeds/index.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import type { JournalWriter } from "../../../host/journal/index.ts";
import { stateDigest } from "../../../host/lane/index.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { SeededRandom, VirtualClock } from "../../../host/platform/index.ts";
import type { TwoVenues } from "../../support/two-venue-session.ts";
import { twoVenueSession } from "../../support/two-venue-session.ts";
import { freshDirectory } from "../sandpit.ts";

const HERE = 0;
const THERE = 1;
const LEDGER_SCALE = 10n ** 8n;
const identity = { account: "simulated", environment: "development" };
const disk = new NodeDisk();

/** Runs a session on a journal and replays it; both must come to the same. */
async function replayed(
  seconds: number,
  onStep: (session: TwoVenues) => void = () => undefined,
): Promise<TwoVenues> {
  const directory = freshDirectory();
  const options = { directory, identity, durability: "process" as const, isSyncedInBackground: false };
  const ports = { clock: new VirtualClock(1_704_067_200_000), random: new SeededRandom(1) };
  const journal = await openHostJournal(disk, options, ports);
  const session = await twoVenueSession(seconds, journal.writer, onStep);
  await journal.release();
  const [replay] = replayJournal(disk, directory, identity);
  assert.equal(replay?.divergence, null);
  const { built, session: trading } = session.backtest;
  assert.equal(replay.stateHash, Buffer.from(stateDigest(built)).toString("hex"));
  assert.equal(replay.orderHash, trading.orderHash());
  return session;
}

/** Orders that were sent so far, by venue. */
function ordersOf({ backtest: { built } }: TwoVenues): number[] {
  const { columns } = built.orders;
  const counts = [0, 0];
  for (let slot = 0; slot < columns.capacity; slot++) {
    if (columns.sequence[slot] === 0) continue;
    const venue = built.instruments.venue[columns.instrument[slot] ?? 0] ?? 0;
    counts[venue] = (counts[venue] ?? 0) + 1;
  }
  return counts;
}

/** Each venue's ledger against the host's books. */
function assertLedgers({ backtest, venues }: TwoVenues): void {
  const ledger = venues.flatMap((venue, venueIndex) =>
    openingBalances.map(({ asset, amount }) => {
      const { free, locked } = venue.balance(SIMULATED_ACCOUNT, asset);
      return { venueIndex, asset, opening: amount * LEDGER_SCALE, free, locked };
    }),
  );
  const compared = compareLedgers(backtest.built, ledger);
  assert.deepEqual(
    compared.map(({ at, asset }) => `${asset} at ${at}`),
    ["BTC at binance", "USDT at binance", "BTC at other", "USDT at other"],
  );
  for (const { at, asset, isEqual, difference } of compared)
    assert.ok(isEqual, `${asset} at ${at}: ${difference}`);
}

test("a host trades on two venues at once, each ledger agrees with its books, and the journal replays", async () => {
  const session = await replayed(8);
  const [here = 0, there = 0] = ordersOf(session);
  assert.ok(here > 5 && there > 5, `${here} and ${there} orders`);
  assertLedgers(session);
  const { built } = session.backtest;
  const fees = [HERE, THERE].map((venue) => built.balances.fees.subarray(venue * 3, venue * 3 + 3));
  assert.ok(
    fees.every((row) => row.some((fee) => fee > 0)),
    "both have charged fees",
  );
  const results = instrumentResults(built);
  assert.deepEqual(Object.keys(results), ["BTCUSDT.BINANCE", "BTCUSDT.OTHER"]);
  assert.equal(instrumentLines(results).length, 2);
  const both = { built, session: session.backtest.session, journal: none };
  const snapshot = snapshotOf(both, { account: "simulated", environment: "development" });
  const [heading = ""] = layOut({ snapshot, notices: [], eventsPerSecond: 0, address: "" }, plain, 120, 40);
  assert.match(heading, /○○ binance {2}○○ other/);
  assert.equal(snapshot.symbol, "BTCUSDT.BINANCE");
});

test("[V1] a venue that goes down and stays down leaves the other trading, and its books come back with it", async () => {
  const downNs = 3e9;
  const upNs = 7e9;
  const seen = { down: [0, 0], up: [0, 0] };
  let isDown = false;
  let mode = 0;
  const session = await replayed(12, (running) => {
    const { backtest, venues } = running;
    const nowNs = backtest.built.lane.nowNs[0] ?? 0;
    const venue = venues[THERE];
    assert.ok(venue !== undefined);
    if (!isDown && nowNs >= downNs && nowNs < upNs && ordersOpenAt(running, THERE) > 0) {
      isDown = true;
      seen.down = ordersOf(running);
      const connect = venue.connect.bind(venue);
      venue.connect = (...given) =>
        given[2] < upNs ? { ok: false, status: 503, headers: {} } : connect(...given);
      for (const open of [...venue.sessions]) venue.cut(open, nowNs);
    }
    if (isDown && nowNs < upNs) {
      seen.up = ordersOf(running);
      mode = backtest.built.modes.instrument[THERE] ?? 0;
      const health = healthOf({ built: backtest.built, session: backtest.session, journal: none });
      if (nowNs > downNs + 2e9) {
        assert.deepEqual(health.lines["binance"], { market: true, orders: true });
        assert.deepEqual(health.lines["other"], { market: false, orders: false });
      }
    }
  });
  assert.ok(isDown, "it had an order open in time");
  assert.ok(
    (seen.up[HERE] ?? 0) > (seen.down[HERE] ?? 0) + 3,
    `${seen.down.join(" and ")} orders before, ${seen.up.join(" and ")} after`,
  );
  assert.equal(seen.up[THERE], seen.down[THERE], "none went to the venue that was down");
  const { built } = session.backtest;
  assert.deepEqual([mode, built.modes.instrument[HERE]], [TradingMode.CANCEL_ONLY, TradingMode.ACTIVE]);
  // What ended there while nobody could hear of it stays unknown, and counted.
  assert.equal(ordersOpenAt(session, HERE), 0);
  const { open, columns } = built.orders;
  assert.ok(open.slots.subarray(0, open.count).every((slot) => columns.status[slot] === OrdStatus.UNKNOWN));
  assert.deepEqual(
    built.lane.parts.market.feeds.map(({ state }) => state),
    [FeedState.LIVE, FeedState.LIVE],
  );
});

const none = {} as JournalWriter;

function ordersOpenAt({ backtest: { built } }: TwoVenues, venue: number): number {
  const { open, columns } = built.orders;
  return [...open.slots.subarray(0, open.count)].filter(
    (slot) => built.instruments.venue[columns.instrument[slot] ?? 0] === venue,
  ).length;
}
