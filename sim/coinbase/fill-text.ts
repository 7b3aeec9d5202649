import type { VenueClock } from "./clock.ts";
import { formatAmount, formatDecimal } from "./decimal.ts";
import { portfolioId, userId } from "./identity.ts";
import type { Amendment, Fill, OrderRecord } from "./order-record.ts";
import { sideText } from "./user-text.ts";

/** An entry of the list of fills. */
export interface FillEntry {
  readonly entryId: string;
  readonly tradeId: string;
  readonly tradeType: "FILL" | Amendment["kind"];
  readonly price: number;
  readonly quantity: number;
  /** Exponent -16. */
  readonly commission: bigint;
  readonly isMaker: boolean;
  /** When the trade was done. */
  readonly tradeNs: number;
  /** When the entry was made: the list goes by it. */
  readonly timeNs: number;
}

/**
 * An order's entries, newest first: its fills as they were told first, and what was done to them since. A reversal and a correction have the trade id of
 * the fill that they are about and an entry id of their own.
 */
export function entriesOf({ fills, amendments }: OrderRecord): FillEntry[] {
  return [...fills.map(ofFill), ...amendments.map(ofAmendment)].reverse();
}

function ofFill(fill: Fill): FillEntry {
  return { ...fill, tradeType: "FILL", tradeNs: fill.timeNs };
}

function ofAmendment({ kind, fill, ...entry }: Amendment): FillEntry {
  const { tradeId, isMaker, timeNs: tradeNs } = fill;
  return { ...entry, tradeType: kind, tradeId, isMaker, tradeNs };
}

/** An entry as REST shows it. */
export function fillJson(record: OrderRecord, entry: FillEntry, clock: VenueClock): object {
  return {
    entry_id: entry.entryId,
    trade_id: entry.tradeId,
    order_id: record.orderId,
    trade_time: clock.micros(entry.tradeNs),
    trade_type: entry.tradeType,
    price: formatDecimal(entry.price),
    size: formatDecimal(entry.quantity),
    commission: formatAmount(entry.commission),
    product_id: record.product.productId,
    sequence_timestamp: clock.micros(entry.timeNs),
    liquidity_indicator: entry.isMaker ? "MAKER" : "TAKER",
    size_in_quote: false,
    user_id: userId(record.account),
    side: sideText(record),
    retail_portfolio_id: portfolioId(record.account),
  };
}
