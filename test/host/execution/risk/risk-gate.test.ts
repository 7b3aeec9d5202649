import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrderType, OrdStatus, RiskCheck, Side } from "../../../../abi/host/index.ts";
import { DenialCode, isApproved, rearmOrder, TradingMode } from "../../../../host/execution/risk/index.ts";
import type { RiskDecision } from "../../../../host/execution/risk/index.ts";
import { bitcoinLimits, ExecutionDesk, UNIT } from "../support/execution-desk.ts";
import type { DeskOptions } from "../support/execution-desk.ts";

const BID = 20_000 * UNIT;
const ASK = BID + 10_000_000;
const TICK = 1_000_000;
const LOT = 1000;
type Intent = Parameters<ExecutionDesk["send"]>[1];
const D = DenialCode;

interface Boundary {
  readonly title: string;
  readonly desk?: DeskOptions;
  readonly prepare?: (desk: ExecutionDesk) => void;
  readonly within: Intent;
  readonly beyond: Intent;
  readonly code: number;
}
const short = (quantity: number) => (desk: ExecutionDesk) => void desk.fill(0, 0, Side.SELL, BID, quantity);
const long = (quantity: number) => (desk: ExecutionDesk) => void desk.fill(0, 0, Side.BUY, BID, quantity);
const offGrid = (desk: ExecutionDesk): void => {
  desk.instruments.tickSize.fill(1);
  desk.instruments.lotSize.fill(1);
};
const alone: DeskOptions = { shares: [1_000_000] };
const grossOf = (notionalMax: number) => [
  { quoteAssetId: 2, notionalMax },
  { quoteAssetId: 4, notionalMax: Number.MAX_SAFE_INTEGER },
];
/** An order on the account that this host did not make. */
function others(
  { orders: { external } }: ExecutionDesk,
  side: number,
  price: number,
  quantity: number,
): void {
  external.addPrice(0, side, Float64Array.of(price), 0);
  external.addQuantity(0, side, Float64Array.of(quantity), 0);
}

