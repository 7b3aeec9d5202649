import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrdStatus, RiskCheck, Side } from "../../../../abi/host/index.ts";
import { DenialCode, isApproved, LastHopDenial, TradingMode } from "../../../../host/execution/risk/index.ts";
import type { RiskApproved } from "../../../../host/execution/risk/index.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";
import type { DeskOptions } from "../support/execution-desk.ts";

const BID = 20_000 * UNIT;
const TICK = 1_000_000;
const LOT = 1000;
const D = DenialCode;
/** Of the orders that fill a window. */
const SMALL = 25_000;

/** A replace of one unit by one a tick lower, of which the cancel has left and the new order has not. */
function halfway(options: DeskOptions = {}): { readonly desk: ExecutionDesk; readonly newer: number } {
  const desk = new ExecutionDesk({ shares: [1_000_000], ...options });
  const older = desk.send(0, { tag: 50 });
  desk.report(older, { execType: ExecType.NEW, venueOrderId: 3 });
  const draft = desk.draftReplacement(0, older, { price: BID - TICK });
  const decision: number = desk.gate.evaluate(draft);
  assert.equal(decision, draft, "the first half is approved");
  assert.equal(desk.orders.submitReplacement(draft, 900), 1);
  return { desk, newer: draft };
}

const again = ({ desk, newer }: ReturnType<typeof halfway>): number => desk.gate.judgeAgain(newer);
const worse: readonly (readonly [string, number, (desk: ExecutionDesk) => void, DeskOptions?])[] = [
  ["a kill", D.KILLED, (desk) => void (desk.kill[0] = 1)],
  ["a halt of the account", D.MODE_HALTED, (desk) => desk.modes.restrictAccount(TradingMode.HALTED)],
  ["a halt of the instrument", D.MODE_HALTED, (desk) => desk.modes.restrictInstrument(0, TradingMode.HALTED)],
  [
    "cancels only in the instrument",
    D.MODE_CANCEL_ONLY,
    (desk) => desk.modes.restrictInstrument(0, TradingMode.CANCEL_ONLY),
  ],
  [
    "reducing only in the instrument",
    D.MODE_REDUCING,
    (desk) => desk.modes.restrictInstrument(0, TradingMode.REDUCING),
  ],
  [
    "cancels only for the agent",
    D.MODE_CANCEL_ONLY,
    (desk) => desk.modes.restrictAgent(0, TradingMode.CANCEL_ONLY),
  ],
  ["a price that is unknown", D.REFERENCE_INVALID, (desk) => void (desk.references.isValid[0] = 0)],
  ["a price that is old", D.REFERENCE_STALE, (desk) => void (desk.clock[0] = 2e9)],
  ["a market that is elsewhere", D.PRICE_COLLAR, (desk) => desk.setReference(0, BID / 2, BID / 2 + TICK)],
  [
    "a position that has grown",
    D.POSITION_LIMIT,
    (desk) => void desk.fill(0, 0, Side.BUY, BID, LOT),
    { bitcoinLimits: { positionMax: 2 * UNIT } },
  ],
  ["a share that is gone", D.AGENT_WITHOUT_SHARE, (desk) => desk.shares.set(0, 0)],
  [
    "an order of one's own across",
    D.SELF_MATCH,
    (desk) => void desk.submit(0, { tag: 51, side: Side.SELL, price: BID - TICK }),
  ],
  ["a rule", 1007, (desk) => void (desk.ruleResult = 1007)],
];

for (const [what, code, happen, options] of worse)
  test(`[C9] between the halves of a replace, ${what} keeps the new order back`, () => {
    const half = halfway(options);
    assert.equal(again(half), half.newer, "nothing has happened yet");
    happen(half.desk);
    assert.equal(again(half), -code);
    assert.equal(half.desk.gate.denials[code], 0, "who asks counts it");
  });

test("[C9] an order that is judged again is not counted beside itself, at no limit", () => {
  const limits = {
    ...{ bitcoinLimits: { positionMax: 2 * UNIT, openOrdersMax: 2 } },
    limits: { openOrdersMax: 2, orderRate: { ordersMax: 2, windowNs: 1e9 } },
  };
  const half = halfway(limits);
  assert.equal(again(half), half.newer);
  const words = half.desk.gate.check.words;
  assert.equal(words[RiskCheck.openBuyQty >> 2], UNIT, "the old order alone");
});

test("[O7] [C9] the order counts in the windows from the moment in which it leaves, and no later one comes too early", () => {
  const orderRate = { ordersMax: 3, windowNs: 1_000 };
  const { desk, newer } = halfway({ limits: { orderRate } });
  desk.clock[0] = 900;
  assert.equal(again({ desk, newer }), newer);
  desk.gate.moved(newer);
  desk.orders.left(newer);
  assert.equal(desk.orders.columns.submittedNs[newer], 900);
  desk.clock[0] = 1_000;
  // The old order has left the window, the new one has come into it: two have room.
  for (const tag of [1, 2]) assert.ok(desk.send(0, { tag, quantity: SMALL }) >= 0, `order ${tag}`);
  assert.equal(desk.send(0, { tag: 3, quantity: SMALL }), -D.AGENT_ORDER_RATE_SHARE);
  desk.clock[0] = 1_899;
  assert.equal(desk.send(0, { tag: 3, quantity: SMALL }), -D.AGENT_ORDER_RATE_SHARE);
  desk.clock[0] = 1_900;
  assert.ok(desk.send(0, { tag: 3, quantity: SMALL }) >= 0);
});

