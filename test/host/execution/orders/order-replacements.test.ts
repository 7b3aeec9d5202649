import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrderType, OrdStatus, TimeInForce } from "../../../../abi/host/index.ts";
import { HaltReason, IntentRefusal, Outcome } from "../../../../host/execution/orders/index.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const PRICE = 20_000 * UNIT;
const LOWER = 19_990 * UNIT;
const S = OrdStatus;
const TAG = 11;
/** Request ids: the older order, the newer one, the cancel half. */
const NEWER = 2;
const CANCEL = 3;

/** An order at rest, and another in its place that has been asked for. */
function replacing(quantity = UNIT): { desk: ExecutionDesk; older: number; newer: number } {
  const desk = new ExecutionDesk();
  const older = desk.submit(0, { tag: TAG, price: PRICE, quantity: UNIT });
  desk.reply(1, 200);
  const newer = desk.replace(older, { price: LOWER, quantity });
  return { desk, older, newer };
}

const trade = (
  cumQty: number,
  lastQty = cumQty,
): { execType: number; tradeId: number; lastPrice: number; lastQty: number; cumQty: number } => ({
  execType: ExecType.TRADE,
  tradeId: cumQty,
  lastPrice: PRICE,
  lastQty,
  cumQty,
});

function statuses(desk: ExecutionDesk, older: number, newer: number): readonly number[] {
  return [desk.status(older), desk.status(newer)];
}

test("[C9] a replacement is an order of its own, with a number of its own, and both count until the end of each is known", () => {
  const { desk, older, newer } = replacing(UNIT / 2);
  const { columns, open } = desk.orders;
  assert.deepEqual(statuses(desk, older, newer), [S.PENDING_REPLACE, S.PENDING_NEW]);
  assert.equal(columns.sequence[newer], (columns.sequence[older] ?? 0) + 1);
  assert.deepEqual(
    [columns.newRequestId[newer], columns.cancelRequestId[older]],
    [NEWER, CANCEL],
    "the cancel half has the next request id",
  );
  assert.deepEqual(
    [columns.side[newer], columns.orderType[newer], columns.tag[newer]],
    [1, OrderType.LIMIT, TAG],
  );
  assert.deepEqual([columns.price[newer], columns.quantity[newer]], [LOWER, UNIT / 2]);
  assert.equal(open.buyQty[0], UNIT + UNIT / 2);
  assert.deepEqual([desk.orders.olderOf(newer), desk.orders.newerOf(older)], [older, newer]);
  assert.deepEqual([desk.orders.olderOf(older), desk.orders.newerOf(newer)], [-1, -1]);
});

test("[C9] what an intent leaves at 0 stays: the price, and what is left of the quantity", () => {
  const desk = new ExecutionDesk();
  const older = desk.submit(0, { tag: TAG, price: PRICE, quantity: UNIT });
  desk.report(older, trade(UNIT / 4));
  const repriced = desk.draftReplacement(0, older, { price: LOWER });
  assert.deepEqual(
    [desk.orders.columns.price[repriced], desk.orders.columns.quantity[repriced]],
    [LOWER, (UNIT / 4) * 3],
  );
  desk.orders.deny(repriced, 32);
  const resized = desk.draftReplacement(0, older, { quantity: UNIT / 2 });
  assert.deepEqual(
    [desk.orders.columns.price[resized], desk.orders.columns.quantity[resized]],
    [PRICE, UNIT / 2],
  );
});

test("[C9] [V15] done: the older order's end and the newer one's acceptance in any order, and the tag passes on", () => {
  const accepted = (desk: ExecutionDesk): unknown => desk.reply(NEWER, 200);
  const cancelTaken = (desk: ExecutionDesk): unknown => desk.reply(CANCEL, 200);
  const steps = [
    accepted,
    cancelTaken,
    (desk: ExecutionDesk, older: number): unknown => desk.report(older, { execType: ExecType.CANCELED }),
    (desk: ExecutionDesk, _: number, newer: number): unknown =>
      desk.report(newer, { execType: ExecType.NEW, venueOrderId: 8 }),
  ];
  for (const order of permutations([0, 1, 2, 3])) {
    const { desk, older, newer } = replacing();
    for (const step of order) {
      const isEnded = desk.status(older) === S.CANCELED;
      assert.equal(desk.orders.findByTag(0, TAG), isEnded ? newer : older);
      assert.equal(desk.orders.open.buyQty[0], isEnded ? UNIT : 2 * UNIT);
      steps[step]?.(desk, older, newer);
      assert.equal(desk.orders.haltReason, HaltReason.NONE);
    }
    assert.deepEqual(statuses(desk, older, newer), [S.CANCELED, S.ACCEPTED]);
    assert.equal(desk.orders.findByTag(0, TAG), newer);
    assert.equal(desk.orders.open.buyQty[0], UNIT);
  }
});

