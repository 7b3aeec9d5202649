import type { OrderState, Side } from "../market/index.ts";
import type { OrderConfiguration } from "./order-configuration.ts";
import type { ProductSpec } from "./product.ts";

/**
 * What the venue calls an order's status.
 *
 *   PENDING ──► OPEN ──► FILLED
 *      │          ├────► CANCEL_QUEUED ──► CANCELLED    (or FILLED: a fill may cross the cancel)
 *      │          └────► EXPIRED                        (GTD at its end)
 *      └──► FILLED, CANCELLED                           (IOC, FOK and market orders never rest)
 */
export type OrderStatus = "PENDING" | "OPEN" | "CANCEL_QUEUED" | "FILLED" | "CANCELLED" | "EXPIRED";

/** One match of a client's order. Quote amounts have exponent -16. */
export interface Fill {
  readonly entryId: string;
  readonly tradeId: string;
  readonly price: number;
  readonly quantity: number;
  readonly commission: bigint;
  readonly isMaker: boolean;
  readonly timeNs: number;
}

/** One accepted edit. */
export interface Edit {
  readonly price: number;
  readonly quantity: number;
  readonly timeNs: number;
}

/**
 * A client's order as the venue knows it. In the market it is one order at a time: an edit ends that one and begins another,
 * while the record, its id and its fills go on.
 */
export interface OrderRecord {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly account: number;
  readonly product: ProductSpec;
  readonly side: Side;
  readonly configuration: OrderConfiguration;
  readonly createdNs: number;
  readonly fills: Fill[];
  readonly edits: Edit[];
  price: number;
  /** Wanted in all, fills included. */
  quantity: number;
  filled: number;
  /** Paid or received for it, without fees. */
  filledQuote: bigint;
  fees: bigint;
  status: OrderStatus;
  pendingCancel: boolean;
  cancelReason: string;
  lastFillNs: number | null;
  /** The order in the market, null before it is there. */
  leg: OrderState | null;
}

/** Quantity still wanted. */
export function leavesOf(record: OrderRecord): number {
  return record.quantity - record.filled;
}

export function isOpen(record: OrderRecord): boolean {
  return record.status === "PENDING" || record.status === "OPEN" || record.status === "CANCEL_QUEUED";
}

/** Whether the market's order may rest there. */
export function mayRest(record: OrderRecord): boolean {
  return !record.configuration.isMarket && record.configuration.timeInForce === "GTC";
}