/** Each control at its exact boundary: the last order that passes and the first that is denied. */
const boundaries: readonly Boundary[] = [
  {
    title: "order quantity",
    desk: alone,
    within: { quantity: 2 * UNIT },
    beyond: { quantity: 2 * UNIT + LOT },
    code: D.ORDER_QUANTITY_LIMIT,
  },
  {
    title: "order notional",
    desk: { bitcoinLimits: { orderNotionalMax: BID } },
    within: { quantity: UNIT },
    beyond: { quantity: UNIT + LOT },
    code: D.ORDER_NOTIONAL_LIMIT,
  },
  {
    title: "order notional of a sale, at the bid when its limit is below",
    desk: { bitcoinLimits: { orderNotionalMax: BID } },
    within: { side: Side.SELL, price: BID - TICK },
    beyond: { side: Side.SELL, price: BID - TICK, quantity: UNIT + LOT },
    code: D.ORDER_NOTIONAL_LIMIT,
  },
  {
    title: "notional rounded up",
    desk: { bitcoinLimits: { orderNotionalMax: 500_020_000 } },
    prepare: offGrid,
    within: { price: BID, quantity: 25_001 },
    beyond: { price: BID + 1, quantity: 25_001 },
    code: D.ORDER_NOTIONAL_LIMIT,
  },
  {
    title: "collar of a purchase above",
    within: { price: 2_100_005_000_000 - (2_100_005_000_000 % TICK) },
    beyond: { price: 2_100_006_000_000 },
    code: D.PRICE_COLLAR,
  },
  {
    title: "collar of a purchase below",
    within: { price: 1_600_004_000_000 },
    beyond: { price: 1_600_003_000_000 },
    code: D.PRICE_COLLAR,
  },
  {
    title: "collar of a sale below",
    within: { side: Side.SELL, price: 1_900_005_000_000 },
    beyond: { side: Side.SELL, price: 1_900_004_000_000 },
    code: D.PRICE_COLLAR,
  },
  {
    title: "collar of a sale above",
    within: { side: Side.SELL, price: 2_400_006_000_000 },
    beyond: { side: Side.SELL, price: 2_400_007_000_000 },
    code: D.PRICE_COLLAR,
  },
  { title: "tick", within: { price: BID + TICK }, beyond: { price: BID + 1 }, code: D.OFF_TICK },
  { title: "lot", within: { quantity: UNIT - LOT }, beyond: { quantity: UNIT - 1 }, code: D.OFF_LOT },
  {
    title: "smallest quantity",
    prepare: (desk) => void desk.instruments.minNotional.fill(0),
    within: { quantity: LOT },
    beyond: { quantity: LOT - 1 },
    code: D.QUANTITY_BELOW_MINIMUM,
  },
  {
    title: "largest quantity",
    prepare: (desk) => void desk.instruments.maxQuantity.fill(UNIT),
    within: { quantity: UNIT },
    beyond: { quantity: UNIT + LOT },
    code: D.QUANTITY_ABOVE_MAXIMUM,
  },
  {
    title: "smallest notional",
    within: { quantity: 25_000 },
    beyond: { quantity: 24_000 },
    code: D.NOTIONAL_BELOW_MINIMUM,
  },
  {
    title: "position bought",
    desk: alone,
    prepare: long(3 * UNIT),
    within: { quantity: UNIT },
    beyond: { quantity: UNIT + LOT },
    code: D.POSITION_LIMIT,
  },
  {
    title: "position sold",
    desk: alone,
    prepare: short(3 * UNIT),
    within: { side: Side.SELL, quantity: UNIT },
    beyond: { side: Side.SELL, quantity: UNIT + LOT },
    code: D.POSITION_LIMIT,
  },
  {
    title: "gross exposure",
    desk: {
      limits: {
        grossNotionalMax: [
          { quoteAssetId: 2, notionalMax: ASK },
          { quoteAssetId: 4, notionalMax: 0 },
        ],
      },
    },
    within: { quantity: UNIT },
    beyond: { quantity: UNIT + LOT },
    code: D.GROSS_EXPOSURE_LIMIT,
  },
  {
    title: "gross exposure of another quote asset",
    desk: {
      limits: {
        grossNotionalMax: [
          { quoteAssetId: 2, notionalMax: 1e15 },
          { quoteAssetId: 4, notionalMax: 0 },
        ],
      },
    },
    within: {},
    beyond: { instrumentId: 9, price: 5_000_000_000_000, quantity: 1 },
    code: D.GROSS_EXPOSURE_LIMIT,
  },
  {
    title: "self-match of a purchase",
    prepare: (desk) => void desk.send(1, { side: Side.SELL, price: ASK, quantity: UNIT }),
    within: { price: ASK - TICK },
    beyond: { price: ASK },
    code: D.SELF_MATCH,
  },
  {
    title: "self-match of a sale",
    prepare: (desk) => void desk.send(1, { price: BID }),
    within: { side: Side.SELL, price: BID + TICK },
    beyond: { side: Side.SELL, price: BID },
    code: D.SELF_MATCH,
  },
  {
    title: "self-match of a MARKET order",
    prepare: (desk) => void desk.send(1, { price: BID }),
    within: { orderType: OrderType.MARKET, price: 0, timeInForce: 3 },
    beyond: { side: Side.SELL, orderType: OrderType.MARKET, price: 0, timeInForce: 3 },
    code: D.SELF_MATCH,
  },
  {
    title: "match of a purchase with an order of another",
    prepare: (desk) => others(desk, Side.SELL, ASK, LOT),
    within: { price: ASK - TICK },
    beyond: { price: ASK },
    code: D.EXTERNAL_MATCH,
  },
  {
    title: "match of a sale with an order of another",
    prepare: (desk) => others(desk, Side.BUY, BID, LOT),
    within: { side: Side.SELL, price: BID + TICK },
    beyond: { side: Side.SELL, price: BID },
    code: D.EXTERNAL_MATCH,
  },
  {
    title: "match of a MARKET order with an order of another",
    prepare: (desk) => others(desk, Side.SELL, 2 * ASK, LOT),
    within: { side: Side.SELL, orderType: OrderType.MARKET, price: 0, timeInForce: 3 },
    beyond: { orderType: OrderType.MARKET, price: 0, timeInForce: 3 },
    code: D.EXTERNAL_MATCH,
  },
  {
    title: "match with an order of another that has no limit",
    prepare: (desk) => others(desk, Side.BUY, 0, LOT),
    within: { price: BID },
    beyond: { side: Side.SELL, price: ASK + TICK },
    code: D.EXTERNAL_MATCH,
  },
  {
    title: "position limit beside purchases of others",
    desk: { ...alone, bitcoinLimits: { positionMax: UNIT } },
    prepare: (desk) => others(desk, Side.BUY, BID - TICK, UNIT / 2),
    within: { quantity: UNIT / 2 },
    beyond: { quantity: UNIT / 2 + LOT },
    code: D.POSITION_LIMIT,
  },
  {
    title: "position limit beside sales of others",
    desk: { ...alone, bitcoinLimits: { positionMax: UNIT } },
    prepare: (desk) => others(desk, Side.SELL, ASK + TICK, UNIT / 2),
    within: { side: Side.SELL, price: ASK, quantity: UNIT / 2 },
    beyond: { side: Side.SELL, price: ASK, quantity: UNIT / 2 + LOT },
    code: D.POSITION_LIMIT,
  },
  {
    title: "gross exposure beside purchases of others in the same instrument",
    desk: { limits: { grossNotionalMax: grossOf(2 * ASK) } },
    prepare: (desk) => others(desk, Side.BUY, BID - TICK, UNIT),
    within: { quantity: UNIT },
    beyond: { quantity: UNIT + LOT },
    code: D.GROSS_EXPOSURE_LIMIT,
  },
  {
    title: "purchases of others that nobody knows the end of",
    prepare: (desk) => others(desk, Side.BUY, BID - TICK, Infinity),
    // A position that is short is closed by no purchase then either: what others buy may have closed it.
    within: { instrumentId: 9, price: 5_000_000_000_000, quantity: 1 },
    beyond: { quantity: LOT * 25 },
    code: D.POSITION_LIMIT,
  },
  {
    title: "sales of others that nobody knows the end of, for the gross exposure of a purchase",
    prepare: (desk) => others(desk, Side.SELL, ASK + TICK, Infinity),
    within: { instrumentId: 9, price: 5_000_000_000_000, quantity: 1 },
    beyond: { quantity: LOT * 25 },
    code: D.GROSS_EXPOSURE_LIMIT,
  },
  {
    title: "agent's position share",
    desk: { bitcoinLimits: { orderQuantityMax: 3 * UNIT } },
    within: { quantity: 2 * UNIT },
    beyond: { quantity: 2 * UNIT + LOT },
    code: D.AGENT_POSITION_SHARE,
  },
];

