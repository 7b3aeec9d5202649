import type { OrderRecord } from "./order-record.ts";

interface AccountOrders {
  /** Oldest first. */
  readonly orders: OrderRecord[];
  readonly byClientOrderId: Map<string, OrderRecord>;
}

/**
 * All orders that the venue ever took, by id, and by account and client order id. Nothing is forgotten: the venue answers a
 * client order id that it has seen with the order that had it, however old.
 */
export class OrderRegistry {
  readonly #byOrderId = new Map<string, OrderRecord>();
  readonly #accounts = new Map<number, AccountOrders>();

  add(record: OrderRecord): void {
    this.#byOrderId.set(record.orderId, record);
    const account = this.#of(record.account);
    account.orders.push(record);
    account.byClientOrderId.set(record.clientOrderId, record);
  }

  /** The account's order with that id, or null. */
  find(account: number, orderId: string): OrderRecord | null {
    const record = this.#byOrderId.get(orderId);
    return record?.account === account ? record : null;
  }

  findClientOrderId(account: number, clientOrderId: string): OrderRecord | null {
    return this.#of(account).byClientOrderId.get(clientOrderId) ?? null;
  }

  /** All orders of all accounts. */
  all(): Iterable<OrderRecord> {
    return this.#byOrderId.values();
  }

  /** The account's orders, newest first. */
  newestFirst(account: number): OrderRecord[] {
    return this.#of(account).orders.toReversed();
  }

  #of(account: number): AccountOrders {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    const made: AccountOrders = { orders: [], byClientOrderId: new Map() };
    this.#accounts.set(account, made);
    return made;
  }
}
