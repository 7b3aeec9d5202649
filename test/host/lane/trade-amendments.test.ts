import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, OrdStatus, Side } from "../../../abi/host/index.ts";
import { reconcileOf } from "../../../host/control/api/views/reconcile-view.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, TradingMode } from "../../../host/execution/risk/index.ts";
import { RecordType } from "../../../host/journal/index.ts";
import { FillKind, LaneCounter, readFillRecord } from "../../../host/lane/index.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import {
  BID,
  intent,
  LaneUnderTest,
  LOT,
  puppetConfiguration,
  sends,
  SIZE,
  TICK,
} from "../../support/lane-under-test.ts";
import { puppetModules } from "../../support/puppet-plugins.ts";
import { amendment, fill, reply } from "../../support/venue-answers.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

const { TRADE_CANCEL, TRADE_CORRECT } = ExecType;
const FEE = { commission: 7, commissionAssetId: 4 };

function send(under: LaneUnderTest, changes: Parameters<typeof intent>[0] = {}): SeenEffect {
  const [sent] = sends(under.act("one", [intent({ tag: 5, ...changes })]));
  assert.ok(sent !== undefined);
  return sent;
}

/** A purchase of agent one, filled in two trades, 71 and 72, of 40 and 60 lots. */
function filledOne(changes: Parameters<typeof LaneUnderTest.ready>[1] = {}): {
  under: LaneUnderTest;
  sent: SeenEffect;
} {
  const under = LaneUnderTest.ready(modules, changes);
  const sent = send(under);
  under.frame([reply(sent.b, 200), fill(sent, 71, 40 * LOT, 40 * LOT, FEE)], Channel.ORDERS);
  under.frame([fill(sent, 72, 60 * LOT, SIZE, { ...FEE, lastPrice: BID - TICK })], Channel.ORDERS);
  under.forget();
  return { under, sent };
}

/** Positions of agent one and the account, cost and gain of the account, expected balances, fees. */
function books({ built }: LaneUnderTest): object {
  const { positions, balances } = built;
  const rows = [positions.rowOf(0, 0), positions.rowOf(positions.accountRow, 0)];
  return {
    quantity: rows.map((row) => positions.quantity[row]),
    cost: rows.map((row) => [positions.costWhole[row], positions.costParts[row]]),
    realized: rows.map((row) => [positions.realizedWhole[row], positions.realizedParts[row]]),
    expected: [...balances.expectedWhole],
    parts: [...balances.expectedParts],
    fees: [...balances.fees],
    agentFees: [...balances.agentFees],
  };
}

test("[V16] a trade that is undone leaves position, cost, balances and fees as they were without it", () => {
  const without = LaneUnderTest.ready(modules);
  const one = send(without);
  without.frame([reply(one.b, 200), fill(one, 71, 40 * LOT, 40 * LOT, FEE)], Channel.ORDERS);
  const { under, sent } = filledOne();
  under.frame([amendment(sent, TRADE_CANCEL, 72, 900)], Channel.ORDERS);
  assert.deepEqual(books(under), books(without));
  assert.equal(under.lane.counters[LaneCounter.AMENDMENTS], 1);
  under.frame([amendment(sent, TRADE_CANCEL, 72, 900), fill(sent, 72, 60 * LOT, SIZE, FEE)], Channel.ORDERS);
  assert.deepEqual(books(under), books(without), "told again, it is the same one");
  assert.equal(under.lane.counters[LaneCounter.AMENDMENTS], 1);
});

test("[V16] a trade that is corrected leaves everything as if it had always had its new terms", () => {
  const without = LaneUnderTest.ready(modules);
  const one = send(without);
  const terms = { lastPrice: BID - 5 * TICK, commission: 3, commissionAssetId: 2 };
  without.frame([reply(one.b, 200), fill(one, 71, 40 * LOT, 40 * LOT, FEE)], Channel.ORDERS);
  without.frame([fill(one, 72, 50 * LOT, 90 * LOT, terms)], Channel.ORDERS);
  const { under, sent } = filledOne();
  under.frame([amendment(sent, TRADE_CORRECT, 72, 900, { lastQty: 50 * LOT, ...terms })], Channel.ORDERS);
  assert.deepEqual(books(under), books(without));
});

