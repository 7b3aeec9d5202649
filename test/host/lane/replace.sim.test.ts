import assert from "node:assert/strict";
import { test } from "node:test";
import { IntentAction, OrderType, OrdStatus, Side, TimeInForce } from "../../../abi/host/index.ts";
import { explainOrder } from "../../../host/control/story/index.ts";
import { ReconcileState } from "../../../host/execution/reconcile/index.ts";
import { LaneCounter } from "../../../host/lane/index.ts";
import { HostAtVenue } from "../../support/host-at-venue.ts";
import { DIRECTORY, IDENTITY } from "../../support/journal-fixture.ts";
import type { FieldValues } from "../../support/record-writer.ts";

const LOT = 100_000;
const TICK = 1e6;
const TAG = 1;
const S = OrdStatus;

/** A bid far below the market. */
function farPrice(host: HostAtVenue, share = 0.99): number {
  return Math.round((host.top.bid * share) / TICK) * TICK;
}

/** An armed host with an order at rest. */
async function resting(): Promise<HostAtVenue> {
  const host = await HostAtVenue.open();
  host.arm();
  host.passUntil("a book", () => host.top.bid > 0 && host.top.ask > 0);
  host.pass(1);
  const terms = { orderType: OrderType.LIMIT, timeInForce: TimeInForce.GTC, side: Side.BUY };
  host.ask({ ...terms, price: farPrice(host), quantity: 100 * LOT, tag: TAG });
  host.passUntil("an order at rest", () => host.statusOf(1, 1) === S.ACCEPTED, 10);
  return host;
}

function askReplace(host: HostAtVenue, changes: FieldValues): void {
  host.ask({
    action: IntentAction.REPLACE,
    side: 0,
    orderType: 0,
    timeInForce: 0,
    price: 0,
    quantity: 0,
    tag: TAG,
    ...changes,
  });
}

/** Waits until a replace has left, and then until the venue has it: its answer is still on the way. */
function passUntilArrived(host: HostAtVenue): void {
  host.passUntil("a replace", () => host.statusOf(1, 1) === S.PENDING_REPLACE, 10);
  host.pass(0.0025);
  assert.deepEqual([host.statusOf(1, 1), host.statusOf(1, 2)], [S.PENDING_REPLACE, S.PENDING_NEW]);
}

function assertAgreed(host: HostAtVenue): void {
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assert.equal(host.life.built.lane.parts.reconciler.breaks.openCount(0), 0);
  assert.deepEqual(
    host.compare().map(({ asset, difference }) => [asset, Number(difference)]),
    [
      ["BTC", 0],
      ["USDT", 0],
    ],
  );
}

const statuses = (host: HostAtVenue): readonly number[] => [host.statusOf(1, 1), host.statusOf(1, 2)];

