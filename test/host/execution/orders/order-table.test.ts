import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrdStatus, OrderType, Side } from "../../../../abi/host/index.ts";
import {
  bootEpoch,
  HaltReason,
  IntentRefusal,
  OrderTable,
  Outcome,
} from "../../../../host/execution/orders/index.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const PRICE = 20_000 * UNIT;
const S = OrdStatus;

test("an order goes from draft over acceptance and part fill to filled", () => {
  const desk = new ExecutionDesk();
  desk.clock[0] = 5;
  const slot = desk.draft(0, { tag: 11 });
  assert.equal(desk.status(slot), S.INITIALIZED);
  assert.equal(desk.orders.open.count, 0);
  assert.equal(desk.orders.submit(slot, 1), Outcome.CHANGED);
  assert.equal(desk.orders.columns.submittedNs[slot], 5);
  assert.equal(desk.orders.open.buyQty[0], UNIT);
  assert.equal(desk.reply(1, 200), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.ACCEPTED);
  const half = {
    execType: ExecType.TRADE,
    tradeId: 1,
    lastPrice: PRICE,
    lastQty: UNIT / 2,
    cumQty: UNIT / 2,
    commission: 3,
  };
  assert.equal(desk.report(slot, half), Outcome.FILLED);
  assert.deepEqual([...desk.orders.fill], [PRICE, UNIT / 2, 3]);
  assert.equal(desk.orders.lastIndex, slot);
  assert.equal(desk.status(slot), S.PARTIALLY_FILLED);
  assert.equal(desk.orders.open.buyQty[0], UNIT / 2);
  assert.equal(desk.orders.findByTag(0, 11), slot);
  desk.report(slot, { ...half, tradeId: 2, cumQty: UNIT });
  assert.equal(desk.status(slot), S.FILLED);
  assert.equal(desk.orders.open.count, 0);
  assert.equal(desk.orders.open.buyQty[0], 0);
  assert.equal(desk.orders.haltReason, HaltReason.NONE);
  assert.equal(desk.orders.findByTag(0, 11), -IntentRefusal.UNKNOWN_TAG);
});

test("[P11] a tag is the agent's own: reused while open it is refused, and another agent's cannot be named", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, { tag: 5 });
  assert.equal(desk.draft(0, { tag: 5 }), -IntentRefusal.DUPLICATE_TAG);
  assert.equal(desk.orders.findByTag(1, 5), -IntentRefusal.UNKNOWN_TAG);
  const other = desk.submit(1, { tag: 5 });
  assert.notEqual(other, slot);
  assert.equal(desk.orders.findByTag(1, 5), other);
  desk.report(slot, { execType: ExecType.CANCELED });
  assert.ok(desk.draft(0, { tag: 5 }) >= 0);
});

test("[C6] a client order id is given once: denied drafts do not use one up, sent ones are never repeated", () => {
  const desk = new ExecutionDesk({ capacity: 64 });
  const seen = new Set<number>();
  for (let round = 0; round < 300; round += 1) {
    const draft = desk.draft(0, { tag: round + 1 });
    const sequence = desk.orders.columns.sequence[draft] ?? 0;
    assert.equal(desk.orders.findBySequence(sequence), -1, "a draft has no number yet");
    if (round % 3 === 0) {
      assert.equal(desk.orders.deny(draft, 30), Outcome.CHANGED);
      assert.equal(desk.orders.columns.reason[draft], 30);
      continue;
    }
    desk.orders.submit(draft, desk.nextRequestId());
    assert.ok(!seen.has(sequence));
    seen.add(sequence);
    assert.equal(desk.orders.findBySequence(sequence), draft);
    if (round > 7) desk.report(draft, { execType: ExecType.CANCELED });
  }
  assert.equal(
    Math.max(...seen) - seen.size,
    desk.orders.open.count * 3,
    "numbers are skipped only where an open order sits",
  );
});

test("a draft must be decided before the next is made", () => {
  const desk = new ExecutionDesk();
  const slot = desk.draft(0, { tag: 1 });
  assert.equal(desk.draft(0, { tag: 2 }), -IntentRefusal.DRAFT_OUTSTANDING);
  assert.equal(desk.orders.submit(slot, 0), Outcome.REFUSED, "a request has a number");
  assert.equal(desk.orders.submit(slot, 1), Outcome.CHANGED);
  assert.equal(desk.orders.submit(slot, 2), Outcome.REFUSED);
  assert.equal(desk.orders.deny(slot, 9), Outcome.REFUSED);
  assert.equal(desk.orders.columns.reason[slot], 0);
});

