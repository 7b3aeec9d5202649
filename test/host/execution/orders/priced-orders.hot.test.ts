import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OrderType, Side } from "../../../../abi/host/index.ts";
import { OrderColumns } from "../../../../host/execution/orders/order-columns.ts";
import { PricedOrders } from "../../../../host/execution/orders/priced-orders.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const CAPACITY = 64;
const SIDES = [Side.BUY, Side.SELL];

/** The side's first order, found the slow way. */
function firstOf(columns: OrderColumns, slots: readonly number[], side: number): number {
  const key = (slot: number): number => {
    const price = columns.price[slot] ?? 0;
    if (columns.orderType[slot] === OrderType.MARKET) return Number.POSITIVE_INFINITY;
    return side === Side.BUY ? price : -price;
  };
  const [first] = slots
    .filter((slot) => columns.side[slot] === side)
    .toSorted((a, b) => (key(a) === key(b) ? a - b : key(b) > key(a) ? 1 : -1));
  return first ?? -1;
}

const step = fc.record({
  slot: fc.nat({ max: CAPACITY - 1 }),
  side: fc.constantFrom(...SIDES),
  orderType: fc.constantFrom(OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT, OrderType.MARKET),
  price: fc.nat({ max: 9 }),
});

test(`the first of the open orders is the one at the best price, whatever came and went (seed ${randomSeed})`, () => {
  const property = fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
    const columns = new OrderColumns(CAPACITY);
    const orders = new PricedOrders(columns, 2);
    const inside: number[] = [];
    for (const { slot, side, orderType, price } of steps) {
      const place = inside.indexOf(slot);
      if (place >= 0) {
        orders.leave((columns.side[slot] ?? 0) - 1, slot);
        inside.splice(place, 1);
      } else {
        columns.side[slot] = side;
        columns.orderType[slot] = orderType;
        columns.price[slot] = price;
        orders.enter(side - 1, slot);
        inside.push(slot);
      }
      for (const one of SIDES) assert.equal(orders.first(one - 1), firstOf(columns, inside, one));
    }
  });
  fc.assert(property, { seed: randomSeed, numRuns: 300 });
});

test("an order whose price has been changed since it came still leaves, and one that is not in leaves nothing behind", () => {
  const columns = new OrderColumns(CAPACITY);
  const orders = new PricedOrders(columns, 2);
  for (const slot of [1, 2, 3]) {
    columns.side[slot] = Side.BUY;
    columns.price[slot] = slot * 10;
    orders.enter(0, slot);
  }
  columns.price[3] = 1;
  orders.leave(0, 5);
  assert.equal(orders.first(0), 3);
  orders.leave(0, 3);
  assert.equal(orders.first(0), 2);
  orders.leave(0, 2);
  orders.leave(0, 1);
  assert.equal(orders.first(0), -1);
});

test("prices that come sorted, both ways, leave as fast as they came", () => {
  const columns = new OrderColumns(16_384);
  const orders = new PricedOrders(columns, 1);
  for (const sign of [1, -1]) {
    for (let slot = 0; slot < 10_000; slot++) {
      columns.side[slot] = Side.BUY;
      columns.price[slot] = 20_000 + sign * slot;
      orders.enter(0, slot);
    }
    for (let count = 10_000; count > 0; count--) {
      const first = orders.first(0);
      assert.equal(first, sign === 1 ? count - 1 : 10_000 - count);
      orders.leave(0, first);
    }
    assert.equal(orders.first(0), -1);
  }
});