for (const { title, desk: options, prepare, within, beyond, code } of boundaries) {
  test(`[O7] ${title}: the last order within passes, the first beyond is denied with its code`, () => {
    const passing = new ExecutionDesk(options);
    prepare?.(passing);
    assert.ok(
      passing.send(0, within) >= 0,
      `within: ${passing.gate.denials.findIndex((count) => count > 0)}`,
    );
    const denying = new ExecutionDesk(options);
    prepare?.(denying);
    assert.equal(denying.send(0, beyond), -code);
    assert.equal(denying.gate.denials[code], 1);
    assert.equal(denying.orders.columns.reason[denying.orders.lastIndex], code);
  });
}

test("[O7] a value that passes 2^53 is denied, never wrapped", () => {
  const desk = new ExecutionDesk({ bitcoinLimits: { orderQuantityMax: Number.MAX_SAFE_INTEGER } });
  desk.instruments.maxQuantity.fill(Number.MAX_SAFE_INTEGER);
  assert.equal(desk.send(0, { quantity: 2 ** 52 - (2 ** 52 % LOT) }), -D.NOTIONAL_OVERFLOW);
  desk.setReference(0, 2 ** 52, 2 ** 52 + TICK);
  assert.equal(desk.send(0, { price: 2 ** 52 - (2 ** 52 % TICK), quantity: LOT }), -D.NOTIONAL_OVERFLOW);
});