const malformed: readonly (readonly [string, Parameters<ExecutionDesk["draft"]>[1]])[] = [
  ["a cancel", { action: 2 }],
  ["tag 0", { tag: 0 }],
  ["no side", { side: 0 }],
  ["side 3", { side: 3 }],
  ["order type 0", { orderType: 0 }],
  ["order type 4", { orderType: 4 }],
  ["time in force 2", { timeInForce: 2 }],
  ["post-only and IOC", { orderType: OrderType.LIMIT_MAKER, timeInForce: 3 }],
  ["MARKET with a price", { orderType: OrderType.MARKET }],
  ["LIMIT without a price", { price: 0 }],
  ["a negative price", { price: -1 }],
  ["no quantity", { quantity: 0 }],
  ["a negative quantity", { quantity: -UNIT }],
  ["an unsafe quantity", { quantity: 2 ** 53 }],
  ["an unsafe price", { price: 2 ** 60 }],
];
for (const [title, fields] of malformed) {
  test(`an intent with ${title} is malformed`, () => {
    assert.equal(new ExecutionDesk().draft(0, fields), -IntentRefusal.MALFORMED_INTENT);
  });
}

test("an intent of an unknown agent or instrument is refused", () => {
  const desk = new ExecutionDesk();
  assert.equal(desk.draft(-1, {}), -IntentRefusal.MALFORMED_INTENT);
  assert.equal(desk.draft(4, {}), -IntentRefusal.MALFORMED_INTENT);
  assert.equal(desk.draft(0, { instrumentId: 2 }), -IntentRefusal.UNKNOWN_INSTRUMENT);
  assert.equal(desk.draft(0, { instrumentId: 0xffff_ffff }), -IntentRefusal.UNKNOWN_INSTRUMENT);
});

test("the table holds an eighth of its slots open, and no more", () => {
  const desk = new ExecutionDesk({ capacity: 64 });
  for (let tag = 1; tag <= 8; tag += 1) desk.submit(0, { tag });
  assert.equal(desk.draft(0, { tag: 9 }), -IntentRefusal.ORDER_TABLE_FULL);
});

test("[C5] an execution is applied once, whatever brings it and however often", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  const trade = {
    execType: ExecType.TRADE,
    tradeId: 77,
    lastPrice: PRICE,
    lastQty: UNIT / 4,
    cumQty: UNIT / 4,
    venueOrderId: 9,
  };
  assert.equal(desk.report(slot, trade), Outcome.FILLED);
  assert.equal(desk.report(slot, trade), Outcome.DUPLICATE);
  assert.equal(desk.report(slot, { ...trade, cumQty: 0 }), Outcome.DUPLICATE, "from a list of trades");
  assert.equal(
    desk.report(slot, { ...trade, epoch: 0, sequence: 0 }),
    Outcome.DUPLICATE,
    "found by the venue's order id",
  );
  assert.equal(desk.orders.columns.cumQty[slot], UNIT / 4);
});

test("[C5] a repeated execution older than the memory of trade ids halts instead of counting twice", () => {
  const desk = new ExecutionDesk({ tradeIdsRetained: 2 });
  const slot = desk.submit(0, {});
  const trade = { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: UNIT / 10 };
  for (let id = 1; id <= 3; id += 1) desk.report(slot, { ...trade, tradeId: id, cumQty: (id * UNIT) / 10 });
  assert.equal(desk.report(slot, { ...trade, tradeId: 1, cumQty: UNIT / 10 }), Outcome.QUARANTINED);
  assert.equal(desk.orders.haltReason, HaltReason.CUM_QTY_INCONSISTENT);
  assert.equal(desk.orders.columns.cumQty[slot], (3 * UNIT) / 10);
});

