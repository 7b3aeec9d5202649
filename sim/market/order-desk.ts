import { ClientOrders } from "./client-orders.ts";
import { MARKET_DEFAULTS } from "./market-options.ts";
import type { MarketOptions, SelfTradePrevention } from "./market-options.ts";
import { Order } from "./order.ts";
import { OrderIndex } from "./order-index.hot.ts";
import type { Execution, MarketListener, NewOrder, OrderState, SubmitResult } from "./types.ts";

const INDEX_CAPACITY_INITIAL = 4096;

/** The two refusals of submit, made once. */
export const WOULD_TAKE: SubmitResult = { ok: false, reason: "WOULD_TAKE" };
export const NO_LIQUIDITY: SubmitResult = { ok: false, reason: "NO_LIQUIDITY" };

/** The life of orders, shared by all markets: ids, accepting, filling, ending, looking up, and telling the listener. */
export class OrderDesk {
  readonly listener: MarketListener;
  readonly selfTradePrevention: SelfTradePrevention;
  private readonly resting = new OrderIndex(INDEX_CAPACITY_INITIAL);
  private readonly clients: ClientOrders;
  private readonly openOrdersMax: number;
  private readonly spare: Order[] = [];
  private readonly execution = new MutableExecution();
  private nextOrderId: number;
  private nextTradeId: number;

  constructor(options: MarketOptions) {
    const settings = { ...MARKET_DEFAULTS, ...options };
    this.listener = settings.listener;
    this.selfTradePrevention = settings.selfTradePrevention;
    this.openOrdersMax = settings.openOrdersMax;
    this.nextOrderId = settings.firstOrderId;
    this.nextTradeId = settings.firstTradeId;
    this.clients = new ClientOrders(settings.endedOrdersMax);
  }

  /** Takes the order in and says so. The caller has checked its numbers and that it will not be refused. */
  accept(request: NewOrder, timeNs: number): Order {
    if (this.resting.size >= this.openOrdersMax) {
      throw new RangeError(
        `more than ${this.openOrdersMax} open orders; limit orders per account or raise openOrdersMax`,
      );
    }
    const order = (request.account === 0 ? this.spare.pop() : undefined) ?? new Order();
    order.assign(request, this.nextOrderId, timeNs);
    this.nextOrderId += 1;
    if (request.account !== 0) this.clients.add(order);
    this.listener.onAccepted(order, timeNs);
    return order;
  }

  /** From now on the order can be found for cancelling. */
  rest(order: Order): void {
    this.resting.add(order);
  }

  findResting(orderId: number): Order | null {
    return this.resting.get(orderId);
  }

  /** Fills both orders and says so. Ending a filled order is left to the caller, who owns the queues. */
  trade(maker: Order, taker: Order, price: number, quantity: number, timeNs: number): void {
    maker.fill(price, quantity);
    taker.fill(price, quantity);
    const execution = this.execution;
    execution.tradeId = this.nextTradeId;
    execution.price = price;
    execution.quantity = quantity;
    execution.maker = maker;
    execution.taker = taker;
    execution.timeNs = timeNs;
    this.nextTradeId += 1;
    this.listener.onExecution(execution);
  }

  /** Forgets a resting order that has been filled. */
  endResting(order: Order): void {
    this.resting.remove(order.orderId);
    this.end(order);
  }

  /** Ends an order that never rested; the object of an anonymous one goes back for reuse. */
  end(order: Order): void {
    if (order.account === 0) this.spare.push(order);
    else this.clients.end(order);
  }

  cancelResting(order: Order, timeNs: number, cancelClientOrderId: string | null): void {
    order.status = "CANCELED";
    this.endResting(order);
    this.listener.onCanceled(order, timeNs, cancelClientOrderId);
  }

  expireResting(order: Order, timeNs: number): void {
    this.resting.remove(order.orderId);
    this.expire(order, timeNs);
  }

  expire(order: Order, timeNs: number): void {
    order.status = "EXPIRED";
    this.end(order);
    this.listener.onExpired(order, timeNs);
  }

  find(account: number, clientOrderId: string): OrderState | null {
    return this.clients.find(account, clientOrderId);
  }

  openOrders(account: number): OrderState[] {
    return this.clients.openOrders(account);
  }
}

const NO_ORDER = new Order();

/** One object serves all executions, since a listener may not keep it. */
class MutableExecution implements Execution {
  tradeId = 0;
  price = 0;
  quantity = 0;
  maker: OrderState = NO_ORDER;
  taker: OrderState = NO_ORDER;
  timeNs = 0;
}
