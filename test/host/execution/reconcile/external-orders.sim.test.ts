import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderType, OrdStatus, Side, TimeInForce } from "../../../../abi/host/index.ts";
import { reconcileOf } from "../../../../host/control/api/views/reconcile-view.ts";
import { ReconcileState } from "../../../../host/execution/reconcile/index.ts";
import { DenialCode, rearmOrder, TradingMode } from "../../../../host/execution/risk/index.ts";
import { CoinbaseSession } from "../../../support/coinbase-session.ts";
import { HostAtVenue } from "../../../support/host-at-venue.ts";
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