test("[C9] half done: the cancel was taken and the new order refused, so that nothing is left", () => {
  const { desk, older, newer } = replacing();
  desk.reply(CANCEL, 200);
  desk.reply(NEWER, 400, -2010);
  assert.deepEqual(statuses(desk, older, newer), [S.PENDING_REPLACE, S.REJECTED]);
  assert.equal(desk.orders.open.buyQty[0], UNIT, "the older order counts until its end is reported");
  assert.equal(desk.orders.findByTag(0, TAG), older);
  desk.report(older, { execType: ExecType.CANCELED });
  assert.equal(desk.orders.open.buyQty[0], 0);
  assert.equal(desk.orders.findByTag(0, TAG), -IntentRefusal.UNKNOWN_TAG);
});

test("[C9] half done the other way: the cancel was refused, and the order is as it was and can be replaced again", () => {
  const { desk, older, newer } = replacing();
  desk.reply(CANCEL, 400, -2011);
  assert.deepEqual(statuses(desk, older, newer), [S.ACCEPTED, S.PENDING_NEW]);
  assert.equal(
    desk.draftReplacement(0, older, { price: LOWER }),
    -IntentRefusal.NOT_REPLACEABLE,
    "the other may live",
  );
  desk.reply(NEWER, 400, -2022);
  assert.deepEqual(statuses(desk, older, newer), [S.ACCEPTED, S.REJECTED]);
  assert.equal(desk.orders.open.buyQty[0], UNIT);
  assert.equal(desk.orders.findByTag(0, TAG), older);
  const third = desk.replace(older, { price: LOWER });
  assert.deepEqual([desk.orders.olderOf(third), desk.orders.olderOf(newer)], [older, -1]);
});

test("[C9] a venue that refuses the cancel and places all the same: both live, and both count", () => {
  const { desk, older, newer } = replacing();
  desk.reply(CANCEL, 400, -2011);
  desk.reply(NEWER, 200);
  assert.deepEqual(statuses(desk, older, newer), [S.ACCEPTED, S.ACCEPTED]);
  assert.equal(desk.orders.open.buyQty[0], 2 * UNIT);
  assert.equal(desk.draftReplacement(0, older, { price: LOWER }), -IntentRefusal.NOT_REPLACEABLE);
  assert.equal(desk.draftReplacement(0, newer, { price: PRICE }), -IntentRefusal.NOT_REPLACEABLE);
});

test("[C10] a fill crosses the replace: a part leaves it pending, all of it ends the order, and the other counts until it is refused", () => {
  const { desk, older, newer } = replacing();
  assert.equal(desk.report(older, trade(UNIT / 4)), Outcome.FILLED);
  assert.deepEqual(statuses(desk, older, newer), [S.PENDING_REPLACE, S.PENDING_NEW]);
  assert.equal(desk.orders.open.buyQty[0], (UNIT / 4) * 3 + UNIT);
  desk.report(older, trade(UNIT, (UNIT / 4) * 3));
  assert.deepEqual(statuses(desk, older, newer), [S.FILLED, S.PENDING_NEW]);
  assert.equal(desk.orders.findByTag(0, TAG), newer, "what may still trade has the tag");
  assert.equal(desk.orders.open.buyQty[0], UNIT);
  desk.reply(CANCEL, 404, -2011);
  desk.reply(NEWER, 400, -2022);
  assert.deepEqual(statuses(desk, older, newer), [S.FILLED, S.REJECTED]);
  assert.equal(desk.orders.open.buyQty[0], 0);
  assert.equal(desk.orders.haltReason, HaltReason.NONE);
});

test("[C10] a refused cancel after a part fill brings the order back as partially filled", () => {
  const { desk, older } = replacing();
  desk.report(older, trade(UNIT / 4));
  desk.reply(CANCEL, 400, -2011);
  assert.equal(desk.status(older), S.PARTIALLY_FILLED);
});

test("[C7] no answer in time: both are unknown, both count, and each is proven by itself", () => {
  for (const isDone of [true, false]) {
    const { desk, older, newer } = replacing();
    desk.orders.requestTimedOut(CANCEL);
    desk.orders.requestTimedOut(NEWER);
    assert.deepEqual(statuses(desk, older, newer), [S.UNKNOWN, S.UNKNOWN]);
    assert.equal(desk.orders.open.buyQty[0], 2 * UNIT);
    // The report of a part fill may be older than the doubt.
    desk.report(older, trade(UNIT / 4));
    assert.equal(desk.status(older), S.UNKNOWN);
    if (isDone) {
      assert.equal(desk.orders.proveAbsent(older, 404), Outcome.CHANGED);
      desk.report(newer, { execType: ExecType.NEW });
      assert.deepEqual(statuses(desk, older, newer), [S.CANCELED, S.ACCEPTED]);
    } else {
      desk.orders.proveOpen(older);
      assert.equal(desk.orders.proveAbsent(newer, 404), Outcome.CHANGED);
      assert.deepEqual(statuses(desk, older, newer), [S.PARTIALLY_FILLED, S.DENIED]);
    }
  }
});

