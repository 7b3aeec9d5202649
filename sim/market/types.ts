// The market as the simulated venues see it.
//
// Prices and quantities are integer mantissas with exponent -8 (61837.63 is 6_183_763_000_000), JS numbers within the
// safe integers. Times are nanoseconds since session start. Notional has exponent -16 and is a bigint.

/** FIX tag 54: 1 buys, 2 sells. */
export type Side = 1 | 2;

/** FIX tag 40, in the words of Binance. LIMIT_MAKER is a limit order which is refused when it would take. */
export type OrderType = "LIMIT" | "LIMIT_MAKER" | "MARKET";

/** FIX tag 59. A MARKET order counts as IOC, a LIMIT_MAKER as GTC, whatever is given. */
export type TimeInForce = "GTC" | "IOC" | "FOK";

/** FIX tag 39. EXPIRED: the venue ended the order (rest of an IOC, unfilled FOK, self-trade prevention). */
export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "REJECTED" | "EXPIRED";

/** An order as it arrives; the market checks only that price and quantity are positive safe integers (RangeError). */
export interface NewOrder {
  /** 0 is the anonymous flow, 1 and up are client accounts. */
  readonly account: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Ignored for MARKET. */
  readonly price: number;
  readonly quantity: number;
}

/**
 * The live state of an order: the same object changes as the order does, so read it inside the callback or copy it.
 * The object of a client order is never reused; the object of an anonymous order is, from the next command after the
 * order's end on.
 */
export interface OrderState {
  readonly orderId: number;
  readonly account: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** 0 for MARKET. */
  readonly price: number;
  readonly quantity: number;
  readonly filled: number;
  /** Sum of price times quantity over the fills, exponent -16. */
  readonly filledQuote: bigint;
  readonly status: OrderStatus;
  readonly createdNs: number;
}

/** One match. Maker and taker already include it. */
export interface Execution {
  readonly tradeId: number;
  /** The maker's price. */
  readonly price: number;
  readonly quantity: number;
  readonly maker: OrderState;
  readonly taker: OrderState;
  readonly timeNs: number;
}

/** Told synchronously and in order; must not call back into the market. */
export interface MarketListener {
  /** The order is in the engine, before any fill. */
  onAccepted(order: OrderState, timeNs: number): void;
  /** Once for each match; either side may be anonymous. The object is valid during the call only. */
  onExecution(execution: Execution): void;
  onCanceled(order: OrderState, timeNs: number, cancelClientOrderId: string | null): void;
  /** Rest of an IOC or MARKET order, unfilled FOK, self-trade prevention. */
  onExpired(order: OrderState, timeNs: number): void;
  /** The quantity now shown at that level, 0 when it is gone; once for each level a command has changed. */
  onLevel(side: Side, price: number, quantity: number): void;
}

/** WOULD_TAKE: a LIMIT_MAKER order crosses. NO_LIQUIDITY: a MARKET order meets an empty side. Neither is told to the listener. */
export type SubmitResult =
  | { readonly ok: true; readonly order: OrderState }
  | { readonly ok: false; readonly reason: "WOULD_TAKE" | "NO_LIQUIDITY" };

/** A price and the quantity shown there. */
export interface Level {
  readonly price: number;
  readonly quantity: number;
}

/** Levels as [price, quantity], best first. */
export interface Depth {
  readonly bids: [number, number][];
  readonly asks: [number, number][];
}

/** One instrument's market: a matching engine, or a recording that answers to our orders. */
export interface Market {
  submit(order: NewOrder, timeNs: number): SubmitResult;
  /** The cancelled order, or null when the id is unknown or the order is no longer open. */
  cancel(orderId: number, timeNs: number, cancelClientOrderId: string | null): OrderState | null;
  /** The newest order of that client account with that id, open or ended; the anonymous flow is not indexed. */
  find(account: number, clientOrderId: string): OrderState | null;
  /** Open orders of a client account, oldest first; empty for the anonymous flow. */
  openOrders(account: number): OrderState[];
  best(side: Side): Level | null;
  /** At most that many levels a side. */
  depth(levelsMax: number): Depth;
}
