import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { ControlAction, LaneCounter } from "../../../host/lane/index.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { CoinbaseSession } from "../../support/coinbase-session.ts";
import { intent, replaceIntent } from "../../support/lane-under-test.ts";

const DOLLAR = 1e8;
const THOUSANDTH = 100_000;
const TAG = 1;
const LOW = 64_500 * DOLLAR;
const LOWER = 64_400 * DOLLAR;
const S = OrdStatus;

/** A host at Coinbase with an order at rest. */
async function resting(): Promise<CoinbaseSession> {
  const host = await CoinbaseSession.open({ isAsked: true });
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  host.act([intent({ price: LOW, quantity: 4 * THOUSANDTH, tag: TAG })]);
  assert.equal(host.orderOf(TAG).status, S.ACCEPTED);
  return host;
}

/** Slots and states of the tag's two orders, the older one first. */
function orders(host: CoinbaseSession): { older: number; newer: number; statuses: readonly number[] } {
  const { columns } = host.built.orders;
  const older = columns.tag.indexOf(TAG);
  const newer = columns.tag.lastIndexOf(TAG);
  return { older, newer, statuses: [columns.status[older] ?? 0, columns.status[newer] ?? 0] };
}

test("[C9] at Coinbase a replace is a cancel and, when that was taken, a new order under a new id", async () => {
  const host = await resting();
  host.act([replaceIntent(TAG, { price: LOWER })]);
  const { older, newer, statuses } = orders(host);
  assert.notEqual(older, newer);
  assert.deepEqual(statuses, [S.CANCELED, S.ACCEPTED]);
  assert.equal(host.built.orders.findByTag(0, TAG), newer);
  assert.equal(host.built.orders.open.buyQty[0], 4 * THOUSANDTH);
  assert.equal(host.built.lane.counters[LaneCounter.REPLACES_SENT], 1);
  host.act([replaceIntent(TAG, { quantity: THOUSANDTH })]);
  assert.equal(host.built.orders.open.buyQty[0], THOUSANDTH);
  host.pass(60);
  assert.equal(host.built.lane.counters[LaneCounter.HALTS], 0);
});

test("[C10] at Coinbase a fill before the cancel takes effect counts beside the new order, once", async () => {
  const host = await resting();
  host.maker("SELL", "64500", "0.001");
  host.act([replaceIntent(TAG, { price: LOWER })]);
  host.pass(5);
  const { older, statuses } = orders(host);
  assert.deepEqual(statuses, [S.CANCELED, S.ACCEPTED]);
  assert.equal(host.built.orders.columns.cumQty[older], THOUSANDTH);
  assert.equal(host.position(), THOUSANDTH);
  assert.equal(host.built.orders.open.buyQty[0], 3 * THOUSANDTH, "what was left when it was asked");
});

test("[C9] an order that is filled meanwhile is not canceled, and nothing is placed", async () => {
  const host = await resting();
  host.venue.faults.halfOpen(host.peer("user"));
  host.maker("SELL", "64500", "0.004");
  host.act([replaceIntent(TAG, { price: LOWER })]);
  host.pass(60);
  const { statuses } = orders(host);
  assert.deepEqual(statuses, [S.FILLED, S.REJECTED]);
  assert.deepEqual([host.position(), host.built.orders.open.count], [4 * THOUSANDTH, 0]);
});

test("[C9] a halt between the halves of a replace keeps the new order back", async () => {
  const host = await resting();
  host.venue.faults.answerDelayNs = 3e9;
  host.act([replaceIntent(TAG, { price: LOWER })]);
  assert.equal(orders(host).statuses[1], S.PENDING_NEW);
  host.built.lane.onControl(ControlAction.RESTRICT, TradingMode.HALTED, 0);
  host.pass(5);
  assert.deepEqual(orders(host).statuses, [S.CANCELED, S.REJECTED]);
  assert.ok(host.frames.some(([line, text]) => line === Channel.ORDER_REST && text.startsWith("424 ")));
});

test("[C7] a cancel without an answer leaves both orders unknown, and each is resolved by what the venue shows", async () => {
  const host = await resting();
  host.venue.faults.halfOpen(host.peer("user"));
  host.venue.faults.loseAnswers = 1;
  host.act([replaceIntent(TAG, { price: LOWER })]);
  host.pass(120);
  const [older, newer] = orders(host).statuses;
  assert.equal(older, S.CANCELED);
  assert.ok(newer === S.REJECTED || newer === S.DENIED, `the new order was never sent: ${newer}`);
  assert.equal(host.built.orders.open.count, 0);
});