test("a trade between two of our own orders counts for both", () => {
  const desk = new ExecutionDesk();
  const buy = desk.submit(0, { tag: 1 });
  const sell = desk.submit(1, { tag: 1, side: Side.SELL });
  const trade = { execType: ExecType.TRADE, tradeId: 5, lastPrice: PRICE, lastQty: UNIT, cumQty: UNIT };
  assert.equal(desk.report(buy, trade), Outcome.FILLED);
  assert.equal(desk.report(sell, trade), Outcome.FILLED);
});

test("[C7] a 5xx leaves the order UNKNOWN with all of it reserved, until a report proves the outcome", () => {
  for (const [status, end] of [
    [ExecType.NEW, S.ACCEPTED],
    [ExecType.CANCELED, S.CANCELED],
    [ExecType.REJECTED, S.REJECTED],
    [ExecType.EXPIRED, S.EXPIRED],
  ] as const) {
    const desk = new ExecutionDesk();
    const slot = desk.submit(0, {});
    assert.equal(desk.reply(1, 503), Outcome.CHANGED);
    assert.equal(desk.status(slot), S.UNKNOWN);
    assert.equal(desk.orders.open.buyQty[0], UNIT);
    assert.equal(desk.report(slot, { execType: status }), Outcome.CHANGED);
    assert.equal(desk.status(slot), end);
  }
});

test("[C7] a request without an answer in time is like a 5xx, and a late 4xx still settles it", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  const { columns } = desk.orders;
  assert.equal(desk.orders.requestTimedOut(columns.newRequestId[slot] ?? 0), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.UNKNOWN);
  assert.equal(desk.orders.requestTimedOut(1), Outcome.UNMATCHED_REPLY);
});

test("a 4xx rejects with the venue's code, and after a report of life it halts", () => {
  const desk = new ExecutionDesk();
  const refused = desk.submit(0, { tag: 1 });
  assert.equal(desk.reply(1, 400, -2010), Outcome.CHANGED);
  assert.equal(desk.status(refused), S.REJECTED);
  assert.equal(desk.orders.columns.reason[refused], -2010);
  const alive = desk.submit(0, { tag: 2 });
  desk.report(alive, { execType: ExecType.NEW });
  desk.reply(2, 400);
  assert.equal(desk.status(alive), S.UNKNOWN);
  assert.equal(desk.orders.haltReason, HaltReason.CONTRADICTION);
  assert.equal(desk.orders.haltInstrument, 0);
});

test("[C10] a fill that crosses a cancel is applied, before and after CANCELED", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.reply(1, 200);
  assert.equal(desk.orders.requestCancel(slot, 2), Outcome.CHANGED);
  const trade = { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: UNIT / 4 };
  desk.report(slot, { ...trade, tradeId: 1, cumQty: UNIT / 4 });
  assert.equal(desk.status(slot), S.PENDING_CANCEL);
  desk.report(slot, { execType: ExecType.CANCELED, cumQty: UNIT / 2 });
  assert.equal(desk.status(slot), S.CANCELED);
  assert.equal(
    desk.orders.open.buyQty[0],
    UNIT / 4,
    "a fill that the venue counts and we have not seen stays reserved",
  );
  assert.equal(desk.report(slot, { ...trade, tradeId: 2, cumQty: UNIT / 2 }), Outcome.FILLED);
  assert.equal(desk.status(slot), S.CANCELED);
  assert.equal(desk.orders.open.buyQty[0], 0);
  assert.equal(desk.orders.haltReason, 0);
});

test("[C10] an over-fill that is told before the fill that made it one halts at once, and reserves what is missing", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  const trade = { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: UNIT };
  assert.equal(
    desk.report(slot, { ...trade, tradeId: 2, cumQty: 2 * UNIT, lastQty: UNIT / 2 }),
    Outcome.FILLED,
  );
  assert.equal(desk.orders.haltReason, HaltReason.OVER_FILL);
  assert.equal(desk.orders.open.buyQty[0], (3 * UNIT) / 2);
});

test("[C10] a state that tells of more than was ordered is not believed, and names the order for the list of its trades", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.report(slot, { venueOrderId: 77, cumQty: 2 * UNIT });
  assert.equal(desk.orders.haltReason, HaltReason.MALFORMED_REPORT);
  assert.equal(desk.orders.columns.venueCumQty[slot], 0);
  assert.equal(desk.orders.findByVenueOrderId(0, 77, 0), slot);
});