test("[C7] the line is lost while a replace is under way: both are unknown, and late answers are nobody's", () => {
  const { desk, older, newer } = replacing();
  assert.equal(desk.orders.markDisconnected(0), 2);
  assert.deepEqual(statuses(desk, older, newer), [S.UNKNOWN, S.UNKNOWN]);
  assert.equal(desk.orders.open.buyQty[0], 2 * UNIT);
  assert.equal(desk.reply(CANCEL, 400), Outcome.UNMATCHED_REPLY);
  assert.equal(desk.status(older), S.UNKNOWN);
  desk.orders.proveOpen(older);
  assert.equal(desk.status(older), S.ACCEPTED, "nothing is under way any more");
});

test("a replace that provably never left leaves the order as it was", () => {
  const { desk, older, newer } = replacing();
  assert.equal(desk.orders.sendFailed(newer, 113), Outcome.CHANGED);
  assert.equal(desk.orders.cancelSendFailed(older), Outcome.CHANGED);
  assert.deepEqual(statuses(desk, older, newer), [S.ACCEPTED, S.DENIED]);
  assert.equal(desk.orders.open.buyQty[0], UNIT);
  assert.equal(desk.orders.columns.requestFlags[older], 0);
});

test("a cancel may be asked for while a replace is pending, of either order", () => {
  const { desk, older, newer } = replacing();
  assert.equal(desk.orders.requestCancel(older, 7), Outcome.CHANGED);
  assert.equal(desk.orders.requestCancel(newer, 8), Outcome.CHANGED);
  assert.deepEqual(statuses(desk, older, newer), [S.PENDING_CANCEL, S.PENDING_CANCEL]);
  assert.equal(desk.reply(CANCEL, 400), Outcome.UNMATCHED_REPLY, "the half's answer is nobody's any more");
  desk.reply(7, 400);
  assert.equal(desk.status(older), S.ACCEPTED);
});

test("[P11] only an agent's own order at rest is replaced, and only by something else", () => {
  const desk = new ExecutionDesk();
  const older = desk.submit(0, { tag: TAG, price: PRICE, quantity: UNIT });
  const refusal = (fields: Parameters<ExecutionDesk["draftReplacement"]>[2], agent = 0): number =>
    desk.draftReplacement(agent, older, fields);
  assert.equal(refusal({ price: LOWER }), -IntentRefusal.NOT_REPLACEABLE, "not accepted yet");
  desk.report(older, { execType: ExecType.NEW, venueOrderId: 3 });
  assert.equal(refusal({}), -IntentRefusal.MALFORMED_INTENT);
  assert.equal(refusal({ price: PRICE, quantity: UNIT }), -IntentRefusal.MALFORMED_INTENT);
  assert.equal(refusal({ price: -1 }), -IntentRefusal.MALFORMED_INTENT);
  assert.equal(refusal({ quantity: -1 }), -IntentRefusal.MALFORMED_INTENT);
  assert.equal(refusal({ price: LOWER }, 1), -IntentRefusal.UNKNOWN_TAG);
  assert.equal(refusal({ price: LOWER, tag: 12 }), -IntentRefusal.UNKNOWN_TAG);
  const draft = refusal({ price: LOWER });
  assert.ok(draft >= 0, "the reply to its own request may still be on its way");
  desk.orders.deny(draft, 32);
  assert.deepEqual([desk.status(older), desk.orders.newerOf(older)], [S.ACCEPTED, -1]);
  desk.orders.requestCancel(older, 7);
  assert.equal(refusal({ price: LOWER }), -IntentRefusal.NOT_REPLACEABLE, "it is to go");
  desk.report(older, { execType: ExecType.CANCELED });
  assert.equal(refusal({ price: LOWER }), -IntentRefusal.NOT_REPLACEABLE, "it is over");
});

test("orders that never rest are not replaced", () => {
  const desk = new ExecutionDesk();
  const immediate = desk.submit(0, { tag: 1, timeInForce: TimeInForce.IOC });
  const market = desk.submit(0, { tag: 2, orderType: OrderType.MARKET, price: 0 });
  const maker = desk.submit(0, { tag: 3, orderType: OrderType.LIMIT_MAKER, price: LOWER });
  for (const request of [1, 2, 3]) desk.reply(request, 200);
  assert.equal(desk.draftReplacement(0, immediate, { price: LOWER }), -IntentRefusal.NOT_REPLACEABLE);
  assert.equal(desk.draftReplacement(0, market, { quantity: UNIT / 2 }), -IntentRefusal.NOT_REPLACEABLE);
  const draft = desk.draftReplacement(0, maker, { price: PRICE });
  assert.equal(desk.orders.columns.orderType[draft], OrderType.LIMIT_MAKER);
});

