import type { OrderState } from "../market/index.ts";
import type { OrderSelector } from "./order-request.ts";
import { isOpen, noteMoment } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";

/** Ended orders that stay known to queries; the oldest go first. */
const ENDED_ORDERS_MAX = 100_000;

interface AccountOrders {
  readonly open: Map<number, OrderRecord>;
  /** Open and ended ones, oldest first. */
  readonly all: Map<number, OrderRecord>;
  /** The newest order with each client order id: ids are unique among open orders only. */
  readonly byClientOrderId: Map<string, OrderRecord>;
}

/** The client orders of one symbol, by id and by account. */
export class OrderBook {
  readonly #byOrderId = new Map<number, OrderRecord>();
  readonly #accounts = new Map<number, AccountOrders>();
  /** Ended order ids, oldest first: a Map keeps the order of insertion. */
  readonly #ended = new Map<number, OrderRecord>();
  readonly #endedMax: number;

  /** Beyond `endedMax` the oldest ended order is forgotten; open orders never are. */
  constructor(endedMax: number = ENDED_ORDERS_MAX) {
    this.#endedMax = endedMax;
  }

  add(symbol: string, state: OrderState, timeNs: number): OrderRecord {
    const record: OrderRecord = {
      symbol,
      state,
      updateNs: timeNs,
      cancelClientOrderId: null,
      expiryReason: null,
      prevented: false,
      hasTraded: false,
      history: [],
    };
    noteMoment(record, timeNs);
    const orders = this.#of(state.account);
    this.#byOrderId.set(state.orderId, record);
    orders.open.set(state.orderId, record);
    orders.all.set(state.orderId, record);
    orders.byClientOrderId.set(state.clientOrderId, record);
    return record;
  }

  byOrderId(orderId: number): OrderRecord | null {
    return this.#byOrderId.get(orderId) ?? null;
  }

  /** The account's order that a request means. With both ids given they must agree. */
  select(account: number, selector: OrderSelector): OrderRecord | null {
    const record =
      selector.orderId === null
        ? this.#of(account).byClientOrderId.get(selector.clientOrderId ?? "")
        : this.#byOrderId.get(selector.orderId);
    if (record === undefined || record.state.account !== account) return null;
    const agrees = selector.clientOrderId === null || record.state.clientOrderId === selector.clientOrderId;
    return agrees ? record : null;
  }

  isOpenId(account: number, clientOrderId: string): boolean {
    const record = this.#of(account).byClientOrderId.get(clientOrderId);
    return record !== undefined && isOpen(record.state);
  }

  openCount(account: number): number {
    return this.#of(account).open.size;
  }

  open(account: number): OrderRecord[] {
    return [...this.#of(account).open.values()];
  }

  /** The account's orders that are still known, oldest first. */
  all(account: number): IterableIterator<OrderRecord> {
    return this.#of(account).all.values();
  }

  /** The order has ended: it stays known until `endedMax` later ones have ended too. */
  close(record: OrderRecord): void {
    const orderId = record.state.orderId;
    this.#of(record.state.account).open.delete(orderId);
    this.#ended.set(orderId, record);
    if (this.#ended.size <= this.#endedMax) return;
    for (const [oldestId, oldest] of this.#ended) {
      this.#ended.delete(oldestId);
      this.#byOrderId.delete(oldestId);
      this.#of(oldest.state.account).all.delete(oldestId);
      const names = this.#of(oldest.state.account).byClientOrderId;
      if (names.get(oldest.state.clientOrderId) === oldest) names.delete(oldest.state.clientOrderId);
      return;
    }
  }

  #of(account: number): AccountOrders {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    const made: AccountOrders = { open: new Map(), all: new Map(), byClientOrderId: new Map() };
    this.#accounts.set(account, made);
    return made;
  }
}
