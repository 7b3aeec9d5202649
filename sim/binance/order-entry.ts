import type { Execution, Ledger, NewOrder, OrderState } from "../market/index.ts";
import type { AccountTrades } from "./account-trades.ts";
import type { Replacement, ReplaceRequest } from "./cancel-replace.ts";
import type { VenueClock } from "./clock.ts";
import { OrderBook } from "./order-book.ts";
import type { CancelRequest, OrderRequest, OrderSelector } from "./order-request.ts";
import { isOpen, noteMoment } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";
import type { OrderFill } from "./order-text.ts";
import { isRefusal } from "./parameters.ts";
import { NO_SUCH_ORDER, cancelRejected, newOrderRejected, tooManyOrders } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { checkFilters } from "./symbol.ts";
import type { SymbolSpec } from "./symbol.ts";
import type { UserReporter } from "./user-reporter.ts";
import type { VenueMarket } from "./venue-market.ts";
import { windowName } from "./venue-account.ts";
import type { VenueAccount } from "./venue-account.ts";

/** A placed order and the matches it had at once. */
export interface Placement {
  readonly record: OrderRecord;
  readonly fills: readonly OrderFill[];
}

/**
 * Order entry of one symbol: the venue's checks in the venue's order, then the market, and the record of each order with
 * its money and its reports.
 *
 *   form → filters (-1013) → order count (-1015) → duplicate id among open orders → balance (-2010) → engine (-2010)
 */
export class OrderEntry {
  readonly #spec: SymbolSpec;
  readonly #clock: VenueClock;
  readonly #market: () => VenueMarket;
  readonly #ledger: Ledger;
  readonly #reporter: UserReporter;
  readonly #account: (id: number) => VenueAccount;
  readonly #trades: AccountTrades;
  readonly #orders = new OrderBook();
  #fills: OrderFill[] = [];
  #lastPrice = 0;
  #nextId = 1;

  constructor(
    spec: SymbolSpec,
    clock: VenueClock,
    market: () => VenueMarket,
    ledger: Ledger,
    reporter: UserReporter,
    account: (id: number) => VenueAccount,
    trades: AccountTrades,
  ) {
    this.#spec = spec;
    this.#clock = clock;
    this.#market = market;
    this.#ledger = ledger;
    this.#reporter = reporter;
    this.#account = account;
    this.#trades = trades;
  }

  /** What an order would be refused with before it reached the engine; balance is the engine's. */
  refusalOf(account: VenueAccount, request: OrderRequest, nowNs: number): Refusal | null {
    return this.#check(account, request, nowNs) ?? this.#duplicate(account, request);
  }

