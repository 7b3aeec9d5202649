import { Order } from "./order.ts";
import type { NewOrder, Side } from "./types.ts";

/** The recorded flow's side of a match: an anonymous order with id 0, just as large as the match. One object serves all. */
export class RecordedCounterpart {
  private readonly order = new Order();

  match(side: Side, price: number, quantity: number, timeNs: number): Order {
    const limit = { type: "LIMIT", timeInForce: "GTC" } as const;
    const request: NewOrder = { account: 0, clientOrderId: "", side, price, quantity, ...limit };
    this.order.assign(request, 0, timeNs);
    return this.order;
  }
}