test("[C10] an over-fill is applied, leaves nothing reserved and halts the instrument", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  const trade = { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: UNIT };
  desk.report(slot, { ...trade, tradeId: 1, cumQty: UNIT });
  assert.equal(desk.report(slot, { ...trade, tradeId: 2, cumQty: 2 * UNIT }), Outcome.FILLED);
  assert.equal(desk.orders.haltReason, HaltReason.OVER_FILL);
  assert.equal(desk.orders.columns.cumQty[slot], 2 * UNIT);
  assert.equal(desk.orders.open.buyQty[0], 0);
});

test("a refused cancel brings back the working state, a lost one makes it UNKNOWN until it is proven", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.orders.requestCancel(slot, 50);
  assert.equal(desk.reply(50, 400), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.PENDING_NEW, "the order itself has no answer yet");
  desk.reply(1, 200);
  desk.orders.requestCancel(slot, 51);
  assert.equal(desk.orders.cancelSendFailed(slot), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.ACCEPTED);
  desk.orders.requestCancel(slot, 52);
  assert.equal(desk.reply(51, 400), Outcome.UNMATCHED_REPLY);
  assert.equal(desk.reply(52, 200), Outcome.IGNORED);
  desk.orders.requestCancel(slot, 53);
  assert.equal(desk.reply(53, 500), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.UNKNOWN);
  desk.report(slot, { execType: ExecType.NEW });
  assert.equal(desk.status(slot), S.UNKNOWN, "a report of acceptance may be older than the doubt");
  assert.equal(desk.orders.proveOpen(slot), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.ACCEPTED);
});

test("a cancel may be repeated and asked of an UNKNOWN order, but not of a finished one", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.reply(1, 200);
  assert.equal(desk.orders.requestCancel(slot, 0), Outcome.REFUSED, "a request has a number");
  desk.orders.requestCancel(slot, 2);
  assert.equal(desk.orders.requestCancel(slot, 3), Outcome.IGNORED);
  desk.orders.markDisconnected(0);
  assert.equal(desk.orders.requestCancel(slot, 4), Outcome.IGNORED);
  desk.report(slot, { execType: ExecType.CANCELED });
  assert.equal(desk.orders.requestCancel(slot, 5), Outcome.REFUSED);
});

test("a disconnect makes the open orders of that venue UNKNOWN, of no other", () => {
  const desk = new ExecutionDesk();
  const slots = [1, 2, 3].map((tag) => desk.submit(0, { tag }));
  const other = desk.submit(0, { tag: 4, instrumentId: 9, price: 5_000_000_000_000, quantity: 1 });
  assert.equal(desk.orders.markDisconnected(0), 3);
  assert.equal(desk.orders.markDisconnected(0), 0);
  assert.deepEqual(
    slots.map((slot) => desk.status(slot)),
    [S.UNKNOWN, S.UNKNOWN, S.UNKNOWN],
  );
  assert.equal(desk.status(other), S.PENDING_NEW);
});

test("what was never shown by the venue and is proven absent was denied; what was shown is gone", () => {
  const desk = new ExecutionDesk();
  const lost = desk.submit(0, { tag: 1 });
  const shown = desk.submit(0, { tag: 2 });
  desk.report(shown, { execType: ExecType.NEW });
  assert.equal(desk.orders.proveAbsent(lost, 8), Outcome.REFUSED);
  desk.orders.markDisconnected(0);
  desk.orders.proveAbsent(lost, 8);
  desk.orders.proveAbsent(shown, 8);
  assert.deepEqual([desk.status(lost), desk.status(shown)], [S.DENIED, S.CANCELED]);
  assert.equal(desk.orders.open.buyQty[0], 0);
  desk.report(lost, { execType: ExecType.NEW });
  assert.equal(desk.status(lost), S.UNKNOWN, "it lives after all: worst case again");
  assert.equal(desk.orders.haltReason, HaltReason.CONTRADICTION);
  assert.equal(desk.orders.open.buyQty[0], UNIT);
});

test("bytes that never left end in DENIED", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  assert.equal(desk.orders.sendFailed(slot, 104), Outcome.CHANGED);
  assert.equal(desk.status(slot), S.DENIED);
  assert.equal(desk.orders.columns.reason[slot], 104);
  assert.equal(desk.orders.sendFailed(slot, 105), Outcome.REFUSED);
});