test("[C9] at the venue a replace leaves one order under a new id, and both orders have their story", async () => {
  const host = await resting();
  askReplace(host, { price: farPrice(host, 0.985) });
  host.passUntil(
    "the new order",
    () => host.statusOf(1, 2) === S.ACCEPTED && host.statusOf(1, 1) === S.CANCELED,
    10,
  );
  const { orders, lane } = host.life.built;
  assert.deepEqual([orders.open.count, orders.open.buyQty[0]], [1, 100 * LOT]);
  assert.equal(lane.counters[LaneCounter.REPLACES_SENT], 1);
  host.pass(15);
  assertAgreed(host);
  host.life.journal.commit();
  const story = (sequence: number): readonly string[] =>
    explainOrder(host.disk, DIRECTORY, IDENTITY, { epoch: 1, sequence }).map(({ text }) => text);
  const older = story(1).join("\n");
  assert.match(older, /ACCEPTED → PENDING_REPLACE by REPLACE_REQUESTED, for 1\.2\n/);
  assert.match(
    older,
    /replace past the last hop, journalled before it left: \{"id":"r\d+","method":"order\.cancelReplace"/,
  );
  assert.match(older, /PENDING_REPLACE → CANCELED by REPORT_CANCELED/);
  const newer = story(2).join("\n");
  assert.match(
    newer,
    /INITIALIZED → PENDING_NEW by SUBMIT: buy .*\ntakes the place of 1\.1\nreplace past the last hop/,
  );
});

test("[C9] half done at the venue: a new order that it refuses leaves nothing", async () => {
  const host = await resting();
  host.venue.faults.rejectOrders = true;
  askReplace(host, { price: farPrice(host, 0.985) });
  host.passUntil("the refusal", () => host.statusOf(1, 2) === S.REJECTED, 10);
  host.passUntil("the end of the old order", () => host.statusOf(1, 1) === S.CANCELED, 10);
  host.venue.faults.clear();
  assert.equal(host.life.built.orders.open.count, 0);
  assertAgreed(host);
});

test("[C9] half done at the venue the other way: what it no longer has is not canceled, and nothing is placed", async () => {
  const host = await resting();
  const session = host.venue.sessions.find(({ api }) => api !== null);
  assert.ok(session !== undefined);
  // The venue ends the order, and the host does not hear of it: answer, report and balance are lost.
  host.venue.faults.dropFrames(session, 3);
  const params = { symbol: "BTCUSDT", timestamp: Math.floor(host.clock.wallMs()) };
  const request = JSON.stringify({ id: 999, method: "openOrders.cancelAll", params });
  host.venue.receive(session, request, host.clock.nowNs);
  host.pass(0.1);
  assert.equal(host.statusOf(1, 1), S.ACCEPTED);
  askReplace(host, { price: farPrice(host, 0.985) });
  host.passUntil("the refusal", () => host.statusOf(1, 2) === S.REJECTED, 10);
  assert.equal(host.statusOf(1, 1), S.ACCEPTED, "a refused cancel proves no end");
  host.passUntil("the proof of the end", () => host.statusOf(1, 1) === S.CANCELED, 60);
  assert.equal(host.life.built.orders.open.count, 0);
  assertAgreed(host);
});

test("[C9] [C2] a crash while a replace is under way: both orders are unknown, and each is resolved by proof", async () => {
  const host = await resting();
  host.venue.faults.loseAnswers = true;
  askReplace(host, { price: farPrice(host, 0.985) });
  passUntilArrived(host);
  host.kill();
  host.venue.faults.clear();
  host.pass(1);
  host.restart();
  assert.deepEqual(statuses(host), [S.UNKNOWN, S.UNKNOWN]);
  assert.equal(host.life.built.orders.open.buyQty[0], 200 * LOT, "both count until then");
  host.passUntil("both ends", () => statuses(host).every((status) => status === S.CANCELED), 60);
  assertAgreed(host);
});

test("[C9] [C1] a crash before a replace left: the old order is found, the new one proven absent", async () => {
  const host = await resting();
  const sender = host.life.session as unknown as { sendOrder: () => boolean };
  sender.sendOrder = () => true;
  askReplace(host, { price: farPrice(host, 0.985) });
  host.passUntil("a replace", () => host.statusOf(1, 1) === S.PENDING_REPLACE, 10);
  host.kill();
  host.restart();
  assert.deepEqual(statuses(host), [S.UNKNOWN, S.UNKNOWN]);
  host.passUntil("a proof", () => host.statusOf(1, 2) === S.DENIED);
  assert.equal(host.statusOf(1, 1), S.CANCELED, "what was in doubt is canceled");
  assertAgreed(host);
});

test("[C9] [C7] a replace that is neither answered nor reported leaves both orders unknown, and the venue's lists tell what stands", async () => {
  const host = await resting();
  const session = host.venue.sessions.find(({ api }) => api !== null);
  assert.ok(session !== undefined);
  // The answer, the end of the one, the acceptance of the other, and the balance after each.
  host.venue.faults.dropFrames(session, 5);
  askReplace(host, { price: farPrice(host, 0.985) });
  host.passUntil("doubt", () => statuses(host).every((status) => status === S.UNKNOWN), 20);
  host.passUntil("the end of the old order", () => host.statusOf(1, 1) === S.CANCELED, 60);
  host.passUntil("the new order's proof", () => host.statusOf(1, 2) !== S.UNKNOWN, 60);
  assertAgreed(host);
});

test("[C9] an answer that says that the outcome is unknown decides nothing: the venue's reports do", async () => {
  const host = await resting();
  host.venue.faults.timeoutOrders = true;
  askReplace(host, { price: farPrice(host, 0.985) });
  host.passUntil(
    "the new order",
    () => host.statusOf(1, 2) === S.ACCEPTED && host.statusOf(1, 1) === S.CANCELED,
    10,
  );
  host.venue.faults.clear();
  assertAgreed(host);
});