test("[V16] the agent is told by an order event, with its position and the order's sum after it", () => {
  const { under, sent } = filledOne();
  under.frame([amendment(sent, TRADE_CANCEL, 71, 900)], Channel.ORDERS);
  under.frame(
    [amendment(sent, TRADE_CORRECT, 72, 901, { lastQty: 10 * LOT, lastPrice: BID })],
    Channel.ORDERS,
  );
  const events = under.given("one", "OrderEvent");
  assert.deepEqual(
    events.map(({ execType, tag, lastQty, lastPrice, cumQty, position, ordStatus }) => [
      execType,
      tag,
      lastQty,
      lastPrice,
      cumQty,
      position,
      ordStatus,
    ]),
    [
      [TRADE_CANCEL, 5, BigInt(40 * LOT), BigInt(BID), BigInt(60 * LOT), BigInt(60 * LOT), OrdStatus.FILLED],
      [TRADE_CORRECT, 5, BigInt(10 * LOT), BigInt(BID), BigInt(10 * LOT), BigInt(10 * LOT), OrdStatus.FILLED],
    ],
  );
  assert.deepEqual(under.given("two", "OrderEvent"), []);
});

test("[V16] position limits follow: what a bust frees may be bought again, and what a correction adds may not", () => {
  const { limits } = puppetConfiguration();
  const [first, ...others] = limits.instruments;
  assert.ok(first !== undefined);
  const changes = { limits: { ...limits, instruments: [{ ...first, positionMax: 4 * SIZE }, ...others] } };
  // Half of the limit is agent one's: 200 lots.
  const { under, sent } = filledOne(changes);
  const ask = (tag: number): number => sends(under.act("one", [intent({ tag, quantity: 140 * LOT })])).length;
  assert.equal(ask(6), 0);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["reason"], DenialCode.AGENT_POSITION_SHARE);
  under.frame([amendment(sent, TRADE_CANCEL, 71, 900)], Channel.ORDERS);
  assert.equal(ask(7), 1);
  const other = filledOne(changes);
  const buy = (tag: number): number =>
    sends(other.under.act("one", [intent({ tag, quantity: 90 * LOT })])).length;
  assert.equal(buy(6), 1);
  other.under.frame(
    [amendment(other.sent, TRADE_CORRECT, 71, 900, { lastQty: 50 * LOT, lastPrice: BID })],
    Channel.ORDERS,
  );
  assert.equal(buy(7), 0);
});

test("[V16] what was undone is listed for a person, holds nothing, and leaves the list when one has accepted it", () => {
  const { under, sent } = filledOne();
  under.frame([amendment(sent, TRADE_CANCEL, 72, 900)], Channel.ORDERS);
  under.frame(
    [amendment(sent, TRADE_CORRECT, 71, 901, { lastQty: 30 * LOT, lastPrice: BID })],
    Channel.ORDERS,
  );
  const { breaks, found } = reconcileOf(under);
  assert.deepEqual(
    breaks.map(({ code, about, clientOrderId, tradeId, ours, theirs, isConfirmed }) => [
      code,
      about,
      clientOrderId,
      tradeId,
      ours,
      theirs,
      isConfirmed,
    ]),
    [
      ["TRADE_UNDONE", "BTCUSDT", "7.1", "72", "0.0006", "0", true],
      ["TRADE_CORRECTED", "BTCUSDT", "7.1", "71", "0.0004", "0.0003", true],
    ],
  );
  assert.equal(found["AMENDED"], 2);
  assert.equal(under.built.modes.instrument[0], TradingMode.ACTIVE);
  assert.equal(under.lane.parts.reconciler.breaks.openCount(0), 0, "the two agree");
  for (const { id } of breaks) assert.ok(under.lane.onAcceptBreak(id, Buffer.from("{}")));
  assert.deepEqual(reconcileOf(under).breaks, []);
});