  place(account: VenueAccount, request: OrderRequest, nowNs: number): Placement | Refusal {
    const refused = this.refusalOf(account, request, nowNs);
    if (refused !== null) return refused;
    const market = this.#market();
    const order = { ...request, account: account.id, clientOrderId: request.clientOrderId ?? this.makeId() };
    account.countOrder(this.#clock.ms(nowNs));
    if (!this.#covered(order))
      return newOrderRejected("Account has insufficient balance for requested action.");
    this.#fills = [];
    const result = market.submit(order, nowNs);
    if (!result.ok) {
      return newOrderRejected(
        result.reason === "WOULD_TAKE"
          ? "Order would immediately match and take."
          : "Order book liquidity is less than symbol minimum quantity.",
      );
    }
    const record = this.#orders.byOrderId(result.order.orderId);
    if (record === null)
      throw new Error(`The market took order ${result.order.orderId} but never reported it.`);
    return { record, fills: this.#fills };
  }

  /**
   * Cancel, then new order. Filters and order count are looked at before either, and an order that is not attempted counts all the same
   * (rest-api.md, "Cancel an Existing Order and Send a New Order").
   */
  replace(
    account: VenueAccount,
    { cancel, order, mode }: ReplaceRequest,
    nowNs: number,
    rejectOrders: boolean,
  ): Replacement | Refusal {
    const refused = this.#check(account, order, nowNs);
    if (refused !== null) return refused;
    const canceled = this.cancel(account, cancel, nowNs);
    if (isRefusal(canceled) && mode === "STOP_ON_FAILURE") {
      account.countOrder(this.#clock.ms(nowNs));
      return { canceled, placed: null };
    }
    const placed = rejectOrders
      ? newOrderRejected("This action is disabled on this account.")
      : this.place(account, order, nowNs);
    return { canceled, placed };
  }

  cancel(account: VenueAccount, request: CancelRequest, nowNs: number): OrderRecord | Refusal {
    const record = this.#orders.select(account.id, request.selector);
    if (record === null || !isOpen(record.state)) return cancelRejected("Unknown order sent.");
    if (request.onlyIf !== null && record.state.status !== request.onlyIf) {
      return cancelRejected("Order was not canceled due to cancel restrictions.");
    }
    const id = request.newClientOrderId ?? this.makeId();
    if (this.#market().cancel(record.state.orderId, nowNs, id) === null)
      return cancelRejected("Unknown order sent.");
    return record;
  }

  /** Cancels all open orders of the account; with none open the venue answers -2011. */
  cancelAll(account: VenueAccount, nowNs: number): readonly OrderRecord[] | Refusal {
    const open = this.openOrders(account);
    if (open.length === 0) return cancelRejected("Unknown order sent.");
    for (const record of open) this.#market().cancel(record.state.orderId, nowNs, this.makeId());
    return open;
  }

  /** Looks an order up, open or ended. */
  find(account: VenueAccount, selector: OrderSelector): OrderRecord | Refusal {
    return this.#orders.select(account.id, selector) ?? NO_SUCH_ORDER;
  }

  /** The account's open orders, oldest first. */
  openOrders(account: VenueAccount): readonly OrderRecord[] {
    return this.#orders.open(account.id);
  }

  /** The account's orders that are still known, open and ended, oldest first. */
  all(account: VenueAccount): IterableIterator<OrderRecord> {
    return this.#orders.all(account.id);
  }

  /** An id as the venue makes them: 22 letters and digits. */
  makeId(): string {
    const id = `sim${String(this.#nextId).padStart(19, "0")}`;
    this.#nextId += 1;
    return id;
  }

  /** Called by the market: an order is in the engine. */
  accepted(state: OrderState, timeNs: number): void {
    if (state.account === 0) return;
    const record = this.#orders.add(this.#spec.symbol, state, timeNs);
    this.#reporter.accepted(record, timeNs);
  }

  /** Called by the market: a match, of which either side may be a client's. */
  executed(execution: Execution): void {
    this.#lastPrice = execution.price;
    if (execution.maker.account !== 0) this.#fill(execution.maker, execution, true);
    if (execution.taker.account !== 0) this.#fill(execution.taker, execution, false);
  }

  /** Called by the market. */
  canceled(state: OrderState, timeNs: number, cancelClientOrderId: string | null): void {
    const record = this.#orders.byOrderId(state.orderId);
    if (state.account === 0 || record === null) return;
    record.cancelClientOrderId = cancelClientOrderId ?? this.makeId();
    this.#end(record, timeNs);
    this.#reporter.canceled(record, timeNs);
  }

  /** Called by the market: the rest of an order expired, or it would have met one of its own account. */
  expired(state: OrderState, timeNs: number): void {
    const record = this.#orders.byOrderId(state.orderId);
    if (state.account === 0 || record === null) return;
    if (state.type === "MARKET") record.expiryReason = "INSUFFICIENT_LIQUIDITY";
    else if (state.timeInForce === "IOC") record.expiryReason = "UNFILLED_IOC_QUANTITY_EXPIRED";
    else if (state.timeInForce === "FOK") record.expiryReason = "UNFILLED_FOK_ORDER_EXPIRED";
    else record.prevented = true;
    this.#end(record, timeNs);
    this.#reporter.expired(record, timeNs);
  }

  #check(account: VenueAccount, request: OrderRequest, nowNs: number): Refusal | null {
    const refused = checkFilters(this.#spec, {
      market: request.type === "MARKET",
      price: request.price,
      quantity: request.quantity,
      referencePrice: this.#referencePrice(),
      openOrders: this.#orders.openCount(account.id),
    });
    if (refused !== null) return refused;
    const nowMs = this.#clock.ms(nowNs);
    const window = account.exhausted(nowMs);
    if (window !== null) return tooManyOrders(window.limit, windowName(window), window.endMs(nowMs));
    return null;
  }

  /** Ids are unique among open orders alone: that of an order which has ended is taken again [C6]. */
  #duplicate(account: VenueAccount, { clientOrderId }: OrderRequest): Refusal | null {
    const isTaken = clientOrderId !== null && this.#orders.isOpenId(account.id, clientOrderId);
    return isTaken ? newOrderRejected("Duplicate order sent.") : null;
  }

  #covered(order: NewOrder): boolean {
    const marketBuy = order.type === "MARKET" && order.side === 1;
    return this.#ledger.covers(order, marketBuy ? this.#market().sweepCost(1, order.quantity).quote : 0n);
  }

  #fill(state: OrderState, execution: Execution, maker: boolean): void {
    const record = this.#orders.byOrderId(state.orderId);
    if (record === null) return;
    const { price, quantity, tradeId, timeNs } = execution;
    const fee = this.#ledger.fee(execution, state);
    noteMoment(record, timeNs);
    if (!record.hasTraded) this.#account(state.account).creditFill(this.#clock.ms(timeNs), maker);
    record.hasTraded = true;
    const fill = { price, quantity, commission: Number(fee.amount), commissionAsset: fee.asset, tradeId };
    if (!maker) this.#fills.push(fill);
    this.#trades.add(state.account, { ...fill, orderId: state.orderId, side: state.side, timeNs, maker });
    if (state.status === "FILLED") this.#orders.close(record);
    this.#reporter.traded(record, { ...fill, maker }, timeNs);
  }

  #end(record: OrderRecord, timeNs: number): void {
    noteMoment(record, timeNs);
    this.#orders.close(record);
  }

  #referencePrice(): number {
    if (this.#lastPrice !== 0) return this.#lastPrice;
    const bid = this.#market().best(1);
    const ask = this.#market().best(2);
    return bid === null || ask === null ? 0 : Math.floor((bid.price + ask.price) / 2);
  }
}
