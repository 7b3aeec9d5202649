import type { Execution, Ledger, NewOrder, OrderState, Rng, Side } from "../market/index.ts";
import type { VenueClock } from "./clock.ts";
import type { VenueFaults } from "./faults.ts";
import type { FeeRates } from "./fee-rates.ts";
import { quantityOf } from "./market-size.ts";
import { checkOrder } from "./order-checks.ts";
import type { OrderConfiguration } from "./order-configuration.ts";
import { isOpen, leavesOf, mayRest } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";
import {
  INSUFFICIENT_FUND,
  NO_LIQUIDITY,
  ORDER_ENTRY_DISABLED,
  POST_ONLY_WOULD_TAKE,
  UNKNOWN_PRODUCT,
} from "./order-refusal.ts";
import type { OrderRefusal } from "./order-refusal.ts";
import { OrderRegistry } from "./order-registry.ts";
import type { ProductSpec } from "./product.ts";
import type { VenueMarket } from "./product-feed.ts";
import { makeUuid } from "./uuid.ts";

/** A product as order entry needs it. */
export interface TradedProduct {
  readonly spec: ProductSpec;
  readonly market: VenueMarket;
  readonly ledger: Ledger;
}

/** What order entry needs of its venue. */
export interface EntryContext {
  readonly clock: VenueClock;
  readonly faults: VenueFaults;
  readonly fees: FeeRates;
  readonly random: Rng;
  readonly product: (productId: string) => TradedProduct | null;
  /** Told of each change of a client's order. */
  readonly changed: (record: OrderRecord, timeNs: number) => void;
  /** Calls back at that session time. */
  readonly schedule: (dueNs: number, run: (nowNs: number) => void) => void;
}

/** A client's new order, its form checked. */
export interface OrderRequest {
  readonly account: number;
  readonly clientOrderId: string;
  readonly productId: string;
  readonly side: Side;
  readonly configuration: OrderConfiguration;
}

/**
 * Order entry of all products: the venue's checks, then the market, and the record of each order.
 *
 *   known client order id → product → rules → balance → market
 *
 * Assumption, from the venue's description of `client_order_id`: one that the account has used before, however long ago and
 * for whatever order, is no error and makes no order; the answer is the order that has it.
 */
export class OrderEntry {
  readonly orders: OrderRegistry = new OrderRegistry();
  readonly #context: EntryContext;
  /** By product and the market's order id. */
  readonly #legs = new Map<string, OrderRecord>();
  /** The record whose order is being given to a market right now. */
  #placing: OrderRecord | null = null;
  /** The record whose order is being taken out of its market to be replaced. */
  #replacing: OrderRecord | null = null;

  constructor(context: EntryContext) {
    this.#context = context;
  }

