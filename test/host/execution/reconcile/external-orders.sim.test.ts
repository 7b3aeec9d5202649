import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderType, OrdStatus, Side, TimeInForce } from "../../../../abi/host/index.ts";
import { reconcileOf } from "../../../../host/control/api/views/reconcile-view.ts";
import { positionsOf } from "../../../../host/control/api/views/position-view.ts";
import { readJournalOpening } from "../../../../host/control/opening/index.ts";
import type { Opening } from "../../../../host/control/opening/index.ts";
import { FindingKind, ReconcileState } from "../../../../host/execution/reconcile/index.ts";
import { DenialCode, rearmOrder, TradingMode } from "../../../../host/execution/risk/index.ts";
import { inspectJournal } from "../../../../host/journal/index.ts";
import type { BuiltLane } from "../../../../host/lane/index.ts";
import { CoinbaseSession } from "../../../support/coinbase-session.ts";
import { HostAtVenue } from "../../../support/host-at-venue.ts";
import { DIRECTORY, IDENTITY } from "../../../support/journal-fixture.ts";
import { intent } from "../../../support/lane-under-test.ts";

const CENT = 1e6;
const DOLLAR = 1e8;
const THOUSANDTH = 100_000;
const limit = { orderType: OrderType.LIMIT, timeInForce: TimeInForce.GTC };

async function armed(): Promise<HostAtVenue> {
  const host = await HostAtVenue.open();
  host.arm();
  host.passUntil("a book", () => host.top.bid > 0 && host.top.ask > 0);
  host.pass(1);
  return host;
}

/** Somebody else's offer above the market, which rests; its price. */
function offerOfAnother(host: HostAtVenue): number {
  const price = Math.round((host.top.ask * 1.003) / CENT) * CENT;
  host.askAsAnother("SELL", String(price / DOLLAR), "0.02");
  return price;
}

test("[V21] at Binance an order of another counts for position and self-match, and is counted no more once it is gone", async () => {
  const host = await armed();
  const { orders, gate } = host.life.built;
  const price = offerOfAnother(host);
  host.passUntil("a listed order", () => orders.external.sellQty[0] === 2_000_000, 30);
  assert.equal(orders.external.askPrice[0], price);
  assert.equal(orders.open.sellQty[0], 0, "it is none of this host's");
  host.arm();
  host.ask({
    ...limit,
    side: Side.BUY,
    price: Math.round((host.top.ask * 1.004) / CENT) * CENT,
    quantity: 10 * THOUSANDTH,
    tag: 1,
  });
  host.passUntil("a denial", () => gate.denials[DenialCode.EXTERNAL_MATCH] === 1, 10);
  assert.deepEqual(
    reconcileOf(host.life).external.map(({ owner, side, quantity }) => [owner, side, quantity]),
    [["external", "SELL", "0.02"]],
  );
  host.cancelAsAnother();
  host.passUntil("a list without it", () => orders.external.sellQty[0] === 0, 30);
  assert.equal(reconcileOf(host.life).external.length, 0);
});

test("[V21] a start finds the orders of others before anybody may arm, and a replay counts them where the host did", async () => {
  const host = await armed();
  offerOfAnother(host);
  host.passUntil("a listed order", () => host.life.built.orders.external.sellQty[0] === 2_000_000, 30);
  host.kill();
  host.restart();
  assert.equal(host.life.built.orders.external.sellQty[0], 0);
  assert.match(host.life.session.armRefusal ?? "", /NOT_RECONCILED/);
  host.passUntil("nothing that keeps from arming", () => host.life.session.armRefusal === null, 30);
  assert.equal(host.life.built.orders.external.sellQty[0], 2_000_000);
  assert.deepEqual(
    host.replay().map(({ divergence }) => divergence),
    [null, null],
  );
});

