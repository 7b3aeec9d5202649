import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, OrderCommand, OrdStatus } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, TradingMode } from "../../../host/execution/risk/index.ts";
import { JournalCode, RecordType } from "../../../host/journal/index.ts";
import { ControlAction, LaneCounter, readOrderRecord } from "../../../host/lane/index.ts";
import {
  BID,
  cancelIntent,
  commandOf,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  replaceIntent,
  SECOND_NS,
  sends,
  SIZE,
  TICK,
} from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { puppetModules } from "../../support/puppet-plugins.ts";
import { writeRecord } from "../../support/record-writer.ts";
import { fill, reply, report } from "../../support/venue-answers.ts";

const TAG = 5;
const LOWER = BID - TICK;
const REPLACE = 3;
const S = OrdStatus;
const E = ExecType;

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

interface Replacing {
  readonly under: LaneUnderTest;
  readonly older: SeenEffect;
  readonly newer: SeenEffect;
}

/** An order of agent one at rest. */
function resting(under: LaneUnderTest = LaneUnderTest.ready(modules)): {
  under: LaneUnderTest;
  older: SeenEffect;
} {
  const [older] = sends(under.act("one", [intent({ tag: TAG })]));
  assert.ok(older !== undefined);
  under.frame([reply(older.b, 200), report(older)], Channel.ORDERS);
  under.forget();
  return { under, older };
}

/** That order, with a replace under way. */
function replacing(): Replacing {
  const { under, older } = resting();
  const [newer, more] = sends(under.act("one", [replaceIntent(TAG, { price: LOWER })]));
  assert.ok(newer !== undefined && more === undefined);
  return { under, older, newer };
}

/** The answer to one half of a replace, which names no order. */
const answer = (requestId: number, status: number, errorCode = 0): Buffer =>
  writeRecord("RequestReply", { requestId, status, errorCode });
const told = (under: LaneUnderTest): unknown[][] =>
  under.given("one", "OrderEvent").map(({ ordStatus, execType, price }) => [ordStatus, execType, price]);
const reasons = (under: LaneUnderTest): unknown[] =>
  under.given("one", "OrderEvent").map(({ reason, execType }) => [execType, reason]);
const answers = (under: LaneUnderTest, newer: SeenEffect, cancel: number, placed: number): void => {
  under.frame([answer(newer.b + 1, cancel, cancel === 200 ? 0 : -2011)], Channel.ORDERS);
  under.frame([answer(newer.b, placed, placed === 200 ? 0 : -2022)], Channel.ORDERS);
};

test("[C9] a replace leaves as one request with a new client order id, journalled behind its input", () => {
  const { under, older, newer } = replacing();
  const command = commandOf(newer);
  assert.deepEqual(
    [command.action, command.sequence, command.epoch, command.price, command.quantity],
    [REPLACE, 2, 7, LOWER, SIZE],
  );
  const at = (offset: number): number => newer.bytes.readUInt32LE(offset);
  assert.deepEqual([at(OrderCommand.origClientOrderEpoch), at(OrderCommand.origClientOrderSequence)], [7, 1]);
  assert.equal(newer.bytes.readBigUInt64LE(OrderCommand.venueOrderId), 9_001n);
  assert.equal(newer.bytes.readBigInt64LE(OrderCommand.origCumQty), 0n);
  assert.deepEqual([under.status(older.a), under.status(newer.a)], [S.PENDING_REPLACE, S.PENDING_NEW]);
  const [input, submitted, requested, written] = under.journal.records.slice(-4);
  assert.deepEqual(
    [input?.type, submitted?.type, requested?.type, written?.type, written?.isUrgent],
    [RecordType.INPUT_FRAME, RecordType.ORDER, RecordType.ORDER, RecordType.INTENT, false],
  );
  assert.deepEqual(written?.bytes, newer.bytes);
  assert.equal(readOrderRecord(requested?.bytes ?? Buffer.alloc(0)).status, S.PENDING_REPLACE);
  const { counters } = under.lane;
  assert.deepEqual(
    [
      counters[LaneCounter.ORDERS_SENT],
      counters[LaneCounter.REPLACES_SENT],
      counters[LaneCounter.CANCELS_SENT],
    ],
    [2, 1, 0],
  );
});

