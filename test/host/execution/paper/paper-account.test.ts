import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { IntentAction, OrderType, Side, TimeInForce } from "../../../../abi/host/index.ts";
import { createInstrument, InstrumentTable, IntentReader } from "../../../../host/execution/orders/index.ts";
import { PAPER_ORDERS_MAX, PaperAccount, PaperTotal } from "../../../../host/execution/paper/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const instrument = createInstrument({
  instrumentId: 1,
  symbol: "BTCUSDT",
  venueIndex: 0,
  kind: "spot",
  priceExponent: -8,
  sizeExponent: -8,
  quoteExponent: -8,
  contractMultiplier: 1,
  tickSize: 1_000_000,
  lotSize: 1_000,
  minQuantity: 1_000,
  maxQuantity: 1e12,
  minNotional: 0,
  baseAssetId: 1,
  quoteAssetId: 2,
  version: 1,
});
const BID = 100;
const ASK = 102;
const prices = Float64Array.of(BID, ASK);
let account: PaperAccount;
beforeEach(() => {
  account = new PaperAccount(new InstrumentTable([instrument]));
  prices.set([BID, ASK]);
});

interface Wish {
  readonly side?: number;
  readonly type?: number;
  readonly force?: number;
  readonly price?: number;
  readonly quantity?: number;
  readonly tag?: number;
}

function submit(wish: Wish): void {
  const { side = Side.BUY, type = OrderType.LIMIT, force = TimeInForce.GTC } = wish;
  const { price = BID, quantity = 5, tag = 1 } = wish;
  const intent = new IntentReader();
  Object.assign(intent, { instrumentId: 1, tag, action: IntentAction.SUBMIT, side, orderType: type, timeInForce: force });
  intent.numbers.set([price, quantity]);
  account.submit(intent, 0, prices, 0, 1);
}

const move = (bid: number, ask: number): void => {
  prices.set([bid, ask]);
  account.onPrices(0, prices, 0, 1);
};
const state = (): readonly [number, number, number] => [
  account.position[0] ?? 0,
  account.cash[0] ?? 0,
  account.resting,
];

test("an order that the best opposite price allows fills whole at that price", () => {
  submit({ price: 110 });
  assert.deepEqual(state(), [5, -5 * ASK, 0]);
  submit({ side: Side.SELL, type: OrderType.MARKET, price: 0, quantity: 2 });
  assert.deepEqual(state(), [3, -5 * ASK + 2 * BID, 0]);
  assert.equal(account.totals[PaperTotal.FILLS], 2);
});

test("one that it does not rests, and fills at its limit when the price comes", () => {
  submit({ price: 101 });
  submit({ side: Side.SELL, price: 105, tag: 2 });
  move(100, 102);
  assert.deepEqual(state(), [0, 0, 2]);
  move(99, 101);
  assert.deepEqual(state(), [5, -505, 1]);
  move(106, 107);
  assert.deepEqual(state(), [0, 20, 0]);
});

test("IOC and FOK never rest, a market order without a market is gone, LIMIT_MAKER never fills at once", () => {
  submit({ price: 101, force: TimeInForce.IOC });
  submit({ price: 101, force: TimeInForce.FOK });
  submit({ price: 110, type: OrderType.LIMIT_MAKER });
  prices.set([0, 0]);
  submit({ type: OrderType.MARKET, price: 0 });
  assert.deepEqual(state(), [0, 0, 0]);
  assert.equal(account.totals[PaperTotal.ORDERS], 4);
  assert.equal(account.totals[PaperTotal.FILLS], 0);
});

test("without prices nothing that rests is filled", () => {
  submit({ price: 101 });
  move(0, 0);
  assert.deepEqual(state(), [0, 0, 1]);
});

test("a cancel takes the order of its tag and no other", () => {
  submit({ price: 90, tag: 7 });
  submit({ price: 91, tag: 8 });
  account.cancel(9);
  account.cancel(7);
  assert.equal(account.totals[PaperTotal.CANCELS], 1);
  move(80, 90);
  assert.deepEqual(state(), [5, -5 * 91, 0]);
});

test("[P10] what is beyond the room for resting orders is dropped and counted", () => {
  for (let tag = 1; tag <= PAPER_ORDERS_MAX + 3; tag++) submit({ price: 90, tag });
  assert.equal(account.resting, PAPER_ORDERS_MAX);
  assert.equal(account.totals[PaperTotal.DROPPED], 3);
  account.reset();
  assert.deepEqual(state(), [0, 0, 0]);
  assert.deepEqual([...account.totals], [0, 0, 0, 0]);
});

test(`position is what was bought less what was sold, and nothing is filled worse than its limit (seed ${randomSeed})`, () => {
  const wish = fc.record({
    side: fc.constantFrom(Side.BUY, Side.SELL),
    type: fc.constantFrom(OrderType.LIMIT, OrderType.LIMIT_MAKER),
    price: fc.integer({ min: 80, max: 120 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    bid: fc.integer({ min: 85, max: 115 }),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
      account.reset();
      let bought = 0;
      let worst = 0;
      for (const [index, { bid, ...asked }] of wishes.entries()) {
        move(bid, bid + 2);
        submit({ ...asked, tag: index + 1 });
        const sign = asked.side === Side.BUY ? 1 : -1;
        bought += sign * asked.quantity;
        worst -= sign * asked.quantity * asked.price;
      }
      // Everything that rests is brought to its price, one side after the other: all that was asked for is then filled.
      move(1, 2);
      move(1_000, 1_001);
      assert.equal(account.resting, 0);
      const makers = wishes.length - (account.totals[PaperTotal.FILLS] ?? 0);
      if (makers > 0) return;
      assert.equal(account.position[0], bought);
      assert.ok((account.cash[0] ?? 0) >= worst);
    }),
    { seed: randomSeed },
  );
});