test("[V21] nothing that cancels the host's orders cancels those of others: not kill, not cancel-all", async () => {
  const host = await armed();
  offerOfAnother(host);
  host.passUntil("a listed order", () => host.life.built.orders.external.sellQty[0] === 2_000_000, 30);
  host.arm();
  const { bid } = host.top;
  host.ask({
    ...limit,
    side: Side.BUY,
    price: Math.round((bid * 0.99) / CENT) * CENT,
    quantity: 100 * THOUSANDTH,
    tag: 1,
  });
  host.passUntil("an order at rest", () => host.statusOf(1, 1) === OrdStatus.ACCEPTED, 10);
  for (const mode of [TradingMode.CANCEL_ONLY, TradingMode.HALTED]) {
    host.life.session.cancelAll(mode);
    host.pass(25);
    assert.equal(host.statusOf(1, 1), OrdStatus.CANCELED);
    assert.equal(host.life.built.orders.external.sellQty[0], 2_000_000);
  }
});

test("[V21] at Coinbase an order of another is found at a start before anybody may arm, counts, and is not touched", async () => {
  const first = await CoinbaseSession.open({ isAsked: true });
  first.maker("SELL", "64600", "1");
  first.maker("BUY", "64400", "1");
  first.askAsAnother("BUY", "64500", "0.02");
  first.stop();
  const host = await CoinbaseSession.open({
    isAsked: true,
    venue: first.venue,
    startNs: first.nowNs,
    epoch: 8,
  });
  const { orders, gate } = host.built;
  assert.deepEqual([orders.external.buyQty[0], orders.external.bidPrice[0]], [2_000_000, 64_500 * DOLLAR]);
  assert.equal(reconcileOf({ built: host.built }).venues[0]?.state, "RECONCILED");
  const sale = { ...limit, side: Side.SELL, price: 64_500 * DOLLAR, quantity: THOUSANDTH, tag: 1 };
  host.session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"), 0);
  host.maker("BUY", "64300", "0.1");
  host.pass(1);
  host.act([intent(sale)]);
  assert.deepEqual(
    [gate.denials[DenialCode.EXTERNAL_MATCH], host.orderOf(1).reason],
    [1, DenialCode.EXTERNAL_MATCH],
  );
  host.session.cancelAll(TradingMode.HALTED);
  host.pass(70);
  assert.equal(orders.external.buyQty[0], 2_000_000);
  assert.equal(host.built.lane.parts.reconciler.rounds.state[0], ReconcileState.RECONCILED);
});

/** Positions by owner, as the API shows them. */
function positionsBy(built: BuiltLane): Record<string, string> {
  const { positions } = positionsOf(built);
  return Object.fromEntries(positions.slice(0, 5).map(({ owner, quantity }) => [owner, quantity]));
}

test("[V21] what another trades at Binance is the account's and nobody's of the host, once, over restarts, in both computations and in a replay", async () => {
  const host = await armed();
  const { ask } = host.top;
  host.ask({
    ...limit,
    side: Side.BUY,
    price: Math.round((ask * 1.003) / CENT) * CENT,
    quantity: 100 * THOUSANDTH,
    tag: 1,
  });
  host.passUntil("a fill of its own", () => host.statusOf(1, 1) === OrdStatus.FILLED, 10);
  host.askAsAnother("BUY", String((ask + 30e8) / DOLLAR), "0.02");
  host.passUntil("a trade of another", () => positionsBy(host.life.built)["external"] === "0.02", 10);
  const expected = { one: "0.1", host: "0", external: "0.02", account: "0.12" };
  for (let look = 0; look < 3; look++) {
    assert.deepEqual(positionsBy(host.life.built), expected);
    assert.deepEqual(
      host.compare().map(({ difference }) => Number(difference)),
      [0, 0],
      "the venue's own ledger says so",
    );
    assert.deepEqual([host.reconcileState, reconcileOf(host.life).breaks], [ReconcileState.RECONCILED, []]);
    host.pass(25);
  }
  assertSameTwice(host);
  host.kill();
  host.restart();
  host.passUntil("nothing that keeps from arming", () => host.life.session.armRefusal === null, 30);
  host.pass(25);
  assert.deepEqual(positionsBy(host.life.built), expected);
  assertSameTwice(host);
  assert.equal(host.replay().at(-1)?.divergence, null);
});

