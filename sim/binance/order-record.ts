import type { OrderState } from "../market/index.ts";

/** Why the venue ended an order by itself. */
export type ExpiryReason =
  | "UNFILLED_IOC_QUANTITY_EXPIRED"
  | "UNFILLED_FOK_ORDER_EXPIRED"
  | "INSUFFICIENT_LIQUIDITY";

/** An order with what the engine does not know of it: who asked, when it last changed, and how it was cancelled. */
export interface OrderRecord {
  readonly symbol: string;
  readonly state: OrderState;
  /** Session time of acceptance, fills, cancel or expiry, whichever came last. */
  updateNs: number;
  /** The cancel's own client order id; null while the order has not been cancelled. */
  cancelClientOrderId: string | null;
  expiryReason: ExpiryReason | null;
  /** Ended because it would have traded with an order of its own account. */
  prevented: boolean;
  /** Whether the order has had a fill: the first one lowers the unfilled-order count. */
  hasTraded: boolean;
  /** What the order was from which time on, oldest first: queries may be answered from a copy that lags. */
  readonly history: OrderMoment[];
}

/** What changes of an order, as it was from `timeNs` on. */
export interface OrderMoment {
  readonly timeNs: number;
  readonly status: OrderState["status"];
  readonly filled: number;
  readonly filledQuote: bigint;
}

/** The order as it was at a time; null before it was there. */
export function recordAt(record: OrderRecord, timeNs: number): OrderRecord | null {
  if (record.updateNs <= timeNs) return record;
  const moment = record.history.findLast((one) => one.timeNs <= timeNs);
  if (moment === undefined) return null;
  const { status, filled, filledQuote } = moment;
  const state = { ...record.state, status, filled, filledQuote };
  return { ...record, state, updateNs: moment.timeNs, expiryReason: null, prevented: false };
}

/** Notes what the order is now. */
export function noteMoment(record: OrderRecord, timeNs: number): void {
  const { status, filled, filledQuote } = record.state;
  record.updateNs = timeNs;
  record.history.push({ timeNs, status, filled, filledQuote });
}

/** The venue shows GTC for the types that take no time in force. */
export function shownTimeInForce(state: OrderState): string {
  return state.type === "LIMIT" ? state.timeInForce : "GTC";
}

/** The status that the venue shows: self-trade prevention has a word of its own. */
export function shownStatus(record: OrderRecord): string {
  return record.prevented ? "EXPIRED_IN_MATCH" : record.state.status;
}

/** Whether the order can still trade. */
export function isOpen(state: OrderState): boolean {
  return state.status === "NEW" || state.status === "PARTIALLY_FILLED";
}

/** What the venue does when an order would trade with one of its own account; the default of its symbols. */
export const SELF_TRADE_PREVENTION = "EXPIRE_MAKER";

/** BUY or SELL. */
export function sideName(side: 1 | 2): string {
  return side === 1 ? "BUY" : "SELL";
}
