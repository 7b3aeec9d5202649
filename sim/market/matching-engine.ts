import type { MarketOptions, SweepCost } from "./market-options.ts";
import { Notional } from "./notional.hot.ts";
import { NO_LIQUIDITY, OrderDesk, WOULD_TAKE } from "./order-desk.ts";
import { acceptsPrice, assertOrderNumbers } from "./order.ts";
import type { Order } from "./order.ts";
import type { PriceLevel } from "./price-level.ts";
import { PriceLadder } from "./price-ladder.hot.ts";
import type { Depth, Level, Market, NewOrder, OrderState, Side, SubmitResult } from "./types.ts";

/**
 * A limit order book with price-time priority in which every participant, anonymous or not, has real orders. Trades
 * happen at the price of the resting order. No account but the anonymous one trades with itself.
 */
export class MatchingEngine implements Market {
  private readonly desk: OrderDesk;
  private readonly bids = new PriceLadder(1);
  private readonly asks = new PriceLadder(2);

  constructor(options: MarketOptions) {
    this.desk = new OrderDesk(options);
  }

  submit(request: NewOrder, timeNs: number): SubmitResult {
    assertOrderNumbers(request);
    const opposite = this.ladder(request.side === 1 ? 2 : 1);
    const best = opposite.best();
    const crosses = best !== null && acceptsPrice(request, best.price);
    if (request.type === "LIMIT_MAKER" && crosses) return WOULD_TAKE;
    if (request.type === "MARKET" && best === null) return NO_LIQUIDITY;
    const order = this.desk.accept(request, timeNs);
    if (order.type !== "LIMIT" || order.timeInForce !== "FOK" || this.fillsWhole(order, opposite)) {
      this.match(order, opposite, timeNs);
    }
    this.settle(order, timeNs);
    return order.result;
  }

  cancel(orderId: number, timeNs: number, cancelClientOrderId: string | null): OrderState | null {
    const order = this.desk.findResting(orderId);
    if (order === null) return null;
    const level = this.leave(order);
    this.desk.cancelResting(order, timeNs, cancelClientOrderId);
    if (level !== null) this.show(order.side, level);
    return order;
  }

  find(account: number, clientOrderId: string): OrderState | null {
    return this.desk.find(account, clientOrderId);
  }

  openOrders(account: number): OrderState[] {
    return this.desk.openOrders(account);
  }

  best(side: Side): Level | null {
    const level = this.ladder(side).best();
    return level === null ? null : { price: level.price, quantity: level.quantity };
  }

  depth(levelsMax: number): Depth {
    return { bids: levelsOf(this.bids, levelsMax), asks: levelsOf(this.asks, levelsMax) };
  }

  /** What a MARKET order of that side and quantity would take now, were there no self-trade prevention. */
  sweepCost(side: Side, quantity: number): SweepCost {
    const ladder = this.ladder(side === 1 ? 2 : 1);
    const quote = new Notional();
    let remaining = quantity;
    for (let rank = 0; remaining > 0; rank += 1) {
      const level = ladder.at(rank);
      if (level === null) break;
      const taken = Math.min(remaining, level.quantity);
      quote.add(level.price, taken);
      remaining -= taken;
    }
    return { quantity: quantity - remaining, quote: quote.value() };
  }

  private ladder(side: Side): PriceLadder {
    return side === 1 ? this.bids : this.asks;
  }

  /** Trades with the other side, level by level, until the order is filled, expired or meets no price it accepts. */
  private match(taker: Order, opposite: PriceLadder, timeNs: number): void {
    while (taker.open && taker.leaves > 0) {
      const level = opposite.best();
      if (level === null) return;
      if (!acceptsPrice(taker, level.price)) return;
      this.matchLevel(taker, level, timeNs);
      if (level.quantity === 0) opposite.remove(level);
      this.show(taker.side === 1 ? 2 : 1, level);
    }
  }

  private matchLevel(taker: Order, level: PriceLevel, timeNs: number): void {
    while (taker.open && taker.leaves > 0) {
      const maker = level.oldest;
      if (maker === null) return;
      if (maker.account === taker.account && maker.account !== 0) {
        this.preventSelfTrade(taker, maker, level, timeNs);
        continue;
      }
      const quantity = Math.min(taker.leaves, maker.leaves);
      level.quantity -= quantity;
      this.desk.trade(maker, taker, level.price, quantity, timeNs);
      if (maker.leaves === 0) {
        level.remove(maker);
        this.desk.endResting(maker);
      }
    }
  }

  private preventSelfTrade(taker: Order, maker: Order, level: PriceLevel, timeNs: number): void {
    const mode = this.desk.selfTradePrevention;
    if (mode !== "EXPIRE_TAKER") {
      level.remove(maker);
      this.desk.expireResting(maker, timeNs);
    }
    if (mode !== "EXPIRE_MAKER") this.desk.expire(taker, timeNs);
  }

  /** Whether a FOK order would fill now; its own account's orders stop it, or are stepped over, as prevention has it. */
  private fillsWhole(taker: Order, opposite: PriceLadder): boolean {
    let remaining = taker.quantity;
    for (let rank = 0; ; rank += 1) {
      const level = opposite.at(rank);
      if (level === null || !acceptsPrice(taker, level.price)) return false;
      for (let maker = level.oldest; maker !== null; maker = maker.newer) {
        if (maker.account !== taker.account || maker.account === 0) remaining -= maker.leaves;
        else if (this.desk.selfTradePrevention !== "EXPIRE_MAKER") return false;
        if (remaining <= 0) return true;
      }
    }
  }

  /** After matching: the rest joins the book or expires. */
  private settle(order: Order, timeNs: number): void {
    if (order.status === "EXPIRED") return;
    if (order.leaves === 0) {
      this.desk.end(order);
      return;
    }
    if (!order.rests) {
      this.desk.expire(order, timeNs);
      return;
    }
    const level = this.ladder(order.side).obtain(order.price);
    level.append(order);
    this.desk.rest(order);
    this.show(order.side, level);
  }

  /** Takes a resting order out of its queue, and its level out of the book when it was alone there. */
  private leave(order: Order): PriceLevel | null {
    const level = order.level;
    if (level === null) return null;
    level.remove(order);
    if (level.quantity === 0) this.ladder(order.side).remove(level);
    return level;
  }

  private show(side: Side, level: PriceLevel): void {
    this.desk.listener.onLevel(side, level.price, level.quantity);
  }
}

function levelsOf(ladder: PriceLadder, levelsMax: number): [number, number][] {
  const levels: [number, number][] = [];
  for (let rank = 0; rank < levelsMax; rank += 1) {
    const level = ladder.at(rank);
    if (level === null) break;
    levels.push([level.price, level.quantity]);
  }
  return levels;
}
