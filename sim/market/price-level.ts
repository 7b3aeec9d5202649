import type { Order } from "./order.ts";

/** The orders at one price, oldest first, as a list threaded through the orders themselves. */
export class PriceLevel {
  price = 0;
  /** Sum of the leaves of its orders. */
  quantity = 0;
  oldest: Order | null = null;
  newest: Order | null = null;

  append(order: Order): void {
    const newest = this.newest;
    order.older = newest;
    order.newer = null;
    order.level = this;
    if (newest === null) this.oldest = order;
    else newest.newer = order;
    this.newest = order;
    this.quantity += order.leaves;
  }

  /** Takes the order out of the queue with what is left of it. */
  remove(order: Order): void {
    const { older, newer } = order;
    if (older === null) this.oldest = newer;
    else older.newer = newer;
    if (newer === null) this.newest = older;
    else newer.older = older;
    order.older = null;
    order.newer = null;
    order.level = null;
    this.quantity -= order.leaves;
  }
}

/** For the hot files, which make nothing themselves. */
export function createPriceLevel(): PriceLevel {
  return new PriceLevel();
}
