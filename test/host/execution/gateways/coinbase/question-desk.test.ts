import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescribedRecord } from "../../../../../abi/host/index.ts";
import {
  AccountQueryKind,
  IntentAction,
  OrdStatus,
  Side,
  TimeInForce,
} from "../../../../../abi/host/index.ts";
import { CoinbaseCodec } from "../../../../support/coinbase-codec.ts";
import { CoinbaseCounter } from "../../../../support/coinbase-counter.ts";
import { CoinbaseRig } from "../../../../support/coinbase-rig.ts";

const QUERY = { action: IntentAction.QUERY, clientOrderEpoch: 1 };

/** What each record says: of an order its sequence and status, of a reply its status. */
function said(records: readonly DescribedRecord[]): unknown[] {
  return records.map(({ name, fields }) =>
    name === "RequestReply"
      ? `reply ${String(fields["status"])}`
      : [fields["clientOrderSequence"], fields["ordStatus"]],
  );
}

test("[C2][C7] an order whose answer was lost is found by our own id among the product's newest, and can then be cancelled", async () => {
  const counter = await CoinbaseCounter.open();
  counter.place(1);
  counter.pass(1);
  counter.venue.faults.loseAnswers = 1;
  const lost = counter.place(2);
  // A codec that has just begun: it knows neither order.
  counter.pass(1);
  counter.codec = await CoinbaseCodec.load();
  assert.deepEqual(said(counter.answersTo(lost)), ["reply 504"]);
  const answer = counter.ask("OrderCommand", { ...QUERY, clientOrderSequence: 2 });
  assert.deepEqual(said(answer), [[2, OrdStatus.ACCEPTED], "reply 200"]);
  const venueOrderId = BigInt(String(answer[0]?.fields["venueOrderId"]));
  assert.notEqual(venueOrderId, 0n);
  const cancel = { action: IntentAction.CANCEL, clientOrderEpoch: 1, clientOrderSequence: 2, venueOrderId };
  assert.deepEqual(said(counter.ask("OrderCommand", cancel)), ["reply 200"]);
  assert.deepEqual(said(counter.ask("OrderCommand", { ...QUERY, clientOrderSequence: 2, venueOrderId })), [
    [2, OrdStatus.CANCELED],
    "reply 200",
  ]);
  assert.deepEqual(counter.refusals, []);
});

test("[C8] an order that the venue's lists do not show yet is told as not there, and later as it is", async () => {
  const counter = await CoinbaseCounter.open();
  counter.venue.faults.queryLagNs = 5e9;
  counter.place(1);
  assert.deepEqual(said(counter.ask("OrderCommand", { ...QUERY, clientOrderSequence: 1 })), ["reply 404"]);
  counter.pass(5);
  assert.deepEqual(said(counter.ask("OrderCommand", { ...QUERY, clientOrderSequence: 1 })), [
    [1, OrdStatus.ACCEPTED],
    "reply 200",
  ]);
  assert.deepEqual(said(counter.ask("OrderCommand", { ...QUERY, clientOrderSequence: 9 })), ["reply 404"]);
});

test("more open orders than one page holds come over several frames, each once, and their end behind the last", async () => {
  const counter = await CoinbaseCounter.open();
  const count = 260;
  for (let sequence = 1; sequence <= count; sequence += 1) {
    assert.notEqual(counter.place(sequence), 0);
    counter.pass(0.1);
  }
  counter.pass(2);
  const answer = counter.ask("AccountQuery", { kind: AccountQueryKind.OPEN_ORDERS });
  const sequences = answer.slice(0, -1).map(({ fields }) => Number(fields["clientOrderSequence"]));
  assert.deepEqual(
    sequences.toSorted((a, b) => a - b),
    Array.from({ length: count }, (_, index) => index + 1),
  );
  assert.deepEqual(said(answer.slice(-1)), ["reply 200"]);
  // Of all orders the newest page alone is asked for, and one order that is not in it may be older.
  const newest = counter.ask("AccountQuery", { kind: AccountQueryKind.ORDERS });
  assert.equal(newest.length, 251);
  assert.equal(newest[0]?.fields["clientOrderSequence"], 11);
  assert.deepEqual(said(counter.ask("OrderCommand", { ...QUERY, clientOrderSequence: 1 })), ["reply 504"]);
});

test("trades and balances are told as the venue's ledger has them, their answers' ends behind them", async () => {
  const counter = await CoinbaseCounter.open({ flow: true });
  for (const sequence of [1, 2])
    counter.place(sequence, { price: 6_600_000, timeInForce: TimeInForce.IOC, quantity: 100_000 });
  counter.pass(2);
  const trades = counter.ask("AccountQuery", { kind: AccountQueryKind.TRADES });
  const fills = counter.venue.orders.newestFirst(1).flatMap((order) => order.fills);
  assert.equal(trades.length, fills.length + 1);
  assert.equal(
    trades.slice(0, -1).reduce((sum, { fields }) => sum + Number(fields["lastQty"]), 0),
    200_000,
  );
  assert.deepEqual(said(trades.slice(-1)), ["reply 200"]);
  const requestId = counter.send("AccountQuery", { kind: AccountQueryKind.BALANCES });
  counter.records.length = 0;
  counter.pass(2);
  const bitcoin = counter.records.find(({ name, fields }) => name === "Balance" && fields["assetId"] === 1);
  assert.equal(bitcoin?.fields["free"], counter.venue.balance(1, "BTC").free / 10n ** 8n);
  assert.deepEqual(said(counter.answersTo(requestId)), ["reply 200"]);
});

