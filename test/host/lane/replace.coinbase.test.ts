import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrdStatus, RequestReply, writeInt64 } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { ControlAction, LaneCounter } from "../../../host/lane/index.ts";
import { DenialCode, TradingMode } from "../../../host/execution/risk/index.ts";
import { JournalCode, RecordType } from "../../../host/journal/index.ts";
import { CoinbaseSession } from "../../support/coinbase-session.ts";
import { cancelIntent, intent, replaceIntent } from "../../support/lane-under-test.ts";
import { received } from "../../support/puppet-plugins.ts";
import { TRADER } from "../../sim/coinbase/keys.ts";

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
  assert.deepEqual(orders(host).statuses, [S.CANCELED, S.DENIED]);
  assert.ok(!host.frames.some(([line, text]) => line === Channel.ORDER_REST && text.startsWith("424 ")));
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

/** OrderEvents that the agent was given since it was asked last. */
function toldOf(host: CoinbaseSession): readonly Readonly<Record<string, unknown>>[] {
  const slot = host.built.slots.find(({ name }) => name === "one") ?? assert.fail("no agent");
  return received(slot).flatMap((record) => (record.name === "OrderEvent" ? [record.fields] : []));
}

const placements = (host: CoinbaseSession): number => [...host.venue.orders.newestFirst(TRADER)].length;

/** What may come about between the halves, and the code for which the new order then stays here. */
const between: readonly (readonly [what: string, code: number, happen: (host: CoinbaseSession) => void])[] = [
  ["a kill", DenialCode.KILLED, (host) => void Atomics.store(host.built.kill, 0, 1)],
  [
    "a halt of the account",
    DenialCode.MODE_HALTED,
    (host) => host.built.lane.onControl(ControlAction.RESTRICT, TradingMode.HALTED, 0),
  ],
  [
    "a halt of its instrument",
    DenialCode.MODE_HALTED,
    (host) => host.built.modes.restrictInstrument(0, TradingMode.HALTED),
  ],
  [
    "CANCEL_ONLY in its instrument",
    DenialCode.MODE_CANCEL_ONLY,
    (host) => host.built.modes.restrictInstrument(0, TradingMode.CANCEL_ONLY),
  ],
  [
    "REDUCING in its instrument",
    DenialCode.MODE_REDUCING,
    (host) => host.built.modes.restrictInstrument(0, TradingMode.REDUCING),
  ],
  [
    "CANCEL_ONLY for its agent",
    DenialCode.MODE_CANCEL_ONLY,
    (host) => host.built.modes.restrictAgent(0, TradingMode.CANCEL_ONLY),
  ],
  [
    "a market that has gone",
    DenialCode.PRICE_COLLAR,
    (host) => {
      host.maker("BUY", "80000", "2");
      host.maker("SELL", "80010", "1");
    },
  ],
];

for (const [what, code, happen] of between)
  test(`[C9] ${what} between the halves of a replace keeps the new order back: it is denied, counted, journalled and told, and the old one canceled`, async () => {
    const host = await resting();
    host.venue.faults.answerDelayNs = 3e9;
    host.act([replaceIntent(TAG, { price: LOWER })]);
    assert.equal(orders(host).statuses[1], S.PENDING_NEW);
    const denials = host.built.lane.counters[LaneCounter.DENIALS] ?? 0;
    const placed = placements(host);
    happen(host);
    // What the agent remembers of what it was given has an end: what has been before is taken out.
    toldOf(host);
    host.pass(3);
    const { newer, statuses } = orders(host);
    assert.deepEqual(statuses, [S.CANCELED, S.DENIED]);
    assert.equal(host.built.orders.columns.reason[newer], code);
    assert.equal(placements(host), placed, "nothing was placed");
    assert.equal(host.built.orders.open.count, 0);
    const { counters, parts } = host.built.lane;
    assert.deepEqual(
      [counters[LaneCounter.DENIALS], counters[LaneCounter.REPLACES_WITHHELD]],
      [denials + 1, 1],
    );
    assert.equal(parts.orders.secondHalves.admitted, 0);
    const refusal = host.journal.records.findLast(({ type }) => type === RecordType.REFUSAL);
    assert.deepEqual([refusal?.bytes.readInt32LE(4), refusal?.bytes.readInt32LE(8)], [newer, code]);
    const told = toldOf(host);
    const [last] = told.slice(-1);
    assert.deepEqual(
      [last?.["tag"], last?.["ordStatus"], last?.["execType"], last?.["reason"]],
      [TAG, S.DENIED, ExecType.DENIED, code],
    );
  });

test("[C9] an agent that cancels between the halves of a replace gets its order canceled, and no other", async () => {
  const host = await resting();
  host.venue.faults.answerDelayNs = 4e9;
  host.act([replaceIntent(TAG, { price: LOWER })]);
  const placed = placements(host);
  host.act([cancelIntent(TAG)]);
  host.pass(6);
  const { newer, statuses } = orders(host);
  assert.deepEqual(statuses, [S.CANCELED, S.DENIED]);
  assert.equal(host.built.orders.columns.reason[newer], DenialCode.REPLACE_OVERTAKEN);
  assert.equal(placements(host), placed);
  host.pass(30);
  assert.equal(host.built.orders.open.count, 0);
  assert.equal(host.built.lane.counters[LaneCounter.HALTS], 0);
});

test("[V13] [C9] a venue that limits us between the halves gets no new order", async () => {
  const host = await resting();
  host.venue.faults.answerDelayNs = 3e9;
  host.act([replaceIntent(TAG, { price: LOWER })]);
  const { orders: stage } = host.built.lane.parts;
  const limited = new Int32Array(RequestReply.blockLength >> 2);
  limited[RequestReply.status >> 2] = 429;
  writeInt64(limited, RequestReply.retryAfterMs >> 2, host.venue.clock.ms(host.nowNs) + 10_000);
  stage.hold.obey(0, limited, false);
  host.pass(5);
  const { newer, statuses } = orders(host);
  assert.deepEqual(statuses, [S.CANCELED, S.DENIED]);
  assert.equal(host.built.orders.columns.reason[newer], DenialCode.VENUE_BACK_OFF);
});

test("[C7] [C9] what is waited for, and what proves an absence, goes by the time at which the second half left", async () => {
  const host = await resting();
  host.venue.faults.answerDelayNs = 3e9;
  const askedNs = host.nowNs;
  host.act([replaceIntent(TAG, { price: LOWER })]);
  host.pass(8);
  const { newer, statuses } = orders(host);
  assert.deepEqual(statuses, [S.CANCELED, S.ACCEPTED]);
  assert.ok((host.built.orders.columns.submittedNs[newer] ?? 0) >= askedNs + 3e9);
});

test("[J9] [C9] a journal that takes no more lets no second half out", async () => {
  const host = await resting();
  host.venue.faults.answerDelayNs = 3e9;
  host.act([replaceIntent(TAG, { price: LOWER })]);
  const placed = placements(host);
  host.journal.answers.urgent = JournalCode.JOURNAL_FULL;
  host.pass(5);
  const { newer, statuses } = orders(host);
  assert.equal(statuses[1], S.DENIED);
  assert.equal(host.built.orders.columns.reason[newer], DenialCode.JOURNAL_REFUSED);
  assert.equal(placements(host), placed);
  assert.equal(host.built.modes.account[0], TradingMode.HALTED);
});