const hostile: readonly (readonly [string, Parameters<ExecutionDesk["report"]>[1], number])[] = [
  ["an unknown order of ours", { sequence: 99 }, HaltReason.UNKNOWN_ORDER],
  ["sequence 0 of another epoch", { epoch: 6, sequence: 0 }, HaltReason.UNKNOWN_ORDER],
  ["an order that is not ours", { epoch: 0, venueOrderId: 5 }, HaltReason.FOREIGN_ORDER],
  ["an order that is not ours and has no id", { epoch: 0 }, HaltReason.FOREIGN_ORDER],
  ["another instrument", { instrumentId: 9 }, HaltReason.MISMATCHED_REPORT],
  ["an unknown instrument", { instrumentId: 3 }, HaltReason.MALFORMED_REPORT],
  ["the other side", { side: Side.SELL }, HaltReason.MISMATCHED_REPORT],
  ["side 0", { side: 0 }, HaltReason.MALFORMED_REPORT],
  ["another order quantity", { orderQty: UNIT - 1 }, HaltReason.MISMATCHED_REPORT],
  ["another venue order id", { venueOrderId: 6 }, HaltReason.MISMATCHED_REPORT],
  [
    "a negative last quantity",
    { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE, lastQty: -1 },
    HaltReason.MALFORMED_REPORT,
  ],
  ["a negative last price", { lastPrice: -1 }, HaltReason.MALFORMED_REPORT],
  ["a negative price", { price: -1 }, HaltReason.MALFORMED_REPORT],
  ["a negative order quantity", { orderQty: -1 }, HaltReason.MALFORMED_REPORT],
  ["a negative cumulative quantity", { cumQty: -1 }, HaltReason.MALFORMED_REPORT],
  ["an unsafe cumulative quantity", { cumQty: 2 ** 53 }, HaltReason.MALFORMED_REPORT],
  ["more filled than ordered, without a trade", { cumQty: UNIT + 1 }, HaltReason.MALFORMED_REPORT],
  [
    "a trade without an id",
    { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: UNIT },
    HaltReason.MALFORMED_REPORT,
  ],
  [
    "a trade without a quantity",
    { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE },
    HaltReason.MALFORMED_REPORT,
  ],
  [
    "a trade above its cumulative quantity",
    { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE, lastQty: 2, cumQty: 1 },
    HaltReason.MALFORMED_REPORT,
  ],
  [
    "a trade off the tick grid",
    { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE - 1, lastQty: 2, cumQty: 2 },
    HaltReason.OFF_TICK_FILL,
  ],
  [
    "a purchase above its limit",
    { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE + 1_000_000, lastQty: 2, cumQty: 2 },
    HaltReason.WORSE_THAN_LIMIT,
  ],
  ["a replacement", { execType: ExecType.REPLACED }, HaltReason.UNEXPECTED_REPLACE],
  ["an execution type of ours", { execType: ExecType.DENIED }, HaltReason.MALFORMED_REPORT],
  ["execution type 0", { execType: 0 }, HaltReason.MALFORMED_REPORT],
];
for (const [title, fields, reason] of hostile) {
  test(`[V12] a report with ${title} is quarantined: it halts and changes nothing`, () => {
    const desk = new ExecutionDesk();
    const slot = desk.submit(0, {});
    desk.report(slot, { execType: ExecType.NEW, venueOrderId: 8, orderQty: UNIT });
    assert.equal(desk.report(slot, fields), Outcome.QUARANTINED);
    assert.equal(desk.orders.haltReason, reason);
    assert.equal(desk.status(slot), S.ACCEPTED);
    assert.equal(desk.orders.columns.cumQty[slot], 0);
    assert.equal(desk.orders.open.buyQty[0], UNIT);
  });
}

test("[V12] a sale below its limit is quarantined, a MARKET order may trade anywhere on the grid", () => {
  const desk = new ExecutionDesk();
  const trade = { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE - 1_000_000, lastQty: 5, cumQty: 5 };
  const limit = desk.submit(0, { tag: 1, side: Side.SELL });
  assert.equal(desk.report(limit, trade), Outcome.QUARANTINED);
  const market = desk.submit(0, {
    tag: 2,
    side: Side.SELL,
    orderType: OrderType.MARKET,
    price: 0,
    timeInForce: 3,
  });
  assert.equal(desk.report(market, trade), Outcome.FILLED);
});

