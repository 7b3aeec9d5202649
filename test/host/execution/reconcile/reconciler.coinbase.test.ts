import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus } from "../../../../abi/host/index.ts";
import { reconcileOf } from "../../../../host/control/api/views/reconcile-view.ts";
import { Channel } from "../../../../host/execution/gateways/index.ts";
import { LaneCounter } from "../../../../host/lane/index.ts";
import { CoinbaseSession } from "../../../support/coinbase-session.ts";
import { intent } from "../../../support/lane-under-test.ts";

const DOLLAR = 1e8;
const THOUSANDTH = 100_000;
const FAR_BELOW = 64_500 * DOLLAR;

async function asked(): Promise<CoinbaseSession> {
  const host = await CoinbaseSession.open({ isAsked: true });
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  return host;
}

function stateOf({ built }: CoinbaseSession): { readonly state: string; readonly doubts: readonly string[] } {
  const [venue] = reconcileOf({ built }).venues;
  return { state: venue?.state ?? "", doubts: venue?.doubts ?? ["no venue"] };
}

const reconciled = { state: "RECONCILED", doubts: [] };

/** An order whose bytes are journalled and lost before the socket has them. */
function loseOrder(host: CoinbaseSession): void {
  const sender = host.session as unknown as { sendOrder: () => boolean };
  const real = sender.sendOrder;
  sender.sendOrder = () => true;
  host.act([intent({ price: FAR_BELOW, quantity: THOUSANDTH, tag: 1 })]);
  sender.sendOrder = real;
}

test("a host at Coinbase is reconciled by lists that go by time, and stays so from round to round while it trades", async () => {
  const host = await asked();
  assert.deepEqual(stateOf(host), reconciled);
  assert.equal(host.session.armRefusal, null);
  for (let tag = 1; tag <= 4; tag++) {
    host.maker("SELL", "65000", "0.1");
    host.pass(1);
    host.act([intent({ price: 65_100 * DOLLAR, quantity: THOUSANDTH, tag })]);
    host.pass(60);
    assert.equal(host.orderOf(tag).status, OrdStatus.FILLED, `order ${tag}`);
    assert.deepEqual(stateOf(host), reconciled);
  }
  assert.equal(host.position(), 4 * THOUSANDTH);
  const { found, breaks, venues } = reconcileOf(host);
  assert.deepEqual([found["MISSED_FILL"] ?? 0, found["EXTERNAL_TRADE"] ?? 0, breaks], [0, 0, []]);
  assert.ok((venues[0]?.rounds ?? 0) >= 4);
});

test("[V1] [C4] an order that was filled and canceled behind a dead user channel is resolved, its fill found and applied once, and the venue reconciled", async () => {
  const host = await asked();
  host.act([intent({ price: 64_900 * DOLLAR, quantity: THOUSANDTH, tag: 1 })]);
  host.venue.faults.halfOpen(host.peer("user"));
  host.maker("SELL", "64900", "0.001");
  host.pass(25);
  assert.ok(host.isUp(Channel.ORDERS));
  assert.deepEqual([host.orderOf(1).status, host.orderOf(1).cumQty], [OrdStatus.FILLED, THOUSANDTH]);
  host.pass(90);
  assert.equal(host.position(), THOUSANDTH);
  assert.deepEqual(stateOf(host), reconciled);
  assert.equal(
    host.built.lane.counters[LaneCounter.HALTS],
    0,
    "a lost line is no word that cannot be believed",
  );
});

test("[C7] an order whose answer never came and whose events are lost is asked about and found", async () => {
  const host = await asked();
  host.venue.faults.halfOpen(host.peer("user"));
  host.venue.faults.loseAnswers = 1;
  host.act([intent({ price: FAR_BELOW, quantity: THOUSANDTH, tag: 1 })], "one", 0.5);
  host.pass(40);
  assert.equal(host.orderOf(1).status, OrdStatus.CANCELED);
  host.pass(30);
  assert.deepEqual(stateOf(host), reconciled);
  assert.equal(host.position(), 0);
});

test("[C1] an order that never left is proven absent by queries that say so for a minute, since the engine knows no client order ids", async () => {
  const host = await asked();
  loseOrder(host);
  host.pass(70);
  assert.equal(host.orderOf(1).status, OrdStatus.UNKNOWN);
  const cancels = host.built.lane.counters[LaneCounter.CANCELS_SENT];
  assert.equal(cancels, 0, "the codec has no id to cancel by");
  host.pass(20);
  assert.equal(host.orderOf(1).status, OrdStatus.DENIED);
  host.pass(5);
  assert.deepEqual(stateOf(host), reconciled);
});

test("[C8] queries that lag by three quarters of a minute prove nothing: the order is found when they have it", async () => {
  const host = await asked();
  host.venue.faults.queryLagNs = 45e9;
  host.venue.faults.halfOpen(host.peer("user"));
  host.venue.faults.loseAnswers = 1;
  host.act([intent({ price: 65_100 * DOLLAR, quantity: THOUSANDTH, tag: 1 })], "one", 0.5);
  host.pass(90);
  assert.deepEqual([host.orderOf(1).status, host.position()], [OrdStatus.FILLED, THOUSANDTH]);
  host.pass(30);
  assert.deepEqual(stateOf(host), reconciled);
});

test("[C2] [C4] an earlier start's order that is adopted from a list has its known trades counted never, and a later one once", async () => {
  const first = await asked();
  first.act([intent({ price: 64_900 * DOLLAR, quantity: 10 * THOUSANDTH, tag: 1 })]);
  for (const size of ["0.001", "0.003"]) {
    first.maker("SELL", "64900", size);
    first.pass(2);
  }
  assert.equal(first.position(), 4 * THOUSANDTH);
  first.stop();
  first.pass(1);
  const { venue, nowNs } = first;
  const host = await CoinbaseSession.open({ isAsked: true, epoch: 8, venue, startNs: nowNs });
  assert.equal(host.position(), 0, "what was filled before is the earlier start's");
  host.maker("SELL", "64900", "0.002");
  host.pass(130);
  assert.equal(host.position(), 2 * THOUSANDTH);
  assert.deepEqual(stateOf(host), reconciled);
});