  place(request: OrderRequest, nowNs: number): OrderRecord | OrderRefusal {
    const { account, clientOrderId, configuration, side } = request;
    const known = this.orders.findClientOrderId(account, clientOrderId);
    if (known !== null) return known;
    if (this.#context.faults.rejectOrders) return ORDER_ENTRY_DISABLED;
    const product = this.#context.product(request.productId);
    if (product === null) return UNKNOWN_PRODUCT;
    const refused = checkOrder(product.spec, configuration, this.#context.clock.epochNs(nowNs));
    if (refused !== null) return refused;
    const quantity = quantityOf(configuration, side, product.market, this.#context.fees);
    if (quantity === 0) return NO_LIQUIDITY;
    const record = this.#newRecord(request, product.spec, quantity, nowNs);
    const unready = this.#submit(record, product, nowNs);
    if (unready !== null) return unready;
    this.#rest(record, nowNs);
    this.#scheduleEnd(record, nowNs);
    return record;
  }

  /** Takes an order out of its market; nothing happens to one that has ended meanwhile. */
  cancel(record: OrderRecord, reason: string, nowNs: number): void {
    const product = this.#context.product(record.product.productId);
    if (product === null || record.leg === null || !isOpen(record)) return;
    record.cancelReason = reason;
    product.market.cancel(record.leg.orderId, nowNs, null);
  }

  /**
   * Replaces a resting order by one of another price and size, at the back of the queue; null when done. Assumption, harsher
   * than the venue: an edit that only lowers the size gives up its place too.
   */
  replace(record: OrderRecord, price: number, quantity: number, nowNs: number): OrderRefusal | null {
    const product = this.#context.product(record.product.productId);
    if (product === null || record.leg === null) return UNKNOWN_PRODUCT;
    const { market, ledger } = product;
    const order = legOf(record, price, quantity - record.filled);
    if (!ledger.covers(order, 0n, ledger.held(record.leg))) return INSUFFICIENT_FUND;
    if (order.type === "LIMIT_MAKER" && crosses(market, order)) return POST_ONLY_WOULD_TAKE;
    this.#replacing = record;
    market.cancel(record.leg.orderId, nowNs, null);
    this.#replacing = null;
    record.price = price;
    record.quantity = quantity;
    record.edits.push({ price, quantity, timeNs: nowNs });
    const refused = this.#submit(record, product, nowNs);
    if (refused === null && record.status === "OPEN") this.#context.changed(record, nowNs);
    return refused;
  }

  /** Called by a market. */
  accepted(spec: ProductSpec, state: OrderState, timeNs: number): void {
    const record = this.#placing;
    if (state.account === 0 || record === null) return;
    record.leg = state;
    this.#legs.set(legKey(spec, state), record);
    if (record.edits.length > 0) return;
    this.orders.add(record);
    this.#context.changed(record, timeNs);
  }

  /** Called by a market: a match, of which either side may be a client's. */
  executed(product: TradedProduct, execution: Execution): void {
    this.#fill(product, execution, execution.maker);
    this.#fill(product, execution, execution.taker);
  }

  /** Called by a market: an order was taken out, by its client, its end time, or an edit. */
  canceled(spec: ProductSpec, state: OrderState, timeNs: number): void {
    const record = this.#endLeg(spec, state);
    if (record === null || record === this.#replacing) return;
    const expired = record.cancelReason === "" && record.configuration.endEpochNs !== null;
    this.#end(record, expired ? "EXPIRED" : "CANCELLED", timeNs);
  }

  /** Called by a market: the rest of an order that may not rest, or one that would have met its own account's. */
  expired(spec: ProductSpec, state: OrderState, timeNs: number): void {
    const record = this.#endLeg(spec, state);
    if (record === null) return;
    if (mayRest(record)) record.cancelReason = "Self trade prevented";
    this.#end(record, "CANCELLED", timeNs);
  }

  #newRecord(request: OrderRequest, product: ProductSpec, quantity: number, nowNs: number): OrderRecord {
    const { account, clientOrderId, side, configuration } = request;
    return {
      ...{ orderId: makeUuid(this.#context.random), clientOrderId, account, product, side, configuration },
      ...{
        createdNs: nowNs,
        fills: [],
        amendments: [],
        edits: [],
        price: configuration.limitPrice,
        quantity,
        filled: 0,
      },
      ...{ filledQuote: 0n, fees: 0n, status: "PENDING", pendingCancel: false, cancelReason: "" },
      ...{ lastFillNs: null, leg: null },
    };
  }

  #submit(record: OrderRecord, product: TradedProduct, nowNs: number): OrderRefusal | null {
    const { market, ledger } = product;
    const order = legOf(record, record.price, leavesOf(record));
    const sweep = order.type === "MARKET" ? market.sweepCost(order.side, order.quantity) : null;
    const isFillOrKill = record.configuration.timeInForce === "FOK";
    if (sweep !== null && isFillOrKill && sweep.quantity < order.quantity) return NO_LIQUIDITY;
    if (!ledger.covers(order, sweep?.quote ?? 0n)) return INSUFFICIENT_FUND;
    this.#placing = record;
    const result = market.submit(order, nowNs);
    this.#placing = null;
    if (result.ok) return null;
    return result.reason === "WOULD_TAKE" ? POST_ONLY_WOULD_TAKE : NO_LIQUIDITY;
  }

  /** What the market has not ended at once is open now. */
  #rest(record: OrderRecord, nowNs: number): void {
    if (record.status !== "PENDING") return;
    record.status = "OPEN";
    this.#context.changed(record, nowNs);
  }

  #scheduleEnd(record: OrderRecord, nowNs: number): void {
    const { endEpochNs } = record.configuration;
    if (endEpochNs === null || !isOpen(record)) return;
    const dueNs = nowNs + Number(endEpochNs - this.#context.clock.epochNs(nowNs));
    this.#context.schedule(dueNs, (atNs) => this.cancel(record, "", atNs));
  }

  #fill(product: TradedProduct, execution: Execution, state: OrderState): void {
    const record = this.#legs.get(legKey(product.spec, state));
    if (state.account === 0 || record === undefined) return;
    const { price, quantity, timeNs } = execution;
    const commission = product.ledger.fee(execution, state).charged;
    const ids = { entryId: makeUuid(this.#context.random), tradeId: makeUuid(this.#context.random) };
    const match = { matchId: execution.tradeId, price, quantity, timeNs };
    record.fills.push({ ...ids, ...match, commission, isMaker: state === execution.maker });
    record.filled += quantity;
    record.filledQuote += BigInt(price) * BigInt(quantity);
    record.fees += commission;
    record.lastFillNs = timeNs;
    if (leavesOf(record) === 0) {
      this.#endLeg(product.spec, state);
      this.#end(record, "FILLED", timeNs);
      return;
    }
    if (record.status === "PENDING") record.status = "OPEN";
    this.#context.changed(record, timeNs);
  }

  #endLeg(spec: ProductSpec, state: OrderState): OrderRecord | null {
    const key = legKey(spec, state);
    const record = this.#legs.get(key) ?? null;
    this.#legs.delete(key);
    return record;
  }

  #end(record: OrderRecord, status: OrderRecord["status"], timeNs: number): void {
    record.status = status;
    record.pendingCancel = false;
    this.#context.changed(record, timeNs);
  }
}

/** The market's order for what is left of a record. */
function legOf(record: OrderRecord, price: number, quantity: number): NewOrder {
  const { configuration, account, side, edits, orderId } = record;
  const limit = configuration.postOnly ? "LIMIT_MAKER" : "LIMIT";
  return {
    account,
    clientOrderId: `${orderId}/${edits.length}`,
    side,
    type: configuration.isMarket ? "MARKET" : limit,
    timeInForce: configuration.timeInForce,
    price,
    quantity,
  };
}

function crosses(market: VenueMarket, order: NewOrder): boolean {
  const best = market.best(order.side === 1 ? 2 : 1);
  if (best === null) return false;
  return order.side === 1 ? best.price <= order.price : best.price >= order.price;
}

function legKey(spec: ProductSpec, state: OrderState): string {
  return `${spec.productId}/${state.orderId}`;
}