test("a replacement is submitted once, while its order is still at rest", () => {
  const desk = new ExecutionDesk();
  const older = desk.submit(0, { tag: TAG });
  desk.reply(1, 200);
  const draft = desk.draftReplacement(0, older, { price: LOWER });
  desk.report(older, { execType: ExecType.CANCELED });
  assert.equal(desk.orders.submitReplacement(draft, 5), Outcome.REFUSED);
  assert.deepEqual(statuses(desk, older, draft), [S.CANCELED, S.INITIALIZED]);
  desk.orders.deny(draft, IntentRefusal.NOT_REPLACEABLE);
  const plain = desk.draft(0, { tag: 12 });
  assert.equal(desk.orders.submitReplacement(plain, 6), Outcome.REFUSED, "it takes nobody's place");
});

test("[C6] slots that are used again forget whose place their orders took", () => {
  const desk = new ExecutionDesk({ capacity: 64 });
  const older = desk.submit(0, { tag: TAG });
  desk.reply(1, 200);
  const newer = desk.replace(older, { price: LOWER });
  desk.report(older, { execType: ExecType.CANCELED });
  for (let round = 0; round < 63; round += 1) {
    const slot = desk.submit(0, { tag: 100 + round });
    desk.report(slot, { execType: ExecType.CANCELED });
  }
  assert.deepEqual([desk.orders.olderOf(newer), desk.orders.newerOf(older)], [-1, -1]);
  assert.equal(desk.orders.findByTag(0, TAG), newer);
});

test("[C9] the venue's guard: an unfilled order's reserve is credited, a part fill, or another venue, credits nothing", () => {
  const credit = (guardsReplace: boolean, quantity: number, filled = 0): number => {
    const desk = new ExecutionDesk({ guardsReplace });
    const older = desk.submit(0, { tag: TAG, quantity: UNIT });
    desk.reply(1, 200);
    if (filled > 0) desk.report(older, trade(filled));
    return desk.orders.replacements.creditOf(desk.draftReplacement(0, older, { price: LOWER, quantity }));
  };
  assert.equal(credit(true, 2 * UNIT), UNIT);
  assert.equal(
    credit(true, UNIT / 2),
    UNIT / 2,
    "never more than the newer order: the rest of the older one counts",
  );
  assert.equal(credit(true, UNIT, UNIT / 4), 0);
  assert.equal(credit(false, UNIT), 0);
  const desk = new ExecutionDesk({ guardsReplace: true });
  assert.equal(desk.orders.replacements.creditOf(desk.draft(0, {})), 0);
});

test("[C9] what a tag stands for: the older order while it is open, then the newer one, and at the end the one that traded", () => {
  const { desk, older, newer } = replacing();
  const { replacements } = desk.orders;
  const stand = (): readonly number[] => [replacements.standsFor(older), replacements.standsFor(newer)];
  assert.deepEqual(stand(), [older, older]);
  desk.report(older, { execType: ExecType.CANCELED });
  assert.deepEqual(stand(), [newer, newer]);
  desk.reply(NEWER, 400);
  assert.deepEqual(stand(), [older, newer]);
  const filled = replacing();
  filled.desk.report(filled.older, trade(UNIT));
  filled.desk.reply(NEWER, 400);
  assert.equal(filled.desk.orders.replacements.standsFor(filled.newer), filled.older);
  const plain = desk.submit(0, { tag: 99 });
  assert.equal(replacements.standsFor(plain), plain);
});

test("[C10] a fill that comes after two replaces is told of the order that stands by then", () => {
  const { desk, older, newer } = replacing();
  desk.reply(NEWER, 200);
  desk.report(older, { execType: ExecType.CANCELED, cumQty: UNIT / 4 });
  const third = desk.replace(newer, { price: PRICE });
  assert.equal(desk.orders.replacements.standsFor(third), newer);
  desk.report(newer, { execType: ExecType.CANCELED });
  assert.equal(desk.report(older, trade(UNIT / 4)), Outcome.FILLED);
  assert.equal(desk.orders.replacements.standsFor(older), third);
  desk.report(third, { execType: ExecType.CANCELED });
  assert.equal(desk.orders.replacements.standsFor(older), older);
});

test("a draft stands for nothing yet", () => {
  const desk = new ExecutionDesk();
  const older = desk.submit(0, { tag: TAG });
  desk.reply(1, 200);
  const draft = desk.draftReplacement(0, older, { price: LOWER });
  assert.equal(desk.orders.replacements.standsFor(older), older);
  assert.equal(desk.orders.replacements.standsFor(draft), draft);
});

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
