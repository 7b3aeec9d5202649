import assert from "node:assert/strict";
import { test } from "node:test";
import { IntentAction, OrderCommand, OrderType, Side } from "../../../../abi/host/index.ts";
import { OrderRecordWriter } from "../../../../host/execution/orders/index.ts";
import {
  DenialCode,
  isApproved,
  LastHop,
  LastHopDenial,
  TradingMode,
} from "../../../../host/execution/risk/index.ts";
import type { LastHopOptions, RiskApproved } from "../../../../host/execution/risk/index.ts";
import { EPOCH, ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const OFFSET = 8;

class Dispatch {
  readonly desk: ExecutionDesk = new ExecutionDesk();
  readonly words: Int32Array = new Int32Array(32);
  readonly view: DataView = new DataView(this.words.buffer, OFFSET);
  #tag = 0;

  /** An approved order with its command written. */
  approve(fields: Parameters<ExecutionDesk["draft"]>[1] = {}): RiskApproved {
    this.#tag += 1;
    const slot = this.desk.draft(0, { tag: this.#tag, quantity: UNIT / 10, ...fields });
    const decision = this.desk.gate.evaluate(slot);
    if (!isApproved(decision)) throw new Error(`denied: ${decision}`);
    this.desk.orders.submit(slot, this.#tag);
    const writer = new OrderRecordWriter(this.desk.orders.columns, this.desk.instruments.instrumentId);
    writer.writeCommand(this.words, OFFSET, slot, IntentAction.SUBMIT, this.#tag);
    return decision;
  }

  admit(approval: RiskApproved, venue = 0): number {
    return this.desk.lastHop.admitOrder(approval, venue, this.words, OFFSET);
  }
}

test("an approved order passes once; [C6] the same number never leaves twice", () => {
  const dispatch = new Dispatch();
  const approval = dispatch.approve();
  assert.equal(dispatch.admit(approval), 0);
  assert.equal(dispatch.admit(approval), LastHopDenial.REUSED_ID);
  dispatch.view.setUint32(OrderCommand.clientOrderSequence, 900, true);
  assert.equal(dispatch.admit(approval), LastHopDenial.CHILDREN_EXCEED_PARENT);
});

test("[O2] children may add up to the approved quantity and not to one lot more", () => {
  const dispatch = new Dispatch();
  const approval = dispatch.approve();
  const child = (sequence: number, quantity: number): number => {
    dispatch.view.setUint32(OrderCommand.clientOrderSequence, sequence, true);
    dispatch.view.setBigInt64(OrderCommand.quantity, BigInt(quantity), true);
    return dispatch.admit(approval);
  };
  assert.equal(child(1, UNIT / 20), 0);
  assert.equal(child(2, UNIT / 20 + 1), LastHopDenial.CHILDREN_EXCEED_PARENT);
  assert.equal(child(3, UNIT / 20), 0);
  assert.equal(child(4, 1), LastHopDenial.CHILDREN_EXCEED_PARENT);
  assert.equal(child(5, 0), LastHopDenial.CHILDREN_EXCEED_PARENT);
  assert.equal(child(6, -1), LastHopDenial.CHILDREN_EXCEED_PARENT);
});

test("[C9] a replace cancels the order that was approved for it, and no other; nor does a plain order cancel one", () => {
  const dispatch = new Dispatch();
  const { desk, words, view } = dispatch;
  const older = desk.submit(0, { tag: 90, quantity: UNIT / 10 });
  desk.reply(1, 200);
  const draft = desk.draftReplacement(0, older, { quantity: UNIT / 20 });
  const approval = desk.gate.evaluate(draft);
  if (!isApproved(approval)) throw new Error(`denied: ${approval}`);
  assert.equal(desk.orders.submitReplacement(draft, 8), 1);
  const writer = new OrderRecordWriter(desk.orders.columns, desk.instruments.instrumentId);
  const written = (change: (() => void) | null): number => {
    writer.writeReplace(words, OFFSET, draft, older, 8);
    change?.();
    return dispatch.admit(approval);
  };
  const differs = LastHopDenial.DIFFERS_FROM_APPROVAL;
  assert.equal(
    written(() => {
      view.setUint32(OrderCommand.origClientOrderSequence, 99, true);
    }),
    differs,
  );
  assert.equal(
    written(() => {
      view.setUint32(OrderCommand.origClientOrderEpoch, 99, true);
    }),
    differs,
  );
  assert.equal(
    written(() => {
      view.setUint8(OrderCommand.action, IntentAction.SUBMIT);
    }),
    differs,
    "without its cancel it would stand beside the other",
  );
  assert.equal(written(null), 0);
  const plain = dispatch.approve();
  view.setUint8(OrderCommand.action, IntentAction.REPLACE);
  assert.equal(dispatch.admit(plain), differs);
});

const changed: readonly (readonly [string, (view: DataView) => void, number])[] = [
  [
    "a cancel",
    (view) => view.setUint8(OrderCommand.action, IntentAction.CANCEL),
    LastHopDenial.DIFFERS_FROM_APPROVAL,
  ],
  [
    "the other side",
    (view) => view.setUint8(OrderCommand.side, Side.SELL),
    LastHopDenial.DIFFERS_FROM_APPROVAL,
  ],
  [
    "another order type",
    (view) => view.setUint8(OrderCommand.orderType, OrderType.MARKET),
    LastHopDenial.DIFFERS_FROM_APPROVAL,
  ],
  [
    "another instrument",
    (view) => view.setUint32(OrderCommand.instrumentId, 9, true),
    LastHopDenial.DIFFERS_FROM_APPROVAL,
  ],
  [
    "a worse price",
    (view) => view.setBigInt64(OrderCommand.price, BigInt(20_000 * UNIT + 1), true),
    LastHopDenial.DIFFERS_FROM_APPROVAL,
  ],
  ["no price", (view) => view.setBigInt64(OrderCommand.price, 0n, true), LastHopDenial.DIFFERS_FROM_APPROVAL],
  [
    "an absurd quantity",
    (view) => view.setBigInt64(OrderCommand.quantity, 2n ** 62n, true),
    LastHopDenial.CHILDREN_EXCEED_PARENT,
  ],
  [
    "another epoch",
    (view) => view.setUint32(OrderCommand.clientOrderEpoch, EPOCH + 1, true),
    LastHopDenial.REUSED_ID,
  ],
];
for (const [title, spoil, code] of changed) {
  test(`[O2] a command that became ${title} after approval does not leave`, () => {
    const dispatch = new Dispatch();
    const approval = dispatch.approve();
    spoil(dispatch.view);
    assert.equal(dispatch.admit(approval), code);
  });
}

test("[O2] a sale may not become cheaper after approval", () => {
  const dispatch = new Dispatch();
  const approval = dispatch.approve({ side: Side.SELL });
  dispatch.view.setBigInt64(OrderCommand.price, BigInt(20_000 * UNIT - 1), true);
  assert.equal(dispatch.admit(approval), LastHopDenial.DIFFERS_FROM_APPROVAL);
});

test("[O1] kill word, mode and lease stop an order that was already approved", () => {
  const stops: readonly (readonly [number, (desk: ExecutionDesk) => void])[] = [
    [LastHopDenial.KILLED, (desk) => void (desk.kill[0] = 1)],
    [LastHopDenial.MODE, (desk) => desk.modes.restrictAccount(TradingMode.CANCEL_ONLY)],
    [LastHopDenial.MODE, (desk) => void (desk.modes.account[0] = 0)],
    [LastHopDenial.LEASE, (desk) => void (desk.leaseUntilNs[0] = 0)],
    [LastHopDenial.LEASE, (desk) => void (desk.leaseUntilNs[0] = Number.NaN)],
  ];
  for (const [code, stop] of stops) {
    const dispatch = new Dispatch();
    const approval = dispatch.approve();
    stop(dispatch.desk);
    assert.equal(dispatch.admit(approval), code);
    assert.equal(dispatch.desk.lastHop.passCancel(0), 0, "a cancel passes");
  }
});

test("a revoked approval is none", () => {
  const dispatch = new Dispatch();
  const approval = dispatch.approve();
  dispatch.desk.lastHop.revoke(approval);
  assert.equal(dispatch.admit(approval), LastHopDenial.NOT_APPROVED);
});

function withBudgets(dispatch: Dispatch, budgets: LastHopOptions["budgets"]): LastHop {
  const { ledger, kill, modes, clock, leaseUntilNs } = dispatch.desk;
  return new LastHop({
    ledger,
    kill,
    accountMode: modes.account,
    clock,
    leaseUntilNs,
    epoch: EPOCH,
    budgets,
  });
}

test("the message budget leaves the reserve to cancels and refills with time", () => {
  const dispatch = new Dispatch();
  const lastHop = withBudgets(dispatch, [
    { venueIndex: 0, messagesMax: 3, windowNs: 3000, cancelReserve: 1 },
  ]);
  const send = (): number => lastHop.admitOrder(dispatch.approve(), 0, dispatch.words, OFFSET);
  assert.deepEqual([send(), send(), send()], [0, 0, LastHopDenial.MESSAGE_BUDGET]);
  assert.deepEqual([lastHop.passCancel(0), lastHop.passCancel(0)], [0, 1]);
  assert.equal(lastHop.cancelsBeyondBudget[0], 1);
  dispatch.desk.clock[0] = 1999;
  assert.equal(send(), LastHopDenial.MESSAGE_BUDGET);
  dispatch.desk.clock[0] = 2001;
  assert.equal(send(), 0);
  dispatch.desk.clock[0] = 1e9;
  dispatch.desk.setReference(0, 20_000 * UNIT, 20_000 * UNIT + 10_000_000);
  assert.deepEqual(
    [send(), send(), send()],
    [0, 0, LastHopDenial.MESSAGE_BUDGET],
    "no more than one window's worth is saved up",
  );
  assert.equal(
    lastHop.admitOrder(dispatch.approve(), 7, dispatch.words, OFFSET),
    LastHopDenial.MESSAGE_BUDGET,
    "a venue without a budget",
  );
});

test("budgets that make no sense are refused", () => {
  const budget = { venueIndex: 0, messagesMax: 3, windowNs: 1000, cancelReserve: 1 };
  const dispatch = new Dispatch();
  for (const wrong of [
    { venueIndex: 256 },
    { venueIndex: -1 },
    { cancelReserve: 0 },
    { cancelReserve: 3 },
    { windowNs: 0 },
  ]) {
    assert.throws(() => withBudgets(dispatch, [{ ...budget, ...wrong }]), /last-hop budget of venue/);
  }
  assert.throws(() => withBudgets(dispatch, [budget, budget]), /one for each venue/);
});

test("the last hop's own codes are those of the closed list", () => {
  const listed = new Map(Object.entries(DenialCode));
  for (const [name, code] of Object.entries(LastHopDenial))
    assert.equal(listed.get(`LAST_HOP_${name}`), code);
});
