import type { Execution, Fee, MarketListener, OrderState, Side } from "../../../sim/market/index.ts";

/** What the venue has of one client order id. Mantissas of exponent -8. */
export interface VenueOrder {
  readonly clientOrderId: string;
  /** How many orders the venue ever took under this id. */
  accepted: number;
  readonly orderId: number;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  filled: number;
  isOpen: boolean;
  readonly acceptedNs: number;
}

/** One execution of the account. Quantity in 10^-8, money in 10^-16. */
export interface VenueFill {
  readonly tradeId: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly quantity: number;
  readonly cash: bigint;
  readonly fee: Fee;
  readonly timeNs: number;
}

interface LevelChange {
  readonly side: Side;
  readonly price: number;
  readonly before: number;
}

/** Changes that can be taken back: the venue publishes every 100 ms, and has some 500 changes a second. */
const CHANGES_KEPT = 20_000;

/**
 * What happened at a venue, noted as its market says it: the judges' own account of orders, fills and the book. Shares nothing with the host, nor with the
 * venue's reports and streams.
 */
export class VenueRecord implements MarketListener {
  readonly orders: Map<string, VenueOrder> = new Map();
  readonly fills: VenueFill[] = [];
  /** The venue numbers the changes of its book from 1. */
  updateId = 0;
  private readonly account: number;
  private readonly feeOf: (execution: Execution, order: OrderState) => Fee;
  private readonly levels: Record<Side, Map<number, number>> = { 1: new Map(), 2: new Map() };
  private readonly changes: LevelChange[] = [];

  constructor(account: number, feeOf: (execution: Execution, order: OrderState) => Fee) {
    this.account = account;
    this.feeOf = feeOf;
  }

  onAccepted(state: OrderState, timeNs: number): void {
    if (state.account !== this.account) return;
    const { clientOrderId, orderId, side, price, quantity } = state;
    const accepted = (this.orders.get(clientOrderId)?.accepted ?? 0) + 1;
    this.orders.set(clientOrderId, {
      clientOrderId,
      accepted,
      orderId,
      side,
      price,
      quantity,
      filled: 0,
      isOpen: true,
      acceptedNs: timeNs,
    });
  }

  onExecution(execution: Execution): void {
    for (const order of [execution.maker, execution.taker]) {
      if (order.account !== this.account) continue;
      const known = this.orders.get(order.clientOrderId);
      if (known === undefined) throw new Error(`a fill of ${order.clientOrderId}, which was never accepted`);
      known.filled = order.filled;
      if (order.filled === order.quantity) known.isOpen = false;
      this.fills.push({
        tradeId: execution.tradeId,
        clientOrderId: order.clientOrderId,
        side: order.side,
        quantity: execution.quantity,
        cash: BigInt(execution.price) * BigInt(execution.quantity) * (order.side === 1 ? -1n : 1n),
        fee: this.feeOf(execution, order),
        timeNs: execution.timeNs,
      });
    }
  }

  onCanceled(state: OrderState): void {
    const known = state.account === this.account ? this.orders.get(state.clientOrderId) : undefined;
    if (known !== undefined) known.isOpen = false;
  }

  onExpired(state: OrderState): void {
    this.onCanceled(state);
  }

  onLevel(side: Side, price: number, quantity: number): void {
    this.updateId += 1;
    this.changes[this.updateId % CHANGES_KEPT] = { side, price, before: this.levels[side].get(price) ?? 0 };
    set(this.levels[side], price, quantity);
  }

  openOrders(): VenueOrder[] {
    return [...this.orders.values()].filter(({ isOpen }) => isOpen);
  }

  /** The best levels of a side as they were after that update, best first; null where that is too long ago. */
  bookAt(updateId: number, side: Side, levelsMax: number): [number, number][] | null {
    if (updateId > this.updateId || this.updateId - updateId >= CHANGES_KEPT) return null;
    const levels = new Map(this.levels[side]);
    for (let id = this.updateId; id > updateId; id--) {
      const change = this.changes[id % CHANGES_KEPT];
      if (change?.side === side) set(levels, change.price, change.before);
    }
    const direction = side === 1 ? -1 : 1;
    return [...levels].sort(([a], [b]) => (a - b) * direction).slice(0, levelsMax);
  }
}

function set(levels: Map<number, number>, price: number, quantity: number): void {
  if (quantity === 0) levels.delete(price);
  else levels.set(price, quantity);
}
