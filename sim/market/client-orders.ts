import type { Order } from "./order.ts";

/** The orders of client accounts, by account and client order id: open ones, and the most recently ended ones. */
export class ClientOrders {
  private readonly accounts = new Map<number, AccountOrders>();
  private readonly ended = new Set<Order>();
  private readonly endedMax: number;

  /** Beyond endedMax the oldest ended order is forgotten; open orders never are. */
  constructor(endedMax: number) {
    this.endedMax = endedMax;
  }

  add(order: Order): void {
    const account = this.accounts.get(order.account) ?? this.open(order.account);
    account.newest.set(order.clientOrderId, order);
    account.open.add(order);
  }

  /** Moves an order that is no longer open among the ended ones. */
  end(order: Order): void {
    this.accounts.get(order.account)?.open.delete(order);
    this.ended.add(order);
    if (this.ended.size > this.endedMax) this.forgetOldest();
  }

  find(account: number, clientOrderId: string): Order | null {
    return this.accounts.get(account)?.newest.get(clientOrderId) ?? null;
  }

  openOrders(account: number): Order[] {
    return [...(this.accounts.get(account)?.open ?? [])];
  }

  private open(account: number): AccountOrders {
    const orders: AccountOrders = { newest: new Map(), open: new Set() };
    this.accounts.set(account, orders);
    return orders;
  }

  private forgetOldest(): void {
    for (const order of this.ended) {
      this.ended.delete(order);
      const newest = this.accounts.get(order.account)?.newest;
      if (newest?.get(order.clientOrderId) === order) newest.delete(order.clientOrderId);
      return;
    }
  }
}

interface AccountOrders {
  readonly newest: Map<string, Order>;
  readonly open: Set<Order>;
}