test("[C9] [V15] done: the agent is told once that the new order stands for the tag, whatever comes first", () => {
  const accepted = ({ under, newer }: Replacing): unknown =>
    under.frame([answer(newer.b, 200), report(newer)], Channel.ORDERS);
  const ended = ({ under, older, newer }: Replacing): unknown =>
    under.frame(
      [answer(newer.b + 1, 200), report(older, { execType: E.CANCELED, ordStatus: S.CANCELED })],
      Channel.ORDERS,
    );
  for (const steps of [
    [accepted, ended],
    [ended, accepted],
  ]) {
    const replace = replacing();
    for (const step of steps) step(replace);
    const { under } = replace;
    const events = told(under);
    assert.deepEqual(
      events.filter(([, execType]) => execType === E.REPLACED).map(([, , price]) => price),
      [BigInt(LOWER)],
    );
    assert.deepEqual(events.at(-1)?.[0], S.ACCEPTED);
    assert.ok(
      !events.some(([status]) => status === S.CANCELED),
      "the end of the one is not the end of the tag",
    );
    assert.equal(under.built.orders.findByTag(0, TAG), replace.newer.a);
    // The new order is replaced and canceled by the same tag.
    const [third] = sends(under.act("one", [replaceIntent(TAG, { quantity: SIZE / 2 })]));
    assert.ok(third !== undefined);
    assert.deepEqual([commandOf(third).price, commandOf(third).quantity], [LOWER, SIZE / 2]);
    assert.equal(third.bytes.readUInt32LE(OrderCommand.origClientOrderSequence), 2);
  }
});

test("[C9] half done: canceled and not placed ends the tag; not canceled and not placed leaves the order as it was", () => {
  const first = replacing();
  answers(first.under, first.newer, 200, 400);
  assert.deepEqual(reasons(first.under), [[E.REPLACE_REFUSED, -2022]]);
  first.under.frame([report(first.older, { execType: E.CANCELED, ordStatus: S.CANCELED })], Channel.ORDERS);
  assert.deepEqual(told(first.under), [[S.CANCELED, E.CANCELED, BigInt(BID)]]);
  assert.equal(first.under.built.orders.open.count, 0);
  const second = replacing();
  answers(second.under, second.newer, 400, 400);
  assert.deepEqual(told(second.under), [
    [S.ACCEPTED, E.NEW, BigInt(BID)],
    [S.ACCEPTED, E.REPLACE_REFUSED, BigInt(BID)],
  ]);
  assert.equal(second.under.built.orders.open.count, 1);
  assert.equal(sends(second.under.act("one", [replaceIntent(TAG, { price: LOWER })])).length, 1, "and again");
});

test("[C10] a fill that crosses the replace: the tag is over once the new order is refused, filled and not rejected", () => {
  const { under, older, newer } = replacing();
  under.frame([fill(older, 1, SIZE, SIZE)], Channel.ORDERS);
  const [trade] = under.given("one", "OrderEvent");
  assert.deepEqual(
    [trade?.["execType"], trade?.["ordStatus"], trade?.["lastQty"], trade?.["position"]],
    [E.TRADE, S.PENDING_NEW, BigInt(SIZE), BigInt(SIZE)],
    "the other may still live",
  );
  answers(under, newer, 404, 400);
  assert.deepEqual(told(under), [[S.FILLED, E.REPLACE_REFUSED, BigInt(BID)]]);
  assert.equal(under.venueMode(), TradingMode.ACTIVE);
  assert.equal(under.lane.counters[LaneCounter.HALTS], 0);
});