test("a fill for an order that was denied after the send failed makes it UNKNOWN, and halts", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.orders.sendFailed(slot, 104);
  const trade = { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE, lastQty: 5, cumQty: 5 };
  assert.equal(desk.report(slot, trade), Outcome.FILLED);
  assert.equal(desk.status(slot), S.UNKNOWN);
  assert.equal(desk.orders.haltReason, HaltReason.CONTRADICTION);
});

test("a rejection after a fill is a contradiction", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.report(slot, { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE, lastQty: 5, cumQty: 5 });
  desk.report(slot, { execType: ExecType.REJECTED, rejectCode: -7 });
  assert.equal(desk.status(slot), S.UNKNOWN);
  assert.equal(desk.orders.columns.reason[slot], -7);
  assert.equal(desk.orders.haltReason, HaltReason.CONTRADICTION);
});

test("an order of an earlier start is adopted once, and then lives like any other", () => {
  const desk = new ExecutionDesk();
  const prior = { epoch: 6, sequence: 40, orderQty: UNIT, price: PRICE, cumQty: UNIT / 4, venueOrderId: 12 };
  const { words, offset } = desk.records.report(prior);
  assert.equal(desk.orders.applyReport(words, offset), Outcome.PRIOR_EPOCH);
  assert.equal(desk.orders.adopt(words, offset, 1, 3), Outcome.CHANGED);
  const slot = desk.orders.lastIndex;
  assert.equal(desk.status(slot), S.PARTIALLY_FILLED);
  assert.equal(desk.orders.findByTag(1, 3), slot);
  assert.equal(desk.orders.open.buyQty[0], (UNIT * 3) / 4);
  assert.equal(desk.orders.adopt(words, offset, 1, 3), Outcome.IGNORED);
  assert.equal(desk.report(slot, { execType: ExecType.CANCELED, cumQty: UNIT / 4 }), Outcome.CHANGED);
  assert.equal(desk.orders.open.count, 0);
  assert.equal(desk.orders.open.buyQty[0], 0);
});

test("[C5] a listed trade of an adopted order counts once the venue's sum has it, never one that was filled before", () => {
  const desk = new ExecutionDesk();
  const quarter = UNIT / 4;
  const prior = { epoch: 6, sequence: 40, price: PRICE, venueOrderId: 12 };
  const adopting = desk.records.report({ ...prior, orderQty: UNIT, cumQty: quarter, tsEvent: 5_000_000 });
  assert.equal(desk.orders.adopt(adopting.words, adopting.offset, -1, 0), Outcome.CHANGED);
  const slot = desk.orders.lastIndex;
  const listed = (tradeId: number, tsEvent: number): number => {
    const trade = { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: quarter, orderQty: 0, cumQty: 0 };
    const { words, offset } = desk.records.report({ ...prior, ...trade, tradeId, tsEvent });
    return desk.orders.applyReport(words, offset);
  };
  const counted = (): number | undefined => desk.orders.columns.cumQty[slot];
  assert.equal(listed(1, 4_000_000), Outcome.DUPLICATE, "before the report that the order was adopted from");
  assert.equal(listed(2, 6_000_000), Outcome.DUPLICATE, "the venue's sum does not have it yet");
  assert.equal(counted(), quarter);
  const word = desk.records.report({ ...prior, orderQty: UNIT, cumQty: 2 * quarter, tsEvent: 7_000_000 });
  desk.orders.applyReport(word.words, word.offset);
  assert.equal(listed(1, 4_000_000), Outcome.DUPLICATE, "room for it there is now, but it is no news");
  assert.equal(listed(2, 6_000_000), Outcome.FILLED);
  assert.equal(listed(2, 6_000_000), Outcome.DUPLICATE);
  assert.equal(counted(), 2 * quarter);
  assert.equal(desk.orders.haltReason, HaltReason.NONE);
});