test("a reference that is invalid, missing, crossed, old or from the future denies", () => {
  const cases: readonly (readonly [number, (desk: ExecutionDesk) => void])[] = [
    [D.REFERENCE_INVALID, (desk) => void desk.references.isValid.fill(0)],
    [D.REFERENCE_INVALID, (desk) => desk.setReference(0, 0, ASK)],
    [D.REFERENCE_INVALID, (desk) => desk.setReference(0, ASK, ASK)],
    [D.REFERENCE_INVALID, (desk) => desk.setReference(0, Number.NaN, ASK)],
    [D.REFERENCE_STALE, (desk) => void (desk.clock[0] = bitcoinLimits.referenceAgeMaxNs + 1)],
    [D.REFERENCE_STALE, (desk) => void (desk.clock[0] = -1)],
  ];
  for (const [code, spoil] of cases) {
    const desk = new ExecutionDesk();
    spoil(desk);
    assert.equal(desk.send(0, {}), -code);
  }
  const desk = new ExecutionDesk();
  desk.clock[0] = bitcoinLimits.referenceAgeMaxNs;
  assert.ok(desk.send(0, {}) >= 0);
});

test("[O1] the kill word and the modes deny new orders, and a cancel still passes", () => {
  const cases: readonly (readonly [number, (desk: ExecutionDesk) => void])[] = [
    [D.KILLED, (desk) => void (desk.kill[0] = 1)],
    [D.MODE_HALTED, (desk) => desk.modes.restrictAccount(TradingMode.HALTED)],
    [D.MODE_CANCEL_ONLY, (desk) => desk.modes.restrictInstrument(0, TradingMode.CANCEL_ONLY)],
    [D.MODE_REDUCING, (desk) => desk.modes.restrictAgent(0, TradingMode.REDUCING)],
  ];
  for (const [code, restrict] of cases) {
    const desk = new ExecutionDesk();
    const resting = desk.send(0, { price: BID - TICK });
    restrict(desk);
    assert.equal(desk.send(0, { tag: 2 }), -code);
    desk.gate.countCancel(0);
    assert.ok(desk.orders.requestCancel(resting, 99) >= 0);
  }
});

test("REDUCING lets through what can only shrink the position, open orders counted", () => {
  const desk = new ExecutionDesk();
  desk.fill(0, 0, Side.BUY, BID, UNIT);
  desk.modes.restrictAccount(TradingMode.REDUCING);
  const sale = { side: Side.SELL, price: ASK, quantity: UNIT / 2 };
  assert.ok(desk.send(0, { ...sale, tag: 1 }) >= 0);
  assert.ok(desk.send(0, { ...sale, tag: 2 }) >= 0);
  assert.equal(desk.send(0, { ...sale, tag: 3, quantity: 25_000 }), -D.MODE_REDUCING);
  assert.equal(desk.send(0, { tag: 3, price: BID - TICK }), -D.MODE_REDUCING);
});

test("[V21] REDUCING counts what others may still do to the position, and a way out that nothing of theirs is on stays open", () => {
  const desk = new ExecutionDesk();
  desk.fill(0, 0, Side.BUY, BID, UNIT);
  desk.modes.restrictAccount(TradingMode.REDUCING);
  others(desk, Side.SELL, ASK + 2 * TICK, UNIT / 2);
  const sale = { side: Side.SELL, price: ASK };
  assert.equal(desk.send(0, { ...sale, tag: 1, quantity: UNIT / 2 + LOT }), -D.MODE_REDUCING);
  others(desk, Side.BUY, BID - 2 * TICK, Infinity);
  assert.ok(desk.send(0, { ...sale, tag: 1, quantity: UNIT / 2 }) >= 0);
});

test("[V21] gross exposure counts what others may do in every instrument of the quote asset", () => {
  const quoted = new ExecutionDesk();
  others(quoted, Side.BUY, BID - TICK, UNIT);
  const slot = quoted.send(0, { price: BID - 3 * TICK, quantity: UNIT });
  assert.ok(slot >= 0);
  const view = new DataView(quoted.gate.check.words.buffer);
  assert.equal(Number(view.getBigInt64(RiskCheck.openBuyQty, true)), UNIT, "rules see them");
  const endless = new ExecutionDesk();
  endless.fill(0, 0, Side.SELL, BID, UNIT);
  others(endless, Side.SELL, ASK + TICK, Infinity);
  assert.ok(endless.send(0, { quantity: UNIT / 2 }) >= 0, "it can only shrink the position");
  const shown = new DataView(endless.gate.check.words.buffer);
  assert.equal(Number(shown.getBigInt64(RiskCheck.openSellQty, true)), Number.MAX_SAFE_INTEGER);
});