test("[C10] a part fill of the old order after the new one has its tag is a trade of the tag, at the old price", () => {
  const { under, older, newer } = replacing();
  answers(under, newer, 200, 200);
  under.frame(
    [report(older, { execType: E.CANCELED, ordStatus: S.CANCELED, cumQty: SIZE / 4 })],
    Channel.ORDERS,
  );
  under.forget();
  under.frame([fill(older, 1, SIZE / 4, SIZE / 4)], Channel.ORDERS);
  const [trade] = under.given("one", "OrderEvent");
  assert.deepEqual(
    [trade?.["execType"], trade?.["ordStatus"], trade?.["price"], trade?.["lastPrice"], trade?.["position"]],
    [E.TRADE, S.ACCEPTED, BigInt(LOWER), BigInt(BID), BigInt(SIZE / 4)],
  );
  assert.equal(under.venueMode(), TradingMode.ACTIVE);
});

test("[C9] a replace that this host denies leaves the order as it is: its agent hears the code and sees the order", () => {
  const { under, older } = resting();
  assert.deepEqual(sends(under.act("one", [replaceIntent(TAG, { price: BID - 1 })])), []);
  assert.deepEqual(
    under
      .given("one", "OrderEvent")
      .map(({ execType, ordStatus, reason, price, tag }) => [execType, ordStatus, reason, price, tag]),
    [[E.REPLACE_REFUSED, S.ACCEPTED, DenialCode.OFF_TICK, BigInt(BID), TAG]],
  );
  under.act("one", [replaceIntent(TAG, {})]);
  assert.deepEqual(reasons(under), [[E.REPLACE_REFUSED, DenialCode.MALFORMED_INTENT]]);
  assert.equal(under.status(older.a), S.ACCEPTED);
  assert.equal(under.built.gate.denials[DenialCode.OFF_TICK], 1);
  const refusal = under.journal.records.findLast(({ type }) => type === RecordType.REFUSAL);
  assert.equal(refusal?.bytes.readInt32LE(8), DenialCode.MALFORMED_INTENT);
});

test("[P11] a replace of an order that the agent does not have by that tag and instrument is denied by tag", () => {
  const { under } = resting();
  under.act("two", [replaceIntent(TAG, { price: LOWER })]);
  assert.equal(under.given("two", "OrderEvent").at(-1)?.["reason"], DenialCode.UNKNOWN_TAG);
  under.act("one", [replaceIntent(TAG, { price: LOWER, instrumentId: 2 })], 2);
  under.act("one", [replaceIntent(TAG + 1, { price: LOWER })]);
  assert.deepEqual(reasons(under), [
    [E.DENIED, DenialCode.UNKNOWN_TAG],
    [E.DENIED, DenialCode.UNKNOWN_TAG],
  ]);
});

test("[C9] one replace at a time, and none of what is to be canceled", () => {
  const { under } = replacing();
  under.act("one", [replaceIntent(TAG, { price: LOWER - TICK })]);
  assert.deepEqual(reasons(under), [[E.REPLACE_REFUSED, DenialCode.NOT_REPLACEABLE]]);
  const other = resting();
  other.under.built.modes.restrictAccount(TradingMode.ACTIVE);
  const [cancel] = sends(other.under.act("one", [cancelIntent(TAG)]));
  assert.ok(cancel !== undefined);
  other.under.frame([reply(cancel.b, 400, -2011)], Channel.ORDERS);
  other.under.forget();
  assert.equal(other.under.status(other.older.a), S.ACCEPTED);
  other.under.act("one", [replaceIntent(TAG, { price: LOWER })]);
  assert.deepEqual(
    reasons(other.under),
    [[E.REPLACE_REFUSED, DenialCode.NOT_REPLACEABLE]],
    "the cancel is tried again",
  );
});

test("a cancel by the tag while a replace is under way is for both orders", () => {
  const { under, older, newer } = replacing();
  const cancels = sends(under.act("one", [cancelIntent(TAG)]));
  assert.deepEqual(
    cancels.map(({ a }) => a),
    [newer.a],
    "the cancel half of the other is under way",
  );
  answers(under, newer, 400, 200);
  under.at(2 * SECOND_NS);
  under.lane.onTimer();
  assert.deepEqual(
    sends(under.effects()).map(({ a }) => a),
    [older.a],
    "it was refused, and is asked for again",
  );
});

