import type { AskedOrder, VenueTrade } from "./venue-order.ts";
import { VenueOrder } from "./venue-order.ts";

/** Binance refuses what is older than its window, and gives up on a request after 10 s. */
export const REQUEST_LIFE_NS = 10e9;
const FIRST_VENUE_ID = 9_000;

/** The venue as it is, whatever the host knows of it: every order that was ever sent, and what was traded. */
export class ModelVenue {
  readonly orders: Map<string, VenueOrder> = new Map();
  private lastTradeId = 0;

  /** A new order is on its way. Its id was never seen before: that is the first of all rules. */
  take(asked: AskedOrder): VenueOrder {
    const order = new VenueOrder(asked, FIRST_VENUE_ID + this.orders.size);
    if (this.orders.has(order.id)) throw new Error(`the client order id ${order.id} was sent twice`);
    this.orders.set(order.id, order);
    return order;
  }

  list(isWanted: (order: VenueOrder) => boolean): VenueOrder[] {
    return [...this.orders.values()].filter(isWanted);
  }

  fill(order: VenueOrder, lots: number, atNs: number): VenueTrade {
    this.lastTradeId += 1;
    return order.fill(lots, this.lastTradeId, atNs);
  }

  /** What has been on its way for too long never arrives. */
  expire(nowNs: number): void {
    for (const order of this.orders.values())
      if (order.isFlying && nowNs - order.leftNs >= REQUEST_LIFE_NS) order.move("lost", nowNs);
  }
}
