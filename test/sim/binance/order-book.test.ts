import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OrderBook } from "../../../sim/binance/order-book.ts";
import type { OrderState, OrderStatus } from "../../../sim/market/index.ts";

function state(orderId: number, clientOrderId: string, status: OrderStatus, account = 1): OrderState {
  const terms = { side: 1, type: "LIMIT", timeInForce: "GTC", price: 1, quantity: 1 } as const;
  return { orderId, account, clientOrderId, ...terms, filled: 0, filledQuote: 0n, status, createdNs: 0 };
}

describe("order book of the venue", () => {
  it("finds by either id, and by both only when they agree", () => {
    const book = new OrderBook();
    book.add("BTCUSDT", state(1, "a", "NEW"), 0);
    book.add("BTCUSDT", state(2, "b", "NEW"), 0);
    const select = (orderId: number | null, clientOrderId: string | null, account = 1): number | undefined =>
      book.select(account, { orderId, clientOrderId })?.state.orderId;
    assert.equal(select(1, null), 1);
    assert.equal(select(null, "b"), 2);
    assert.equal(select(1, "a"), 1);
    assert.equal(select(1, "b"), undefined);
    assert.equal(select(1, null, 2), undefined);
    assert.equal(select(null, "c"), undefined);
  });

  it("gives a name that was used again to its newest order", () => {
    const book = new OrderBook();
    book.close(book.add("BTCUSDT", state(1, "a", "CANCELED"), 0));
    assert.ok(!book.isOpenId(1, "a"));
    book.add("BTCUSDT", state(2, "a", "NEW"), 0);
    assert.ok(book.isOpenId(1, "a"));
    assert.equal(book.select(1, { orderId: null, clientOrderId: "a" })?.state.orderId, 2);
    assert.equal(book.select(1, { orderId: 1, clientOrderId: "a" })?.state.orderId, 1);
  });

  it("forgets the oldest ended order beyond its bound, and never an open one", () => {
    const book = new OrderBook(2);
    book.add("BTCUSDT", state(1, "open", "NEW"), 0);
    for (const orderId of [2, 3, 4])
      book.close(book.add("BTCUSDT", state(orderId, `e${orderId}`, "FILLED"), 0));
    assert.equal(book.byOrderId(2), null);
    assert.equal(book.select(1, { orderId: null, clientOrderId: "e2" }), null);
    assert.deepEqual(
      [1, 3, 4].map((orderId) => book.byOrderId(orderId)?.state.orderId),
      [1, 3, 4],
    );
    const reused = new OrderBook(1);
    reused.close(reused.add("BTCUSDT", state(1, "same", "FILLED"), 0));
    reused.close(reused.add("BTCUSDT", state(2, "same", "FILLED"), 0));
    assert.equal(reused.select(1, { orderId: null, clientOrderId: "same" })?.state.orderId, 2);
  });
});
