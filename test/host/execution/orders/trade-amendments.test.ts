import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrdStatus } from "../../../../abi/host/index.ts";
import { HaltReason, Outcome } from "../../../../host/execution/orders/index.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";
import type { ReportFields } from "../support/execution-records.ts";

const PRICE = 20_000 * UNIT;
const S = OrdStatus;

const trade = (tradeId: number, lastQty: number, cumQty: number): ReportFields => ({
  execType: ExecType.TRADE,
  tradeId,
  lastPrice: PRICE,
  lastQty,
  cumQty,
  commission: 3,
  commissionAssetId: 2,
});
const bust = (tradeId: number, execId: number): ReportFields => ({
  execType: ExecType.TRADE_CANCEL,
  tradeId,
  execId,
});
const correction = (tradeId: number, execId: number, lastQty: number, lastPrice = PRICE): ReportFields => ({
  execType: ExecType.TRADE_CORRECT,
  tradeId,
  execId,
  lastQty,
  lastPrice,
  commission: 1,
  commissionAssetId: 2,
});

/** An order of one unit of which a quarter and a half are filled, by the trades 1 and 2. */
function partlyFilled(): { desk: ExecutionDesk; slot: number } {
  const desk = new ExecutionDesk();
  const slot = desk.submit(0, {});
  desk.report(slot, trade(1, UNIT / 4, UNIT / 4));
  desk.report(slot, trade(2, UNIT / 2, (3 * UNIT) / 4));
  return { desk, slot };
}

const sums = ({ orders }: ExecutionDesk, slot: number): (number | undefined)[] => [
  orders.columns.cumQty[slot],
  orders.columns.venueCumQty[slot],
  orders.columns.exposureQty[slot],
];

test("[V16] a trade that is undone takes its own terms back from the order, whose rest counts as open again", () => {
  const { desk, slot } = partlyFilled();
  assert.equal(desk.report(slot, bust(2, 900)), Outcome.AMENDED);
  assert.deepEqual([...desk.orders.amendments.undone], [PRICE, UNIT / 2, 3]);
  assert.equal(desk.orders.amendments.undoneAssetId, 2);
  assert.deepEqual([...desk.orders.fill], [0, 0, 0]);
  assert.deepEqual(sums(desk, slot), [UNIT / 4, UNIT / 4, (3 * UNIT) / 4]);
  assert.equal(desk.orders.open.buyQty[0], (3 * UNIT) / 4);
  assert.equal(desk.status(slot), S.PARTIALLY_FILLED);
  assert.equal(desk.orders.haltReason, HaltReason.NONE);
  desk.report(slot, bust(1, 901));
  assert.deepEqual(sums(desk, slot), [0, 0, UNIT]);
  assert.equal(desk.status(slot), S.ACCEPTED, "nothing of it is filled any more");
});

test("[V16] a report is applied once by its own number, whatever brings it again, and so is the trade that it undid", () => {
  const { desk, slot } = partlyFilled();
  desk.report(slot, bust(2, 900));
  assert.equal(desk.report(slot, bust(2, 900)), Outcome.DUPLICATE);
  assert.equal(desk.report(slot, trade(2, UNIT / 2, 0)), Outcome.DUPLICATE, "a list shows the trade again");
  assert.deepEqual(sums(desk, slot), [UNIT / 4, UNIT / 4, (3 * UNIT) / 4]);
});

test("[V16] a report that was applied or passed before is a repetition, also once its order is forgotten", () => {
  const { desk, slot } = partlyFilled();
  desk.report(slot, bust(2, 900));
  const forgotten = { ...bust(2, 900), epoch: 3, sequence: 9 };
  assert.equal(desk.report(slot, forgotten), Outcome.DUPLICATE);
  assert.equal(desk.orders.haltReason, HaltReason.NONE);
  assert.equal(desk.report(slot, { ...forgotten, execId: 901 }), Outcome.QUARANTINED);
});

