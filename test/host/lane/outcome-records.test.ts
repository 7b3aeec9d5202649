import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, LiquiditySide, OrdStatus, Side } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { JournalCode, RecordType } from "../../../host/journal/index.ts";
import { FillKind, OrderRecordFlag, readFillRecord, readOrderRecord } from "../../../host/lane/index.ts";
import type { FillOutcome, OrderOutcome } from "../../../host/lane/index.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { ASK, BID, intent, LaneUnderTest, LOT, sends, SIZE } from "../../support/lane-under-test.ts";
import { puppetModules } from "../../support/puppet-plugins.ts";
import { fill, reply, report } from "../../support/venue-answers.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

function sendOne(under: LaneUnderTest): SeenEffect {
  const [sent] = sends(under.act("one", [intent({ tag: 5 })]));
  assert.ok(sent !== undefined);
  return sent;
}

const payloads = (under: LaneUnderTest, type: number): Buffer[] =>
  under.journal.records.filter((record) => record.type === type).map(({ bytes }) => bytes);
const orders = (under: LaneUnderTest): OrderOutcome[] =>
  payloads(under, RecordType.ORDER).map(readOrderRecord);
const fills = (under: LaneUnderTest): FillOutcome[] => payloads(under, RecordType.FILL).map(readFillRecord);

test("the journal has every change of an order's state, with its terms, and nothing where nothing changed", () => {
  const under = LaneUnderTest.ready(modules);
  const sent = sendOne(under);
  under.frame([reply(sent.b, 200)], Channel.ORDERS);
  under.frame([report(sent, { venueOrderId: 9_001 })], Channel.ORDERS);
  under.frame([report(sent, { venueOrderId: 9_001, execType: ExecType.CANCELED })], Channel.ORDERS);
  const seen = orders(under);
  assert.deepEqual(
    seen.map(({ lastStatus, status }) => [lastStatus, status]),
    [
      [OrdStatus.INITIALIZED, OrdStatus.PENDING_NEW],
      [OrdStatus.PENDING_NEW, OrdStatus.ACCEPTED],
      [OrdStatus.ACCEPTED, OrdStatus.CANCELED],
    ],
  );
  const { epoch, sequence, side, price, quantity, tag, agent, instrumentId, venueOrderId, flags } =
    seen[1] ?? assert.fail();
  assert.deepEqual(
    { epoch, sequence, side, price, quantity, tag, agent, instrumentId, venueOrderId, flags },
    {
      epoch: 7,
      sequence: 1,
      side: Side.BUY,
      price: BID,
      quantity: SIZE,
      tag: 5,
      agent: 0,
      instrumentId: 1,
      venueOrderId: "9001",
      flags: OrderRecordFlag.PROVEN,
    },
  );
});

test("the journal has every fill once, with its fee and the position after it", () => {
  const under = LaneUnderTest.ready(modules);
  const sent = sendOne(under);
  const first = fill(sent, 71, 40 * LOT, 40 * LOT, { commission: 12, commissionAssetId: 4 });
  under.frame([first], Channel.ORDERS);
  under.frame([first], Channel.ORDERS);
  under.frame([fill(sent, 72, 60 * LOT, SIZE)], Channel.ORDERS);
  const [one, two, more] = fills(under);
  assert.ok(one !== undefined && two !== undefined && more === undefined);
  assert.deepEqual(one, {
    epoch: 7,
    sequence: 1,
    venueOrderId: "9001",
    tradeId: "71",
    price: BID,
    quantity: 40 * LOT,
    commission: 12,
    commissionAssetId: 4,
    position: 40 * LOT,
    instrumentId: 1,
    agent: 0,
    side: Side.BUY,
    liquiditySide: LiquiditySide.MAKER,
    kind: FillKind.APPLIED,
    execId: "0",
    last: { price: 0, quantity: 0, commission: 0, commissionAssetId: 0 },
  });
  assert.deepEqual([two.tradeId, two.position, two.commission], ["72", SIZE, 0]);
  assert.deepEqual(
    orders(under).map(({ status, cumQty }) => [status, cumQty]),
    [
      [OrdStatus.PENDING_NEW, 0],
      [OrdStatus.PARTIALLY_FILLED, 40 * LOT],
      [OrdStatus.FILLED, SIZE],
    ],
  );
});

test("a denied intent leaves no record of an order: its number goes to the next", () => {
  const under = LaneUnderTest.ready(modules);
  under.act("one", [intent({ tag: 5, price: ASK * 2 })]);
  assert.equal(payloads(under, RecordType.REFUSAL).length, 1);
  assert.deepEqual(orders(under), []);
  sendOne(under);
  assert.equal(orders(under)[0]?.sequence, 1);
});

test("[J9] an outcome that cannot be journalled halts: a later start would not know what became of the order", () => {
  const under = LaneUnderTest.ready(modules);
  const sent = sendOne(under);
  under.journal.answers.urgent = JournalCode.FAILED;
  under.frame([fill(sent, 71, SIZE, SIZE)], Channel.ORDERS);
  assert.equal(under.mode, TradingMode.HALTED);
});