test("[V13] a question that is refused, lost or late is over with that, and what comes after it is passed over", async () => {
  const text = "GET /api/v3/brokerage/accounts?limit=250 1012 40 0 0 0\n\n";
  const open = (): CoinbaseRig => {
    const rig = CoinbaseRig.open();
    assert.equal(rig.sendOrder(text), true);
    return rig;
  };
  const told = (rig: CoinbaseRig): string[] =>
    rig.frames.flatMap(([channel, line]) => (channel === 3 ? [line] : []));
  const refused = open();
  const nowMs = refused.wire.clock.wallMs();
  refused.wire.calls[0]?.answer(429, "no", 2_000);
  assert.deepEqual(told(refused), [`429 1012 ${nowMs + 2_000} 0 0 0 0\nno`]);
  assert.equal(refused.sendOrder(text), false, "the rate is held");
  const lost = open();
  lost.wire.calls[0]?.fail("reset");
  lost.wire.calls[0]?.answer(200, "{}");
  assert.deepEqual(told(lost), ["504 1012 0 0 0 0 0\n"]);
  const late = open();
  late.pass(10);
  late.wire.calls[0]?.answer(200, "{}");
  assert.deepEqual(told(late), ["504 1012 0 0 0 0 0\n"]);
  const second = open();
  second.wire.calls[0]?.answer(200, '{"accounts":[],"has_next":true,"cursor":"a/b"}');
  assert.equal(
    second.wire.calls[1]?.call.url,
    "https://api.coinbase.com/api/v3/brokerage/accounts?limit=250&cursor=a%2Fb",
  );
  second.wire.calls[1].answer(500, "");
  assert.deepEqual(
    told(second).map((line) => line.split("\n")[0]),
    ["200 1012 0 2 0 0 0", "500 1012 0 0 0 0 0"],
  );
  const stopped = open();
  stopped.gateway.stop();
  stopped.wire.calls[0]?.answer(200, "{}");
  assert.deepEqual([told(stopped), stopped.sendOrder(text)], [[], false]);
});

test("a list that says itself that nothing follows is over, whatever its cursor", () => {
  const rig = CoinbaseRig.open();
  rig.sendOrder("GET /api/v3/brokerage/accounts?limit=250 1012 40 0 0 0\n\n");
  rig.wire.calls[0]?.answer(200, '{"accounts":[{"has_next":true}],"has_next": false,"cursor":"more"}');
  assert.equal(rig.wire.calls.length, 1);
  assert.match(rig.frames.at(-1)?.[1] ?? "", /^200 1012 0 0 /);
});

test("pages that lead on for ever end with the question's own count", () => {
  const rig = CoinbaseRig.open();
  rig.sendOrder("GET /api/v3/brokerage/accounts?limit=250 1012 3 0 0 0\n\n");
  for (let page = 0; page < 5; page += 1)
    rig.wire.calls[page]?.answer(200, '{"accounts":[],"has_next":true,"cursor":"more"}');
  assert.equal(rig.wire.calls.length, 3);
  assert.match(rig.frames.at(-1)?.[1] ?? "", /^200 1012 0 1 /);
});

/** The new order of a replace, which cancels the order of sequence 1. */
async function replaceAfter(
  prepare: (counter: CoinbaseCounter) => void,
  changes: Parameters<CoinbaseCounter["place"]>[1] = {},
) {
  const counter = await CoinbaseCounter.open();
  counter.place(1, { price: 1_000_000 });
  counter.pass(1);
  const venueOrderId = counter.records.findLast(({ name }) => name === "RequestReply")?.fields[
    "venueOrderId"
  ];
  prepare(counter);
  const requestId = counter.place(2, {
    ...{
      action: IntentAction.REPLACE,
      price: 1_000_100,
      origClientOrderEpoch: 1,
      origClientOrderSequence: 1,
    },
    venueOrderId: BigInt(String(venueOrderId)),
    ...changes,
  });
  counter.pass(12);
  const statuses = [requestId + 1, requestId].map((id) => said(counter.answersTo(id)));
  const orders = counter.venue.orders.newestFirst(1).map(({ status }) => status);
  return { statuses, orders };
}

test("[C9] a replace tells each of its halves: the new order is placed only when the cancel was taken", async () => {
  assert.deepEqual(await replaceAfter(() => {}), {
    statuses: [["reply 200"], ["reply 200"]],
    orders: ["OPEN", "CANCELLED"],
  });
  const poor = { side: Side.BUY, quantity: 1e11, price: 6_000_000 };
  assert.deepEqual(await replaceAfter(() => {}, poor), {
    statuses: [["reply 200"], ["reply 400"]],
    orders: ["CANCELLED"],
  });
});

test("[C9] where the cancel is refused or its outcome unknown the new order has not left, and that is told", async () => {
  const cancelled = (counter: CoinbaseCounter): void => {
    const { orderId } = counter.venue.orders.newestFirst(1)[0] ?? assert.fail();
    assert.ok(orderId.length > 0);
    counter.send("OrderCommand", {
      ...{ action: IntentAction.CANCEL, clientOrderEpoch: 1, clientOrderSequence: 1 },
      venueOrderId: BigInt(`0x${orderId.replaceAll("-", "").slice(0, 16)}`),
    });
    counter.pass(1);
  };
  assert.deepEqual(await replaceAfter(cancelled), {
    statuses: [["reply 400"], ["reply 424"]],
    orders: ["CANCELLED"],
  });
  const lose = (counter: CoinbaseCounter): void => void (counter.venue.faults.loseAnswers = 1);
  assert.deepEqual(await replaceAfter(lose), {
    statuses: [["reply 504"], ["reply 424"]],
    orders: ["CANCELLED"],
  });
});