/** An agent whose share was changed begins with a window that knows nothing: then it is the account's that speaks. */
function forgetShare({ shares }: ExecutionDesk): void {
  shares.set(0, 0);
  shares.set(0, 1_000_000);
}

test("[O7] [C9] the account's and the venue's windows take the order at its later time as well", () => {
  const messageRates = [0, 1].map((venueIndex) => ({
    ...{ venueIndex, messagesMax: 4, windowNs: 1_000, cancelReserve: 2 },
  }));
  for (const [limits, code] of [
    [{ orderRate: { ordersMax: 2, windowNs: 1_000 } }, D.ORDER_RATE],
    [{ messageRates }, D.MESSAGE_RATE],
  ] as const) {
    const { desk, newer } = halfway({ limits });
    desk.clock[0] = 900;
    assert.equal(again({ desk, newer }), newer);
    desk.gate.moved(newer);
    desk.orders.left(newer);
    desk.clock[0] = 1_100;
    forgetShare(desk);
    assert.ok(desk.send(0, { tag: 1, quantity: SMALL }) >= 0);
    forgetShare(desk);
    assert.equal(desk.send(0, { tag: 2, quantity: SMALL }), -code);
  }
});

test("[O7] [C9] a window that passed in between, and is full, keeps the order back; so do cancels that have used up the venue's", () => {
  const rates = { limits: { orderRate: { ordersMax: 2, windowNs: 1_000 } } };
  const late = halfway(rates);
  late.desk.clock[0] = 1_000;
  for (const tag of [1, 2]) assert.ok(late.desk.send(0, { tag, quantity: SMALL }) >= 0);
  assert.equal(again(late), -D.AGENT_ORDER_RATE_SHARE);
  const messageRates = [0, 1].map((venueIndex) => ({
    ...{ venueIndex, messagesMax: 5, windowNs: 1_000, cancelReserve: 2 },
  }));
  const crowded = halfway({ limits: { messageRates } });
  for (let count = 0; count < 2; count++) crowded.desk.gate.countCancel(0);
  assert.equal(again(crowded), crowded.newer, "four messages of five, its own among them");
  crowded.desk.gate.countCancel(0);
  assert.equal(again(crowded), -D.MESSAGE_RATE, "five, or more");
});

test("[C9] only what is pending is let out", () => {
  const { desk, newer } = halfway();
  desk.orders.markDisconnected(0);
  assert.equal(desk.status(newer), OrdStatus.UNKNOWN);
  assert.equal(desk.gate.judgeAgain(newer), -D.REPLACE_OVERTAKEN);
});

/** An approval, as the last hop takes it. */
function approvalOf({ desk }: ReturnType<typeof halfway>): RiskApproved {
  const decision = desk.gate.evaluate(desk.draft(0, { tag: 60, quantity: SMALL }));
  if (!isApproved(decision)) throw new Error(`denied: ${decision}`);
  return decision;
}

test("[O1] [C9] kill word, mode, lease and a withdrawn approval stop the second half at the last hop as well", () => {
  const stops: readonly (readonly [number, (desk: ExecutionDesk, approval: RiskApproved) => void])[] = [
    [0, () => undefined],
    [LastHopDenial.KILLED, (desk) => void (desk.kill[0] = 1)],
    [LastHopDenial.MODE, (desk) => desk.modes.restrictAccount(TradingMode.CANCEL_ONLY)],
    [LastHopDenial.MODE, (desk) => void (desk.modes.account[0] = 0)],
    [LastHopDenial.LEASE, (desk) => void (desk.leaseUntilNs[0] = 0)],
    [LastHopDenial.NOT_APPROVED, (desk, approval) => desk.lastHop.revoke(approval)],
  ];
  for (const [code, stop] of stops) {
    const half = halfway();
    const approval = approvalOf(half);
    stop(half.desk, approval);
    assert.equal(half.desk.lastHop.admitLater(approval, 0), code);
  }
});

test("[O7] [C9] the last hop's credit is not refilled to the brim while a message of it is still to leave", () => {
  const messageRates = [0, 1].map((venueIndex) => ({
    ...{ venueIndex, messagesMax: 4, windowNs: 4_000, cancelReserve: 1 },
  }));
  const cancelsUntilSpent = (isLater: boolean): number => {
    const half = halfway({ limits: { messageRates } });
    const approval = approvalOf(half);
    half.desk.clock[0] = 1e6;
    if (isLater) assert.equal(half.desk.lastHop.admitLater(approval, 0), 0);
    let count = 0;
    while (half.desk.lastHop.passCancel(0) === 0) count += 1;
    return count;
  };
  assert.equal(cancelsUntilSpent(false), 4);
  assert.equal(cancelsUntilSpent(true), 3);
});