test("gross exposure follows every price and every order, also where an instrument was judged before", () => {
  const grossNotionalMax = [
    { quoteAssetId: 2, notionalMax: 2 * ASK },
    { quoteAssetId: 4, notionalMax: 0 },
  ];
  const desk = new ExecutionDesk({ limits: { grossNotionalMax } });
  const low = { price: BID - TICK, quantity: UNIT };
  const resting = desk.send(0, { ...low, tag: 1 });
  assert.ok(resting >= 0);
  const probe = { ...low, tag: 2 };
  desk.setReference(0, BID, ASK + 2 * TICK);
  assert.equal(desk.send(0, probe), -D.GROSS_EXPOSURE_LIMIT);
  desk.setReference(0, BID, ASK);
  assert.ok(desk.send(0, probe) >= 0);
  assert.equal(desk.send(0, { ...low, tag: 3, quantity: 100 * LOT }), -D.GROSS_EXPOSURE_LIMIT);
  desk.report(resting, { execType: ExecType.CANCELED });
  assert.ok(desk.send(0, { ...low, tag: 3, quantity: 100 * LOT }) >= 0);
});

test("the way out of an excessive position is never denied for that position or for gross exposure", () => {
  const desk = new ExecutionDesk({
    limits: {
      grossNotionalMax: [
        { quoteAssetId: 2, notionalMax: 0 },
        { quoteAssetId: 4, notionalMax: 0 },
      ],
    },
  });
  desk.fill(0, 0, Side.SELL, BID, 9 * UNIT);
  assert.ok(desk.send(0, { quantity: 2 * UNIT }) >= 0);
});

test("[C7] UNKNOWN orders keep counting towards the position limit", () => {
  const desk = new ExecutionDesk({ shares: [1_000_000] });
  for (const tag of [1, 2]) desk.send(0, { tag, quantity: 2 * UNIT });
  desk.orders.markDisconnected(0);
  assert.equal(desk.send(0, { tag: 3, quantity: 25_000 }), -D.POSITION_LIMIT);
  desk.report(1, { execType: ExecType.CANCELED });
  assert.ok(desk.send(0, { tag: 3, quantity: 25_000 }) >= 0);
});

test("open orders are limited in all and by instrument", () => {
  const inAll = new ExecutionDesk({ limits: { openOrdersMax: 2 }, shares: [1_000_000] });
  const byInstrument = new ExecutionDesk({ bitcoinLimits: { openOrdersMax: 2 } });
  for (const desk of [inAll, byInstrument]) {
    for (const tag of [1, 2]) assert.ok(desk.send(0, { tag, quantity: 25_000 }) >= 0);
    assert.equal(desk.send(0, { tag: 3, quantity: 25_000 }), -D.OPEN_ORDERS_LIMIT);
  }
});

test("order and message rates are exact in any window, and cancels have their reserve", () => {
  const orderRate = { ordersMax: 2, windowNs: 1000 };
  const desk = new ExecutionDesk({ limits: { orderRate }, shares: [1_000_000] });
  for (const tag of [1, 2]) assert.ok(desk.send(0, { tag, quantity: 25_000 }) >= 0);
  desk.clock[0] = 999;
  const ofAgent = desk.send(0, { tag: 3, quantity: 25_000 });
  assert.equal(ofAgent, -D.AGENT_ORDER_RATE_SHARE);
  desk.clock[0] = 1000;
  assert.ok(desk.send(0, { tag: 3, quantity: 25_000 }) >= 0);

  const messageRates = [
    { venueIndex: 0, messagesMax: 3, windowNs: 1000, cancelReserve: 1 },
    { venueIndex: 1, messagesMax: 3, windowNs: 1000, cancelReserve: 1 },
  ];
  const venue = new ExecutionDesk({ limits: { messageRates } });
  for (const tag of [1, 2]) assert.ok(venue.send(0, { tag, quantity: 25_000 }) >= 0);
  assert.equal(venue.send(0, { tag: 3, quantity: 25_000 }), -D.MESSAGE_RATE);
  venue.gate.countCancel(0);
  assert.equal(venue.gate.messageRates.cancelsBeyondLimit[0], 0);
  venue.gate.countCancel(0);
  assert.equal(venue.gate.messageRates.cancelsBeyondLimit[0], 1, "counted, not blocked");
});