test("[V16] a correction gives the trade other terms, as often as the venue likes", () => {
  const { desk, slot } = partlyFilled();
  assert.equal(desk.report(slot, correction(2, 900, UNIT / 8, PRICE - 1_000_000)), Outcome.AMENDED);
  assert.deepEqual([...desk.orders.amendments.undone], [PRICE, UNIT / 2, 3]);
  assert.deepEqual([...desk.orders.fill], [PRICE - 1_000_000, UNIT / 8, 1]);
  assert.deepEqual(sums(desk, slot), [(3 * UNIT) / 8, (3 * UNIT) / 8, (5 * UNIT) / 8]);
  desk.report(slot, correction(2, 901, UNIT / 4));
  assert.deepEqual([...desk.orders.amendments.undone], [PRICE - 1_000_000, UNIT / 8, 1], "the last terms");
  assert.equal(desk.report(slot, correction(2, 900, UNIT / 8)), Outcome.DUPLICATE, "the first one, late");
  assert.deepEqual(sums(desk, slot), [UNIT / 2, UNIT / 2, UNIT / 2]);
});

test("[V16] a correction that fills the order ends it, and one beyond its quantity is applied and halts", () => {
  const { desk, slot } = partlyFilled();
  desk.report(slot, correction(2, 900, (3 * UNIT) / 4));
  assert.equal(desk.status(slot), S.FILLED);
  assert.equal(desk.orders.open.buyQty[0], 0);
  assert.equal(desk.report(slot, correction(1, 901, UNIT / 2)), Outcome.AMENDED);
  assert.equal(desk.orders.haltReason, HaltReason.OVER_FILL);
  assert.equal(desk.orders.columns.cumQty[slot], (5 * UNIT) / 4);
});

test("[V16] an order that is over stays over with less filled, unless the venue says that it works again: then it is a doubt", () => {
  const { desk, slot } = partlyFilled();
  desk.report(slot, trade(3, UNIT / 4, UNIT));
  assert.equal(desk.status(slot), S.FILLED);
  desk.report(slot, { ...bust(3, 900), ordStatus: S.FILLED });
  assert.equal(desk.status(slot), S.FILLED);
  assert.equal(desk.orders.columns.exposureQty[slot], 0, "no fill is missing");
  assert.equal(desk.orders.haltReason, HaltReason.NONE);
  desk.report(slot, { ...bust(2, 901), ordStatus: S.PARTIALLY_FILLED });
  assert.equal(desk.status(slot), S.UNKNOWN);
  assert.equal(desk.orders.haltReason, HaltReason.CONTRADICTION);
  assert.equal(desk.orders.columns.exposureQty[slot], (3 * UNIT) / 4, "at its whole rest");
});

test("[V16] the venue may undo a trade and end the order in one word", () => {
  for (const [ordStatus, end] of [
    [S.CANCELED, S.CANCELED],
    [S.EXPIRED, S.EXPIRED],
  ] as const) {
    const { desk, slot } = partlyFilled();
    desk.report(slot, { ...bust(2, 900), ordStatus });
    assert.equal(desk.status(slot), end);
    assert.deepEqual(sums(desk, slot), [UNIT / 4, UNIT / 4, 0]);
  }
});

test("[V16] a sum that the venue tells beside it is believed where it is more, and is a contradiction where it is less", () => {
  const more = partlyFilled();
  more.desk.report(more.slot, { ...bust(2, 900), cumQty: UNIT / 2 });
  assert.deepEqual(sums(more.desk, more.slot), [UNIT / 4, UNIT / 2, (3 * UNIT) / 4], "a fill is missing");
  const less = partlyFilled();
  assert.equal(less.desk.report(less.slot, { ...bust(2, 900), cumQty: UNIT / 8 }), Outcome.QUARANTINED);
  assert.equal(less.desk.orders.haltReason, HaltReason.CUM_QTY_INCONSISTENT);
});

