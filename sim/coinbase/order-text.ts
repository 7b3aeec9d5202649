import type { VenueClock } from "./clock.ts";
import { formatAmount, formatAverage, formatDecimal } from "./decimal.ts";
import { portfolioId, userId } from "./identity.ts";
import { isOpen } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";
import { completion, sideText, valueAfterFees } from "./user-text.ts";

/** An order as REST shows it. */
export function orderJson(record: OrderRecord, held: bigint, clock: VenueClock): object {
  const { configuration, product } = record;
  const lastFill = record.lastFillNs === null ? null : clock.micros(record.lastFillNs);
  return {
    order_id: record.orderId,
    product_id: product.productId,
    user_id: userId(record.account),
    order_configuration: configurationJson(record),
    side: sideText(record),
    client_order_id: record.clientOrderId,
    status: record.status,
    time_in_force: configuration.timeInForceLabel,
    created_time: clock.micros(record.createdNs),
    completion_percentage: completion(record),
    filled_size: formatDecimal(record.filled),
    average_filled_price: formatAverage(record.filledQuote, record.filled),
    fee: "",
    number_of_fills: String(record.fills.length),
    filled_value: formatAmount(record.filledQuote),
    pending_cancel: record.pendingCancel,
    size_in_quote: configuration.quoteSize !== null,
    total_fees: formatAmount(record.fees),
    size_inclusive_of_fees: configuration.quoteSize !== null && record.side === 1,
    total_value_after_fees: formatAmount(valueAfterFees(record)),
    trigger_status: "INVALID_ORDER_TYPE",
    order_type: configuration.isMarket ? "MARKET" : "LIMIT",
    reject_reason: "REJECT_REASON_UNSPECIFIED",
    settled: !isOpen(record),
    product_type: "SPOT",
    reject_message: "",
    cancel_message: record.cancelReason,
    order_placement_source: "RETAIL_ADVANCED",
    outstanding_hold_amount: formatAmount(held),
    is_liquidation: false,
    last_fill_time: lastFill,
    edit_history: record.edits.map((edit) => ({
      price: formatDecimal(edit.price),
      size: formatDecimal(edit.quantity),
      replace_accept_timestamp: clock.micros(edit.timeNs),
    })),
    leverage: "",
    margin_type: "UNKNOWN_MARGIN_TYPE",
    retail_portfolio_id: portfolioId(record.account),
    originating_order_id: "",
    attached_order_id: "",
    attached_order_configuration: null,
  };
}

/** `order_configuration` as it holds now: an edit shows in it. */
export function configurationJson(record: OrderRecord): object {
  const { kind, sent } = record.configuration;
  if (record.edits.length === 0) return { [kind]: sent };
  const edited = { base_size: formatDecimal(record.quantity), limit_price: formatDecimal(record.price) };
  return { [kind]: { ...sent, ...edited } };
}