test("the account's order rate holds even where shares would allow more", () => {
  const desk = new ExecutionDesk({
    limits: { orderRate: { ordersMax: 3, windowNs: 1000 } },
    shares: [1_000_000],
  });
  desk.send(0, { tag: 1, quantity: 25_000 });
  desk.shares.set(0, 999_999);
  desk.send(0, { tag: 2, quantity: 25_000 });
  desk.send(0, { tag: 3, quantity: 25_000 });
  desk.shares.set(0, 1_000_000);
  assert.equal(desk.send(0, { tag: 4, quantity: 25_000 }), -D.ORDER_RATE);
});

test("a restricted instrument is denied, and so is what is no draft", () => {
  const desk = new ExecutionDesk({ bitcoinLimits: { isRestricted: true } });
  assert.equal(desk.send(0, {}), -D.RESTRICTED_INSTRUMENT);
  const sent = new ExecutionDesk();
  const slot = sent.send(0, {});
  const again: number = sent.gate.evaluate(slot);
  assert.equal(again, -D.NOT_A_DRAFT);
});

test("a signed rule denies with its own code; a fault of a rule stops all new orders until a person re-arms", () => {
  const desk = new ExecutionDesk();
  desk.ruleResult = 1017;
  assert.equal(desk.send(0, {}), -1017);
  assert.equal(desk.gate.denials[1017], 1);
  assert.equal(desk.modes.account[0], TradingMode.ACTIVE);
  for (const fault of [2000, 1000, 5, -1, Number.NaN]) {
    desk.ruleResult = fault;
    assert.equal(desk.send(0, {}), -D.RULE_FAULT);
    assert.equal(desk.modes.account[0], TradingMode.CANCEL_ONLY);
    desk.ruleResult = 0;
    assert.equal(desk.send(0, {}), -D.MODE_CANCEL_ONLY);
    desk.modes.rearmAccount(TradingMode.ACTIVE, rearmOrder("A. Person", "rule mended"));
  }
  assert.ok(desk.send(0, {}) >= 0);
});

test("rules are asked last, and are shown the order as the host sees it", () => {
  const desk = new ExecutionDesk();
  desk.clock[0] = 500;
  desk.fill(0, 0, Side.BUY, BID, UNIT);
  desk.fill(1, 0, Side.BUY, BID, UNIT);
  desk.send(1, { price: BID - TICK, quantity: 25_000 });
  desk.ruleCalls = 0;
  desk.send(0, { price: BID + 1 });
  assert.equal(desk.ruleCalls, 0);
  const slot = desk.draft(0, {
    side: Side.SELL,
    orderType: OrderType.MARKET,
    price: 0,
    timeInForce: 3,
    instrumentId: 1,
  });
  desk.report(1, { execType: ExecType.CANCELED });
  desk.gate.evaluate(slot);
  const view = new DataView(desk.gate.check.words.buffer);
  const int64 = (at: number): number => Number(view.getBigInt64(at, true));
  assert.deepEqual(
    [
      RiskCheck.timeNs,
      RiskCheck.quantity,
      RiskCheck.bidPrice,
      RiskCheck.askPrice,
      RiskCheck.position,
      RiskCheck.openBuyQty,
      RiskCheck.openSellQty,
      RiskCheck.agentPosition,
      RiskCheck.referenceAgeNs,
    ].map(int64),
    [500, UNIT, BID, ASK, 2 * UNIT, 0, 0, UNIT, 500],
  );
  assert.equal(int64(RiskCheck.price), Math.floor((BID + ASK - Math.floor(((BID + ASK) * 5) / 100)) / 2));
  assert.equal(view.getUint32(RiskCheck.agentIndex, true), 0);
  assert.deepEqual(
    [view.getUint8(RiskCheck.side), view.getUint8(RiskCheck.orderType), view.getUint8(RiskCheck.reduceOnly)],
    [2, 1, 1],
  );
});