const refused: readonly (readonly [string, ReportFields, HaltReason])[] = [
  ["a trade that is not known", bust(7, 900), HaltReason.UNKNOWN_TRADE],
  ["the terms of another trade", { ...bust(2, 900), lastQty: UNIT / 4 }, HaltReason.MISMATCHED_REPORT],
  ["another price than the trade's", { ...bust(2, 900), lastPrice: PRICE + 1 }, HaltReason.MISMATCHED_REPORT],
  ["no number of its own", bust(2, 0), HaltReason.MALFORMED_REPORT],
  ["another venue order", { ...bust(2, 900), venueOrderId: 17 }, HaltReason.MISMATCHED_REPORT],
  ["another side", { ...bust(2, 900), side: 2 }, HaltReason.MISMATCHED_REPORT],
  ["a corrected price off the tick grid", correction(2, 900, UNIT / 2, PRICE + 1), HaltReason.OFF_TICK_FILL],
  [
    "a corrected price beyond the limit",
    correction(2, 900, UNIT / 2, PRICE + 1_000_000),
    HaltReason.WORSE_THAN_LIMIT,
  ],
  ["a corrected quantity of nothing", correction(2, 900, 0), HaltReason.MALFORMED_REPORT],
  ["an order of another start", { ...bust(2, 900), epoch: 3, sequence: 9 }, HaltReason.UNKNOWN_TRADE],
  ["an order that nobody here made", { ...bust(2, 900), epoch: 0, sequence: 0 }, HaltReason.FOREIGN_ORDER],
];
for (const [title, fields, reason] of refused) {
  test(`[V16] what undoes or corrects a trade with ${title} changes nothing and halts`, () => {
    const { desk, slot } = partlyFilled();
    desk.orders.columns.venueOrderIdLow[slot] = 5;
    const before = sums(desk, slot);
    assert.equal(desk.report(slot, fields), Outcome.QUARANTINED);
    assert.equal(desk.orders.haltReason, reason);
    assert.deepEqual(sums(desk, slot), before);
    assert.equal(desk.report(slot, fields), Outcome.QUARANTINED, "it is not taken as known either");
  });
}

test("[V16] a second bust of the same trade changes nothing and halts, and so does its correction", () => {
  const { desk, slot } = partlyFilled();
  desk.report(slot, bust(2, 900));
  const before = sums(desk, slot);
  for (const fields of [bust(2, 901), correction(2, 902, UNIT / 2)]) {
    assert.equal(desk.report(slot, fields), Outcome.QUARANTINED);
    assert.equal(desk.orders.haltReason, HaltReason.UNDONE_TWICE);
    assert.deepEqual(sums(desk, slot), before);
  }
});

test("[V16] what would leave less than nothing filled changes nothing and halts", () => {
  const { desk, slot } = partlyFilled();
  // As if the table had lost a part of what the history has.
  desk.orders.columns.cumQty[slot] = UNIT / 4;
  for (const fields of [bust(2, 900), correction(2, 901, 1_000)]) {
    assert.equal(desk.report(slot, fields), Outcome.QUARANTINED);
    assert.equal(desk.orders.haltReason, HaltReason.NEGATIVE_CUM_QTY);
    assert.equal(desk.orders.columns.cumQty[slot], UNIT / 4);
  }
});

test("[V16] a trade that is older than what is remembered cannot be undone", () => {
  const desk = new ExecutionDesk({ fillsRetained: 2 });
  const slot = desk.submit(0, {});
  for (let tradeId = 1; tradeId <= 3; tradeId += 1) desk.report(slot, trade(tradeId, 1_000, tradeId * 1_000));
  assert.equal(desk.report(slot, bust(1, 900)), Outcome.QUARANTINED);
  assert.equal(desk.orders.haltReason, HaltReason.UNKNOWN_TRADE);
  assert.equal(desk.report(slot, bust(2, 901)), Outcome.AMENDED);
});