const refused: readonly (readonly [string, number, number][])[] = [
  [["a trade that nobody knows", 77, 900]],
  [
    ["", 72, 900],
    ["a trade that was undone before", 72, 901],
  ],
];
for (const reports of refused) {
  const [title] = reports.at(-1) ?? [""];
  test(`[V16] the venue undoes ${title}: nothing is booked, a break is listed and the instrument is held`, () => {
    const { under, sent } = filledOne();
    for (const [place, [, tradeId, execId]] of reports.entries()) {
      const last = books(under);
      under.frame([amendment(sent, TRADE_CANCEL, tradeId, execId)], Channel.ORDERS);
      if (place === reports.length - 1) assert.deepEqual(books(under), last);
    }
    const [one] = reconcileOf(under).breaks.slice(-1);
    assert.deepEqual([one?.code, one?.clientOrderId, one?.isConfirmed], ["AMENDMENT_REFUSED", "7.1", true]);
    assert.equal(under.built.modes.instrument[0], TradingMode.CANCEL_ONLY);
    assert.equal(under.built.modes.instrument[1], TradingMode.ACTIVE, "the other instrument trades on");
    assert.equal(under.lane.counters[LaneCounter.HALTS], 1);
    under.frame(
      [amendment(sent, TRADE_CANCEL, reports.at(-1)?.[1] ?? 0, reports.at(-1)?.[2] ?? 0)],
      Channel.ORDERS,
    );
    assert.equal(under.lane.counters[LaneCounter.HALTS], 1, "a list shows it again: it is held already");
  });
}

test("[V16] what undoes a trade of an order that this host does not know holds the instrument as well", () => {
  const { under, sent } = filledOne();
  under.frame([amendment(sent, TRADE_CANCEL, 72, 900, { clientOrderSequence: 99 })], Channel.ORDERS);
  assert.equal(reconcileOf(under).breaks.at(-1)?.clientOrderId, "7.99");
  assert.equal(under.built.modes.instrument[0], TradingMode.CANCEL_ONLY);
});

test("[V16] the journal has what was undone and what was corrected, each in one record", () => {
  const { under, sent } = filledOne();
  under.frame([amendment(sent, TRADE_CANCEL, 72, 900)], Channel.ORDERS);
  under.frame(
    [
      amendment(sent, TRADE_CORRECT, 71, 901, {
        lastQty: 30 * LOT,
        lastPrice: BID,
        commission: 5,
        commissionAssetId: 2,
      }),
    ],
    Channel.ORDERS,
  );
  const written = under.journal.records
    .filter(({ type }) => type === RecordType.FILL)
    .map(({ bytes }) => readFillRecord(bytes));
  assert.deepEqual(
    written
      .slice(-2)
      .map(
        ({ kind, tradeId, execId, price, quantity, commission, commissionAssetId, last, position, side }) => [
          ...[kind, tradeId, execId, price, quantity, commission, commissionAssetId, last, position, side],
        ],
      ),
    [
      [
        FillKind.REVERSED,
        "72",
        "900",
        BID - TICK,
        60 * LOT,
        7,
        4,
        { price: 0, quantity: 0, commission: 0, commissionAssetId: 0 },
        40 * LOT,
        Side.BUY,
      ],
      [
        FillKind.CORRECTED,
        "71",
        "901",
        BID,
        30 * LOT,
        5,
        2,
        { price: BID, quantity: 40 * LOT, commission: 7, commissionAssetId: 4 },
        30 * LOT,
        Side.BUY,
      ],
    ],
  );
});

test("a report in its first form, eight bytes shorter, is read as one without a number of its own", () => {
  const { under, sent } = filledOne();
  const whole = amendment(sent, ExecType.CANCELED, 0, 0);
  const short = Buffer.from(whole.subarray(0, whole.length - 8));
  short.writeUInt16LE(short.length - 8, 0);
  under.frame([short], Channel.ORDERS);
  assert.equal(under.lane.counters[LaneCounter.HALTS], 0);
  short.writeUInt16LE(short.length - 16, 0);
  under.frame([short.subarray(0, short.length - 8)], Channel.ORDERS);
  assert.equal(under.slot("venue").state, "faulted", "shorter than any was");
});