test("a trade that is the first word of an earlier start's order is applied as well as adopted", () => {
  const desk = new ExecutionDesk();
  const { words, offset } = desk.records.report({
    epoch: 6,
    sequence: 2,
    orderQty: UNIT,
    price: PRICE,
    execType: ExecType.TRADE,
    tradeId: 4,
    lastPrice: PRICE,
    lastQty: UNIT / 2,
    cumQty: UNIT,
  });
  assert.equal(desk.orders.adopt(words, offset, 0, 0), Outcome.FILLED);
  assert.equal(desk.orders.fill[1], UNIT / 2);
  assert.equal(desk.status(desk.orders.lastIndex), S.FILLED);
  assert.equal(desk.orders.applyReport(words, offset), Outcome.DUPLICATE);
});

test("bytes that never left end in DENIED also after a cancel or a disconnect, unless the venue shows the order", () => {
  for (const between of [
    (desk: ExecutionDesk, slot: number): number => desk.orders.requestCancel(slot, 50),
    (desk: ExecutionDesk): number => desk.orders.markDisconnected(0),
  ]) {
    const desk = new ExecutionDesk();
    const slot = desk.submit(0, {});
    between(desk, slot);
    assert.equal(desk.orders.sendFailed(slot, 113), Outcome.CHANGED);
    assert.deepEqual([desk.status(slot), desk.orders.open.buyQty[0]], [S.DENIED, 0]);
  }
  const shown = new ExecutionDesk();
  const slot = shown.submit(0, {});
  shown.reply(1, 200);
  assert.equal(shown.orders.sendFailed(slot, 113), Outcome.REFUSED);
});

test("after a disconnect the cancel in flight is forgotten, so that it can be asked for again", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.orders.requestCancel(slot, 50);
  desk.orders.markDisconnected(0);
  assert.equal(desk.orders.columns.cancelRequestId[slot], 0);
  assert.equal(desk.reply(50, 400), Outcome.UNMATCHED_REPLY);
});

test("an adopted order without a known agent belongs to the host", () => {
  const desk = new ExecutionDesk();
  const { words, offset } = desk.records.report({ epoch: 6, sequence: 1, orderQty: UNIT, price: PRICE });
  desk.orders.adopt(words, offset, -1, 0);
  assert.equal(desk.orders.columns.agent[desk.orders.lastIndex], 4);
  assert.equal(desk.status(desk.orders.lastIndex), S.ACCEPTED);
});

const notAdopted: readonly (readonly [string, Parameters<ExecutionDesk["records"]["report"]>[0], number])[] =
  [
    ["of this epoch", { epoch: 7, orderQty: UNIT }, Outcome.QUARANTINED],
    ["that is not ours", { epoch: 0, orderQty: UNIT }, Outcome.QUARANTINED],
    ["that is finished", { epoch: 6, orderQty: UNIT, execType: ExecType.CANCELED }, Outcome.IGNORED],
    ["that is filled", { epoch: 6, orderQty: UNIT, cumQty: UNIT }, Outcome.IGNORED],
    ["without a quantity", { epoch: 6 }, Outcome.QUARANTINED],
    ["filled beyond its quantity", { epoch: 6, orderQty: UNIT, cumQty: UNIT + 1 }, Outcome.QUARANTINED],
    ["with an unknown side", { epoch: 6, orderQty: UNIT, side: 9 }, Outcome.QUARANTINED],
  ];
for (const [title, fields, outcome] of notAdopted) {
  test(`an order ${title} is not adopted`, () => {
    const desk = new ExecutionDesk();
    const { words, offset } = desk.records.report(fields);
    assert.equal(desk.orders.adopt(words, offset, 0, 1), outcome);
    assert.equal(desk.orders.open.count, 0);
  });
}

test("a full table adopts nothing and says so", () => {
  const desk = new ExecutionDesk({ capacity: 64 });
  for (let tag = 1; tag <= 8; tag += 1) desk.submit(0, { tag });
  const { words, offset } = desk.records.report({ epoch: 6, orderQty: UNIT });
  assert.equal(desk.orders.adopt(words, offset, 0, 1), Outcome.QUARANTINED);
});

test("finished orders with a missing fill keep their slots, however many orders follow", () => {
  const desk = new ExecutionDesk({ capacity: 64 });
  const slot = desk.submit(0, { tag: 1 });
  desk.report(slot, { execType: ExecType.CANCELED, cumQty: 1000 });
  for (let tag = 2; tag < 200; tag += 1)
    desk.report(desk.submit(0, { tag }), { execType: ExecType.REJECTED });
  const late = { execType: ExecType.TRADE, tradeId: 1, lastPrice: PRICE, lastQty: 1000, cumQty: 1000 };
  assert.equal(desk.report(slot, late), Outcome.FILLED);
  assert.equal(desk.orders.open.buyQty[0], 0);
});