test("only the gate's own decisions are approvals, and refused intents are counted too", () => {
  const desk = new ExecutionDesk();
  const slot = desk.draft(0, {});
  const decision: RiskDecision = desk.gate.evaluate(slot);
  assert.ok(isApproved(decision));
  assert.equal(desk.ledger.isApproved[slot], 1);
  assert.equal(desk.ledger.quantity[slot], UNIT);
  desk.gate.countDenial(D.DUPLICATE_TAG);
  assert.equal(desk.gate.denials[D.DUPLICATE_TAG], 1);
});

test("exposure without any price to value it denies", () => {
  const desk = new ExecutionDesk();
  desk.fill(0, 1, Side.BUY, 5_000_000_000_000, 1);
  desk.instruments.quoteGroup[1] = 0;
  desk.references.askPrice[1] = 0;
  assert.equal(desk.send(0, {}), -D.REFERENCE_INVALID);
});

/** An order of agent 0 at rest, and the decision about another in its place. */
function decideReplace(
  options: DeskOptions,
  resting: Intent,
  fields: { readonly price?: number; readonly quantity?: number },
  prepare: (desk: ExecutionDesk, older: number) => void = () => {},
): { readonly decision: number; readonly desk: ExecutionDesk; readonly older: number } {
  const desk = new ExecutionDesk({ shares: [1_000_000], ...options });
  const older = desk.send(0, { tag: 50, ...resting });
  desk.report(older, { execType: ExecType.NEW, venueOrderId: 3 });
  prepare(desk, older);
  const decision: number = desk.gate.evaluate(desk.draftReplacement(0, older, fields));
  return { decision, desk, older };
}
const denial = (...given: Parameters<typeof decideReplace>): number => -decideReplace(...given).decision;
const approves = (...given: Parameters<typeof decideReplace>): boolean =>
  decideReplace(...given).decision >= 0;

test("[C9] where only one of the two can trade, a replace is judged with the old order's leaves replaced; where both can, both count", () => {
  const limits = { positionMax: UNIT };
  const guarded: DeskOptions = { guardsReplace: true, bitcoinLimits: limits };
  const resting: Intent = { quantity: UNIT };
  assert.ok(approves(guarded, resting, { price: BID - TICK }), "the same quantity at the limit");
  assert.ok(approves(guarded, resting, { quantity: UNIT / 2 }));
  assert.equal(denial(guarded, resting, { quantity: UNIT + LOT }), D.POSITION_LIMIT);
  assert.equal(
    denial({ bitcoinLimits: limits }, resting, { price: BID - TICK }),
    D.POSITION_LIMIT,
    "a fill of the old one may come before its cancel",
  );
  assert.ok(approves({ bitcoinLimits: { positionMax: 2 * UNIT } }, resting, { price: BID - TICK }));
  const partly = (desk: ExecutionDesk, older: number): void => {
    const trade = { execType: ExecType.TRADE, tradeId: 1, lastPrice: BID, lastQty: LOT, cumQty: LOT };
    desk.report(older, { ...trade, venueOrderId: 3 });
    desk.fill(0, 0, Side.BUY, BID, LOT);
  };
  assert.equal(denial(guarded, resting, { price: BID - TICK }, partly), D.POSITION_LIMIT);
});