test("[C7] no answer for ten seconds: both are unknown, and each is told", () => {
  const { under, older, newer } = replacing();
  under.forget();
  under.at(11 * SECOND_NS);
  under.lane.onTimer();
  assert.deepEqual([under.status(older.a), under.status(newer.a)], [S.UNKNOWN, S.UNKNOWN]);
  assert.equal(under.built.orders.open.buyQty[0], 2 * SIZE);
  assert.deepEqual(told(under).at(-1), [S.UNKNOWN, E.NEW, BigInt(BID)]);
});

test("[V1] the line is lost while a replace is under way: both are unknown, and both are canceled when it is back", () => {
  const { under, older, newer } = replacing();
  under.lane.onLine(Channel.ORDERS, false);
  assert.deepEqual([under.status(older.a), under.status(newer.a)], [S.UNKNOWN, S.UNKNOWN]);
  under.lane.onLine(Channel.ORDERS, true);
  assert.deepEqual(
    sends(under.effects())
      .map(({ a, bytes }) => [a, bytes.readUInt8(OrderCommand.action)])
      .toSorted((one, other) => (one[0] ?? 0) - (other[0] ?? 0)),
    [
      [older.a, 2],
      [newer.a, 2],
    ],
  );
});

test("[J9] a commit that fails withholds a replace whole, and the order is as it was", () => {
  const { under, older } = resting();
  under.journal.answers.commit = JournalCode.FAILED;
  assert.deepEqual(sends(under.act("one", [replaceIntent(TAG, { price: LOWER })])), []);
  assert.equal(under.status(older.a), S.ACCEPTED);
  assert.equal(under.built.orders.columns.requestFlags[older.a], 0);
  assert.equal(under.built.orders.open.count, 1);
  under.quote();
  assert.deepEqual(reasons(under), [[E.REPLACE_REFUSED, DenialCode.NOT_SENT]]);
});

test("a replace that the gateway could not send leaves the order as it was", () => {
  const { under, older, newer } = replacing();
  under.control(ControlAction.NOT_SENT, newer.a, newer.b);
  assert.deepEqual([under.status(older.a), under.status(newer.a)], [S.ACCEPTED, S.DENIED]);
  assert.deepEqual(reasons(under), [[E.REPLACE_REFUSED, DenialCode.NOT_SENT]]);
  assert.deepEqual(sends(under.act("one", [replaceIntent(TAG, { price: LOWER })])).length, 1);
});

test("[P3] an agent that is stopped while its replace is under way loses both orders", () => {
  const { under, older, newer } = replacing();
  under.lane.parts.orders.onAgentFault(0);
  answers(under, newer, 400, 200);
  under.at(2 * SECOND_NS);
  under.lane.onTimer();
  assert.deepEqual([under.status(older.a), under.status(newer.a)], [S.PENDING_CANCEL, S.PENDING_CANCEL]);
});

test("where the venue guards its replaces one at the position limit may be replaced, elsewhere not", () => {
  for (const guardsReplace of [true, false]) {
    const configuration = puppetConfiguration();
    const { limits } = configuration;
    const instruments = limits.instruments.map((one) => ({ ...one, positionMax: 2 * SIZE }));
    const under = LaneUnderTest.ready(modules, {
      limits: { ...limits, instruments },
      venues: configuration.venues.map((venue) => ({ ...venue, guardsReplace })),
    });
    resting(under);
    const sent = sends(under.act("one", [replaceIntent(TAG, { price: LOWER })]));
    assert.equal(sent.length, guardsReplace ? 1 : 0);
    if (!guardsReplace)
      assert.deepEqual(reasons(under), [[E.REPLACE_REFUSED, DenialCode.AGENT_POSITION_SHARE]]);
  }
});
