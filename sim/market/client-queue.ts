import { acceptsPrice } from "./order.ts";
import type { Order } from "./order.ts";
import { AHEAD_UNKNOWN } from "./queued-order.ts";
import type { QueuedOrder } from "./queued-order.ts";
import type { Side } from "./types.ts";

/** Client orders resting on one side of a recorded market, in price-time priority. They are few: a plain array serves. */
export class ClientQueue {
  readonly side: Side;
  private readonly orders: QueuedOrder[] = [];

  constructor(side: Side) {
    this.side = side;
  }

  get size(): number {
    return this.orders.length;
  }

  /** In priority order, or null behind the last. */
  at(index: number): QueuedOrder | null {
    return this.orders[index] ?? null;
  }

  /** True when an order of this side at the first price comes before one at the second. */
  better(price: number, than: number): boolean {
    return this.side === 1 ? price > than : price < than;
  }

  /**
   * What a taker would find here, and the limit up to which it gets at all: an order of its own account stops it, or is
   * stepped over. Of the price at which it is stopped nothing counts, which is stricter than need be.
   */
  reach(taker: Order, stepsOver: boolean): { readonly quantity: number; readonly limit: number } {
    let quantity = 0;
    for (const { order } of this.orders) {
      if (!acceptsPrice(taker, order.price)) break;
      if (order.account !== taker.account || order.account === 0) quantity += order.leaves;
      else if (!stepsOver) return { quantity, limit: order.price + (this.side === 1 ? 1 : -1) };
    }
    return { quantity, limit: taker.price };
  }

  insert(queued: QueuedOrder): void {
    const { price } = queued.order;
    let index = this.orders.length;
    for (; index > 0; index -= 1) {
      const before = this.orders[index - 1];
      if (before !== undefined && !this.better(price, before.order.price)) break;
    }
    this.orders.splice(index, 0, queued);
  }

  remove(order: Order): void {
    const index = this.orders.findIndex((queued) => queued.order === order);
    if (index >= 0) this.orders.splice(index, 1);
  }

  /** The recorded quantity at that place has been taken by a client. */
  advance(place: number, quantity: number): void {
    for (const queued of this.orders) if (queued.place === place) queued.advance(quantity);
  }

  /** After a frame: no more stands ahead than is there. */
  clamp(available: (place: number) => number, timeNs: number): void {
    for (const queued of this.orders) queued.clamp(available(queued.place), timeNs);
  }

  /** Everyone goes to the back of the queue that the next book will show. */
  forgetAhead(): void {
    for (const queued of this.orders) queued.ahead = AHEAD_UNKNOWN;
  }
}