test("[V21] an own trade that a list shows after its order was forgotten is nobody else's", async () => {
  const host = await armed();
  const { orders } = host.life.built;
  const { ask } = host.top;
  host.ask({
    ...limit,
    side: Side.BUY,
    price: Math.round((ask * 1.003) / CENT) * CENT,
    quantity: 100 * THOUSANDTH,
    tag: 1,
  });
  host.passUntil("a fill of its own", () => host.statusOf(1, 1) === OrdStatus.FILLED, 10);
  // As if thousands of orders had come since the last list: its slot would be another's.
  orders.findByVenueOrderId = () => -1;
  host.pass(130);
  assert.deepEqual(positionsBy(host.life.built), { one: "0.1", host: "0", external: "0", account: "0.1" });
  assert.equal(host.life.built.lane.parts.reconciler.answers.counters[FindingKind.EXTERNAL_TRADE], 0);
  assert.equal(host.reconcileState, ReconcileState.RECONCILED);
});

test("[V21] a replay comes to what another traded, where the host did", async () => {
  const host = await armed();
  const { ask } = host.top;
  host.askAsAnother("BUY", String((ask + 30e8) / DOLLAR), "0.02");
  host.passUntil("a trade of another", () => positionsBy(host.life.built)["external"] === "0.02", 10);
  host.pass(25);
  assert.deepEqual(
    host.replay().map(({ divergence }) => divergence),
    [null],
  );
});

/** Folds the journal anew, by code that shares nothing with the lane. */
function assertSameTwice(host: HostAtVenue): void {
  host.life.journal.commit();
  const { positions, fees } = readOpening(host);
  const of = (holder: string) => positions.find((one) => one.holder === holder)?.quantity;
  assert.deepEqual([of("agent:one"), of("external"), of("account")], ["10000000", "2000000", "12000000"]);
  const { balances, positions: book } = host.life.built;
  const paid = (holder: string): number =>
    fees.filter((fee) => fee.holder === holder).reduce((sum, { amount }) => sum + Number(amount), 0);
  const row = book.externalRow * balances.rowCount;
  const own = balances.agentFees.subarray(row, row + balances.rowCount).reduce((sum, fee) => sum + fee, 0);
  assert.ok(own > 0);
  assert.equal(paid("external"), own);
}

function readOpening(host: HostAtVenue): Opening {
  const recovery = inspectJournal(host.disk, DIRECTORY, IDENTITY);
  return readJournalOpening(host.disk, DIRECTORY, recovery);
}

test("[V21] what another trades at Coinbase is folded once, beside own orders, and the two stay reconciled", async () => {
  const host = await CoinbaseSession.open({ isAsked: true });
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(70);
  host.askAsAnother("BUY", "65000", "0.02");
  // A round comes each minute by itself: the report has it come sooner.
  host.pass(10);
  assert.deepEqual(positionsBy(host.built)["external"], "0.02");
  host.session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"), 0);
  host.maker("SELL", "64990", "0.001");
  host.pass(1);
  host.act([intent({ price: 65_000 * DOLLAR, quantity: THOUSANDTH, tag: 1 })]);
  host.pass(140);
  assert.deepEqual([host.orderOf(1).status, host.position()], [OrdStatus.FILLED, 2_100_000]);
  assert.equal(positionsBy(host.built)["external"], "0.02");
  const { breaks, venues, found } = reconcileOf({ built: host.built });
  assert.deepEqual([breaks, venues[0]?.state, found["EXTERNAL_TRADE"]], [[], "RECONCILED", 1]);
});

test("[V21] while an own order has no name at the venue, a trade that may be its own waits", async () => {
  const host = await armed();
  const { orders } = host.life.built;
  const { answers } = host.life.built.lane.parts.reconciler;
  const { ask } = host.top;
  const sender = host.life.session as unknown as { sendOrder: () => boolean };
  sender.sendOrder = () => true;
  host.ask({
    ...limit,
    side: Side.BUY,
    price: Math.round((ask * 0.99) / CENT) * CENT,
    quantity: 100 * THOUSANDTH,
    tag: 1,
  });
  host.passUntil("an order", () => orders.open.count === 1, 10);
  Reflect.deleteProperty(sender, "sendOrder");
  host.askAsAnother("BUY", String((ask + 30e8) / DOLLAR), "0.02");
  host.pass(8);
  assert.equal(answers.counters[FindingKind.EXTERNAL_TRADE], 0);
  host.passUntil("an end of the order without a name", () => orders.open.count === 0, 90);
  host.pass(15);
  assert.deepEqual(positionsBy(host.life.built), { one: "0", host: "0", external: "0.02", account: "0.02" });
});