test("[C9] shares, gross exposure and rules see a replace as the account would stand with it", () => {
  const guarded: DeskOptions = { guardsReplace: true };
  const half: DeskOptions = {
    ...guarded,
    bitcoinLimits: { positionMax: 2 * UNIT },
    shares: [500_000, 500_000],
  };
  assert.ok(approves(half, { quantity: UNIT }, { price: BID - TICK }));
  assert.equal(denial(half, { quantity: UNIT }, { quantity: UNIT + LOT }), D.AGENT_POSITION_SHARE);
  const gross: DeskOptions = {
    ...guarded,
    limits: {
      grossNotionalMax: [
        { quoteAssetId: 2, notionalMax: ASK },
        { quoteAssetId: 4, notionalMax: Number.MAX_SAFE_INTEGER },
      ],
    },
  };
  assert.ok(approves(gross, { quantity: UNIT }, { price: BID - TICK }));
  assert.equal(denial(gross, { quantity: UNIT }, { quantity: UNIT + LOT }), D.GROSS_EXPOSURE_LIMIT);
  const { desk } = decideReplace(guarded, { quantity: UNIT }, { quantity: UNIT / 2 });
  const words = desk.gate.check.words;
  assert.equal(words[RiskCheck.openBuyQty >> 2], UNIT / 2, "what counts beside the order");
  assert.equal(words[RiskCheck.quantity >> 2], UNIT / 2);
  assert.equal(words[RiskCheck.openSellQty >> 2], 0);
  const sold = decideReplace(guarded, { side: Side.SELL, price: ASK }, { quantity: UNIT / 2 });
  assert.equal(sold.desk.gate.check.words[RiskCheck.openSellQty >> 2], UNIT / 2);
  assert.equal(sold.desk.gate.check.words[RiskCheck.openBuyQty >> 2], 0);
});

test("[C9] price, size, rates, restrictions and rules hold for a replace as for any order, and a denial leaves the old one as it was", () => {
  const cases: readonly (readonly [
    number,
    DeskOptions,
    Parameters<typeof decideReplace>[2],
    ((desk: ExecutionDesk) => void)?,
  ])[] = [
    [D.PRICE_COLLAR, {}, { price: 1_600_003_000_000 }],
    [D.OFF_TICK, {}, { price: BID - 1 }],
    [D.OFF_LOT, {}, { quantity: UNIT - 1 }],
    [D.ORDER_QUANTITY_LIMIT, {}, { quantity: 2 * UNIT + LOT }],
    [D.KILLED, {}, { price: BID - TICK }, (desk) => void (desk.kill[0] = 1)],
    [
      D.AGENT_ORDER_RATE_SHARE,
      { limits: { orderRate: { ordersMax: 1, windowNs: 1e9 } } },
      { price: BID - TICK },
    ],
    [D.OPEN_ORDERS_LIMIT, { bitcoinLimits: { openOrdersMax: 1 } }, { price: BID - TICK }],
    [D.REFERENCE_INVALID, {}, { price: BID - TICK }, (desk) => void (desk.references.isValid[0] = 0)],
    [D.SELF_MATCH, {}, { price: ASK }, (desk) => void desk.send(0, { tag: 51, side: Side.SELL, price: ASK })],
    [1007, {}, { price: BID - TICK }, (desk) => void (desk.ruleResult = 1007)],
  ];
  for (const [code, options, fields, prepare = () => {}] of cases) {
    const { decision, desk, older } = decideReplace(options, { quantity: UNIT }, fields, prepare);
    assert.equal(decision, -code);
    assert.equal(desk.status(older), OrdStatus.ACCEPTED);
    assert.equal(desk.orders.columns.price[older], BID);
  }
});

test("[C9] a mode that takes no new orders takes no replace, and REDUCING only one that shrinks the position", () => {
  const restrict =
    (mode: TradingMode) =>
    (desk: ExecutionDesk): void =>
      desk.modes.restrictAccount(mode);
  const less = { quantity: UNIT / 2 };
  for (const [mode, code] of [
    [TradingMode.CANCEL_ONLY, D.MODE_CANCEL_ONLY],
    [TradingMode.HALTED, D.MODE_HALTED],
    [TradingMode.REDUCING, D.MODE_REDUCING],
  ] as const)
    assert.equal(denial({ guardsReplace: true }, { quantity: UNIT }, less, restrict(mode)), code);
  const reduces = (guardsReplace: boolean, quantity: number): boolean =>
    approves({ guardsReplace }, { quantity: UNIT }, { price: BID + TICK, quantity }, (desk) => {
      desk.fill(0, 0, Side.SELL, BID, UNIT);
      desk.modes.restrictAccount(TradingMode.REDUCING);
    });
  assert.ok(reduces(true, UNIT), "short of one: the other purchase of one in its place");
  assert.ok(!reduces(true, UNIT + LOT), "and no more");
  assert.ok(!reduces(false, UNIT), "both could trade");
});
