import type { Execution, Fee, MarketListener, OrderState, Side } from "../../../sim/market/index.ts";

/** What the venue has of one client order id. Mantissas of exponent -8. */
export interface VenueOrder {
  readonly clientOrderId: string;
  readonly orderId: number;
  readonly side: Side;
  readonly quantity: number;
  filled: number;
}

/** One execution of the account. Quantity in 10^-8. */
export interface VenueFill {
  readonly tradeId: number;
  readonly quantity: number;
  readonly timeNs: number;
}

/** What a fill counts at. Fee: exponent -8, as the account is told of it. */
export interface FillTerms {
  readonly price: number;
  readonly quantity: number;
  readonly asset: string;
  readonly amount: bigint;
}

/** A trade that the venue has undone or corrected. */
interface TradeChange {
  readonly side: Side;
  readonly before: FillTerms | null;
  readonly after: FillTerms | null;
}

/** What differs from venue to venue. */
export interface VenueWays {
  /** Exponent -8, as the account is told of it. */
  readonly feeOf: (execution: Execution, order: OrderState) => Pick<Fee, "asset" | "amount">;
  /** The client's id of an order, where the market knows it by another. */
  readonly nameOf?: (state: OrderState) => string;
}

interface LevelChange {
  readonly side: Side;
  readonly price: number;
  readonly before: number;
}

/** Changes that can be taken back: the venue publishes every 100 ms, and has some 500 changes a second. */
const CHANGES_KEPT = 20_000;
/** Levels of a side, more than any market here has. */
const LEVELS_MAX = 16_384;

/**
 * What happened at a venue, noted as its market says it: the judges' own account of orders, fills and the book. Shares nothing with the host, nor with the
 * venue's reports and streams. Sums are kept as they change: added up anew each second, they were most of a judge's time after an hour.
 */
export class VenueRecord implements MarketListener {
  readonly orders: Map<string, VenueOrder> = new Map();
  readonly fills: VenueFill[] = [];
  /** Client order ids under which the venue took more than one order. */
  readonly doubled: Set<string> = new Set();
  /**
   * [V16] Trades that the venue has undone or corrected and nobody was told of yet, by the id of the entry that tells: the sums below are without them until it
   * has reached a host.
   */
  readonly untold: Map<string, TradeChange> = new Map();
  /** Net of all executions; a mantissa of exponent -8. */
  held = 0;
  /** Received less paid, fees left out; exponent -16. */
  cash = 0n;
  /** By asset, exponent -8. */
  readonly fees: Map<string, bigint> = new Map();
  /** The venue numbers the changes of its book from 1. */
  updateId = 0;
  private readonly account: number;
  private readonly ways: VenueWays;
  private readonly open = new Map<string, VenueOrder>();
  private readonly levels: Record<Side, Map<number, number>> = { 1: new Map(), 2: new Map() };
  private readonly changes: LevelChange[] = [];
  private readonly prices = new Float64Array(LEVELS_MAX);

  constructor(account: number, ways: VenueWays) {
    this.account = account;
    this.ways = ways;
  }

  onAccepted(state: OrderState): void {
    if (state.account !== this.account) return;
    const { side, quantity } = state;
    const clientOrderId = this.nameOf(state);
    if (this.orders.has(clientOrderId)) this.doubled.add(clientOrderId);
    const order = { clientOrderId, orderId: state.orderId, side, quantity, filled: 0 };
    this.orders.set(clientOrderId, order);
    this.open.set(clientOrderId, order);
  }

  onExecution(execution: Execution): void {
    for (const order of [execution.maker, execution.taker])
      if (order.account === this.account) this.fill(execution, order);
  }

  onCanceled(state: OrderState): void {
    if (state.account === this.account) this.open.delete(this.nameOf(state));
  }

  onExpired(state: OrderState): void {
    this.onCanceled(state);
  }

  onLevel(side: Side, price: number, quantity: number): void {
    this.updateId += 1;
    this.changes[this.updateId % CHANGES_KEPT] = { side, price, before: this.levels[side].get(price) ?? 0 };
    set(this.levels[side], price, quantity);
  }

  /** A trade was undone (after: null) or corrected; the entry with that id will tell of it. */
  change(entryId: string, side: Side, before: FillTerms | null, after: FillTerms | null): void {
    this.untold.set(entryId, { side, before, after });
  }

  /** A host is about to be told what stands in a text. */
  tell(text: string): void {
    for (const [entryId, { side, before, after }] of this.untold) {
      if (!text.includes(entryId)) continue;
      this.untold.delete(entryId);
      if (before !== null) this.book(side, before, -1);
      if (after !== null) this.book(side, after, 1);
    }
  }

  openOrders(): VenueOrder[] {
    return [...this.open.values()];
  }

  /** The best levels of a side as they were after that update, best first; null where that is too long ago. */
  bookAt(updateId: number, side: Side, levelsMax: number): [number, number][] | null {
    if (updateId < 0 || updateId > this.updateId || this.updateId - updateId >= CHANGES_KEPT) return null;
    // Only what has changed since is taken back: a copy of some 1,000 levels each second was a twentieth of a world's time.
    const since = this.changedSince(updateId, side);
    const now = this.levels[side];
    const { prices } = this;
    let count = 0;
    for (const price of now.keys()) if (!since.has(price)) prices[count++] = price;
    for (const [price, before] of since) if (before !== 0) prices[count++] = price;
    const sorted = prices.subarray(0, count).sort();
    const best: [number, number][] = [];
    for (let rank = 0; rank < Math.min(count, levelsMax); rank++) {
      const price = sorted[side === 1 ? count - 1 - rank : rank] ?? 0;
      best.push([price, since.get(price) ?? now.get(price) ?? 0]);
    }
    return best;
  }

  /** What levels were after that update, of those that have changed since. */
  private changedSince(updateId: number, side: Side): Map<number, number> {
    const since = new Map<number, number>();
    for (let id = this.updateId; id > updateId; id--) {
      const change = this.changes[id % CHANGES_KEPT];
      if (change?.side === side) since.set(change.price, change.before);
    }
    return since;
  }

  private nameOf(state: OrderState): string {
    return this.ways.nameOf?.(state) ?? state.clientOrderId;
  }

  private fill(execution: Execution, order: OrderState): void {
    const { tradeId, price, timeNs } = execution;
    const { side } = order;
    const clientOrderId = this.nameOf(order);
    const known = this.orders.get(clientOrderId);
    if (known === undefined) throw new Error(`a fill of ${clientOrderId}, which was never accepted`);
    known.filled = order.filled;
    if (order.filled === order.quantity) this.open.delete(clientOrderId);
    const { quantity } = execution;
    this.fills.push({ tradeId, quantity, timeNs });
    this.book(side, { price, quantity, ...this.ways.feeOf(execution, order) }, 1);
  }

  private book(side: Side, { price, quantity, asset, amount }: FillTerms, times: 1 | -1): void {
    this.held += (side === 1 ? quantity : -quantity) * times;
    this.cash += BigInt(price) * BigInt(quantity * times) * (side === 1 ? -1n : 1n);
    this.fees.set(asset, (this.fees.get(asset) ?? 0n) + amount * BigInt(times));
  }
}

function set(levels: Map<number, number>, price: number, quantity: number): void {
  if (quantity === 0) levels.delete(price);
  else levels.set(price, quantity);
}
