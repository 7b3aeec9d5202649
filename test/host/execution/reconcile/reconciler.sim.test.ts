import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus, OrderType, Side, TimeInForce } from "../../../../abi/host/index.ts";
import { ReconcileState } from "../../../../host/execution/reconcile/index.ts";
import { reconcileOf } from "../../../../host/control/api/views/reconcile-view.ts";
import { explainOrder } from "../../../../host/control/story/index.ts";
import { rearmOrder } from "../../../../host/execution/risk/index.ts";
import { DIRECTORY, IDENTITY } from "../../../support/journal-fixture.ts";
import { HostAtVenue } from "../../../support/host-at-venue.ts";

const LOT = 100_000;

/** Every asset is what the venue's own ledger says, to the last digit. */
function assertEqualLedgers(host: HostAtVenue): void {
  assert.deepEqual(
    host.compare().map(({ asset, difference }) => [asset, Number(difference)]),
    [
      ["BTC", 0],
      ["USDT", 0],
    ],
  );
}

/** A bid far below the market, which rests. */
function resting(host: HostAtVenue): { price: number; quantity: number; side: number } {
  const { bid } = host.top;
  return { price: Math.round((bid * 0.99) / 1e6) * 1e6, quantity: 100 * LOT, side: Side.BUY };
}

/** Waits until an order has left, and then until the venue has it: its answer is still on the way. */
function passUntilArrived(host: HostAtVenue, sequence: number): void {
  const { epoch } = host.life;
  host.passUntil("an order", () => host.statusOf(epoch, sequence) === OrdStatus.PENDING_NEW, 10);
  host.pass(0.0025);
  assert.equal(host.statusOf(epoch, sequence), OrdStatus.PENDING_NEW);
}

/** A buy that trades at once. */
function crossing(host: HostAtVenue): { price: number; quantity: number; side: number } {
  const { ask } = host.top;
  return { price: Math.round((ask * 1.003) / 1e6) * 1e6, quantity: 100 * LOT, side: Side.BUY };
}

const limit = { orderType: OrderType.LIMIT, timeInForce: TimeInForce.GTC };

async function armed(): Promise<HostAtVenue> {
  const host = await HostAtVenue.open();
  host.arm();
  host.passUntil("a book", () => host.top.bid > 0 && host.top.ask > 0);
  host.pass(1);
  return host;
}

test("a host at a venue that agrees is reconciled within a second of its line, and may not be armed before", async () => {
  const host = await HostAtVenue.open();
  assert.match(host.life.session.armRefusal ?? "", /SANDPIT_NOT_RECONCILED: binance/);
  host.pass(2);
  assert.equal(host.reconcileState, ReconcileState.RECONCILED);
  assert.equal(host.life.session.armRefusal, null);
});

test("[C1] an intent that never left is proven absent by rule, no earlier than the window and not by queries alone", async () => {
  const host = await armed();
  // The bytes are journalled and lost: the process dies before the socket has them.
  const { epoch } = host.life;
  host.venue.faults.refuseConnections = true;
  host.life.built.lane.parts.effects.clear();
  host.ask({ ...limit, ...resting(host), tag: 1 });
  const sender = host.life.session as unknown as { sendOrder: () => boolean };
  sender.sendOrder = () => true;
  host.passUntil("an order", () => host.statusOf(epoch, 1) === OrdStatus.PENDING_NEW, 10);
  host.kill();
  host.venue.faults.clear();
  host.restart();
  assert.equal(host.statusOf(epoch, 1), OrdStatus.UNKNOWN);
  host.pass(15);
  assert.equal(host.statusOf(epoch, 1), OrdStatus.UNKNOWN);
  assert.match(host.life.session.armRefusal ?? "", /1 doubts/);
  host.passUntil("a proof", () => host.statusOf(epoch, 1) === OrdStatus.DENIED);
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assert.equal(host.life.built.orders.open.count, 0);
  assert.equal(host.life.built.lane.parts.reconciler.breaks.openCount(0), 0);
});

test("[C2] [C3] an order that was sent and never heard of again is found after a crash, and canceled", async () => {
  const host = await armed();
  const { epoch } = host.life;
  host.venue.faults.loseAnswers = true;
  host.ask({ ...limit, ...resting(host), tag: 1 });
  passUntilArrived(host, 1);
  host.kill();
  host.venue.faults.clear();
  host.pass(1);
  host.restart();
  assert.equal(host.statusOf(epoch, 1), OrdStatus.UNKNOWN);
  host.passUntil("its end", () => host.statusOf(epoch, 1) === OrdStatus.CANCELED, 20);
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assertEqualLedgers(host);
});

test("[C4] what was filled while the host was dead is applied once, from the list of trades", async () => {
  const host = await armed();
  const { epoch } = host.life;
  host.ask({ ...limit, ...crossing(host), tag: 1 });
  passUntilArrived(host, 1);
  host.kill();
  host.pass(5);
  host.restart();
  assert.equal(host.statusOf(epoch, 1), OrdStatus.UNKNOWN);
  host.passUntil("its fills", () => host.statusOf(epoch, 1) === OrdStatus.FILLED, 30);
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assertEqualLedgers(host);
  const { positions } = host.life.built;
  assert.equal(positions.quantity[positions.rowOf(0, 0)], 100 * LOT);
  host.kill();
  host.restart();
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assertEqualLedgers(host);
});

test("[C8] a query that lags and says not found settles nothing: the order is found when the cache has it", async () => {
  const host = await armed();
  const { epoch } = host.life;
  host.ask({ ...limit, ...resting(host), tag: 1 });
  passUntilArrived(host, 1);
  host.venue.faults.queryDelayNs = 40e9;
  host.kill();
  host.restart();
  let worst = 0;
  for (let second = 0; second < 60; second++) {
    host.pass(1);
    worst = Math.max(worst, Number(host.statusOf(epoch, 1) === OrdStatus.DENIED));
  }
  assert.equal(worst, 0);
  host.venue.faults.clear();
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assert.equal(host.statusOf(epoch, 1), OrdStatus.CANCELED);
  assertEqualLedgers(host);
});

