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

/** One match of a client's order, as it was told first. Quote amounts have exponent -16. */
export interface Fill {
  readonly entryId: string;
  readonly tradeId: string;
  /** The market's number of the match: the fill of its other side has the same. */
  readonly matchId: number;
  readonly price: number;
  readonly quantity: number;
  readonly commission: bigint;
  readonly isMaker: boolean;
  readonly timeNs: number;
}

/** What the venue did to a fill afterwards. */
export interface Amendment {
  readonly kind: "REVERSAL" | "CORRECTION";
  readonly entryId: string;
  readonly fill: Fill;
  /** Of a reversal those that it undid, of a correction those in force from then on. */
  readonly price: number;
  readonly quantity: number;
  readonly commission: bigint;
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
  /** Oldest first. */
  readonly amendments: Amendment[];
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

/** What a fill counts at now; null: it was reversed. */
export function termsInForce(record: OrderRecord, fill: Fill): Fill | Amendment | null {
  const last = record.amendments.findLast((amendment) => amendment.fill === fill) ?? fill;
  return "kind" in last && last.kind === "REVERSAL" ? null : last;
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