test("open orders are walked by agent and instrument from the end, also while they close", () => {
  const desk = new ExecutionDesk();
  for (let tag = 1; tag <= 6; tag += 1) desk.submit(tag % 2, { tag });
  const { open } = desk.orders;
  const closed: number[] = [];
  for (let place = open.placeBefore(open.count, 1, 0); place >= 0; place = open.placeBefore(place, 1, -1)) {
    const slot = open.slots[place] ?? -1;
    closed.push(desk.orders.columns.tag[slot] ?? 0);
    desk.report(slot, { execType: ExecType.CANCELED });
  }
  assert.deepEqual(closed, [5, 3, 1]);
  assert.deepEqual(
    [open.count, open.countByAgent[0], open.countByAgent[1], open.countByInstrument[0]],
    [3, 3, 0, 3],
  );
});

test("sizes that do not fit together are refused with a remedy", () => {
  const desk = new ExecutionDesk();
  const base = { instruments: desk.instruments, epoch: bootEpoch(1), agentsMax: 1, clock: desk.clock };
  assert.throws(() => new OrderTable({ ...base, capacity: 100 }), /power of two/);
  assert.throws(
    () => new OrderTable({ ...base, capacity: 64, openOrdersMax: 9 }),
    /an eighth of the capacity/,
  );
  assert.throws(() => new OrderTable({ ...base, capacity: 64, agentsMax: 0 }), /agentsMax 0/);
  assert.throws(() => new OrderTable({ ...base, capacity: 64, tradeIdsRetained: 0 }), /retained trade ids 0/);
});

test("the best priced of one instrument's open orders of one side is known while orders come and go, slot 0 included", () => {
  const desk = new ExecutionDesk({ capacity: 64 });
  const { open, columns } = desk.orders;
  const priceOf = (slot: number): number => columns.price[slot] ?? Number.NaN;
  for (let round = 1; round <= 500; round += 1) {
    const side = round % 3 === 0 ? Side.SELL : Side.BUY;
    if (open.count < 7) desk.submit(0, { tag: round, side, price: PRICE + ((round * 4) % 7) * 10 });
    const victim = open.slots[(round * 5) % open.count] ?? -1;
    if (round % 2 === 0) desk.report(victim, { execType: ExecType.CANCELED });
    for (const one of [Side.BUY, Side.SELL]) {
      const prices = [...open.slots.subarray(0, open.count)]
        .filter((slot) => columns.side[slot] === one)
        .map(priceOf);
      const first = open.first(0, one);
      if (prices.length === 0) assert.equal(first, -1);
      else assert.equal(priceOf(first), one === Side.BUY ? Math.max(...prices) : Math.min(...prices));
    }
  }
});

test("trade ids are told apart by all 64 bits", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  const trade = { execType: ExecType.TRADE, lastPrice: PRICE, lastQty: UNIT / 4 };
  assert.equal(desk.report(slot, { ...trade, tradeId: 5, cumQty: UNIT / 4 }), Outcome.FILLED);
  assert.equal(desk.report(slot, { ...trade, tradeId: 2 ** 32 + 5, cumQty: UNIT / 2 }), Outcome.FILLED);
});

test("an accepting reply teaches the venue's order id, by which later reports find the order", () => {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  const { words, offset } = desk.records.reply(1, 200, 0, 77);
  desk.orders.applyReply(words, offset);
  assert.equal(
    desk.report(slot, { epoch: 0, sequence: 0, venueOrderId: 77, execType: ExecType.CANCELED }),
    Outcome.CHANGED,
  );
  assert.equal(desk.status(slot), S.CANCELED);
});

test("an adopted order keeps the agent that is named, the first one too", () => {
  const desk = new ExecutionDesk();
  const { words, offset } = desk.records.report({ epoch: 6, sequence: 1, orderQty: UNIT, price: PRICE });
  desk.orders.adopt(words, offset, 0, 5);
  assert.equal(desk.orders.columns.agent[desk.orders.lastIndex], 0);
});