test("[C7] an order whose outcome the venue does not know is asked about, and found", async () => {
  const host = await armed();
  const { epoch } = host.life;
  host.venue.faults.timeoutOrders = true;
  host.ask({ ...limit, ...crossing(host), tag: 1 });
  host.passUntil("a fill", () => host.statusOf(epoch, 1) === OrdStatus.FILLED, 40);
  host.venue.faults.clear();
  host.pass(5);
  assertEqualLedgers(host);
});

test("[V1] what was filled while the line was down is found when it is back, before anybody can arm", async () => {
  const host = await armed();
  const { epoch } = host.life;
  host.ask({ ...limit, ...crossing(host), tag: 1 });
  passUntilArrived(host, 1);
  for (const session of host.venue.sessions) host.venue.cut(session, host.clock.nowNs);
  host.passUntil("a lost line", () => host.life.session.lineUp[2] === 0, 10);
  assert.match(host.life.session.armRefusal ?? "", /NOT_RECONCILED/);
  host.passUntil("its end", () => host.statusOf(epoch, 1) === OrdStatus.FILLED, 60);
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
  assertEqualLedgers(host);
});

test("[C2] [C4] [J1] real agents that die at any moment lose no order and no fill, and every life replays", async () => {
  const host = await HostAtVenue.open("real");
  for (const seconds of [6.0013, 4.0371, 5.5082, 3.2519]) {
    host.arm();
    host.pass(seconds);
    host.kill();
    host.pass(1);
    host.restart();
    host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED);
    assertEqualLedgers(host);
    assert.equal(host.life.built.orders.open.count, 0);
  }
  const sessions = host.replay();
  assert.deepEqual(
    sessions.map(({ divergence }) => divergence),
    [null, null, null, null, null],
  );
  const sent = sessions.reduce((sum, { intents }) => sum + intents, 0);
  assert.ok(sent > 20, `${sent} requests`);
});

test("an order of somebody else is listed and not touched, and what it trades unseen by any list is a break that only a person ends", async () => {
  const host = await armed();
  const { reconciler, modes } = host.life.built.lane.parts;
  const { bid, ask } = host.top;
  host.askAsAnother("BUY", String((bid - 30e8) / 1e8), "0.01");
  host.passUntil("a listed order", () => reconciler.answers.external.count === 1, 30);
  host.pass(30);
  assert.equal(reconciler.answers.external.count, 1);
  assert.equal(host.reconcileState, ReconcileState.RECONCILED);
  host.venue.symbol("BTCUSDT").trades.of = () => [];
  host.askAsAnother("BUY", String((ask + 30e8) / 1e8), "0.01");
  host.passUntil("a break", () => host.reconcileState === ReconcileState.BROKEN, 60);
  assert.match(host.life.session.armRefusal ?? "", /say different things/);
  assert.ok((modes.instrument[0] ?? 0) >= 3);
  const view = reconcileOf(host.life);
  assert.deepEqual(
    view.breaks.map(({ code, about, isConfirmed }) => [code, about, isConfirmed]),
    [
      ["BALANCE_DIFFERS", "BTC", true],
      ["BALANCE_DIFFERS", "USDT", true],
    ],
  );
  assert.equal(view.found["EXTERNAL_TRADE"], 0);
  assert.equal(view.found["BREAK"], 2);
  host.pass(60);
  assert.equal(host.reconcileState, ReconcileState.BROKEN);
  assert.equal(host.life.session.acceptBreak(99, rearmOrder("a tester", "a wrong number")), false);
  for (const { id } of view.breaks)
    assert.equal(host.life.session.acceptBreak(id, rearmOrder("a tester", "I bought by hand")), true);
  host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED, 30);
  host.pass(60);
  assert.deepEqual(reconcileOf(host.life).breaks, []);
  assert.deepEqual(
    host.replay().map(({ divergence }) => divergence),
    [null],
  );
});

test("the story of an order goes from the tick that caused it over a crash to its proven end", async () => {
  const host = await armed();
  host.ask({ ...limit, ...resting(host), tag: 1 });
  passUntilArrived(host, 1);
  host.kill();
  host.restart();
  host.passUntil("its end", () => host.statusOf(1, 1) === OrdStatus.CANCELED, 30);
  host.life.journal.commit();
  const steps = explainOrder(host.disk, DIRECTORY, IDENTITY, { epoch: 1, sequence: 1 });
  const kinds = steps.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(0, 3), ["input", "state", "bytes"]);
  const texts = steps.map(({ text }) => text);
  assert.match(texts[0] ?? "", /^binance, line MARKET, said: \{"stream":"btcusdt@/);
  assert.match(
    texts[1] ?? "",
    /^INITIALIZED → PENDING_NEW by SUBMIT: buy 0\.1 BTCUSDT at [\d.]+ at binance, for agent one, tag 1, approved/,
  );
  assert.match(texts[2] ?? "", /journalled before it left: \{"id":\d+,"method":"order\.place"/);
  assert.ok(texts.some((text) => text.startsWith("session 2 begins with it: PENDING_NEW")));
  assert.match(texts.at(-1) ?? "", /→ CANCELED by REPORT_CANCELED/);
  assert.ok(steps.every(({ time }) => time.startsWith("2024-01-01T00:")));
  assert.deepEqual(explainOrder(host.disk, DIRECTORY, IDENTITY, { epoch: 1, sequence: 99 }), []);
});
