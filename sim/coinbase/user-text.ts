import type { VenueClock } from "./clock.ts";
import { formatAmount, formatAverage, formatDecimal } from "./decimal.ts";
import { portfolioId } from "./identity.ts";
import { leavesOf } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";
import { numberedUuid } from "./uuid.ts";

/** Stands for "no time" in messages of a Go program. */
const NO_TIME = "0001-01-01T00:00:00Z";

/**
 * An order in a message of the `user` channel: its state, not what happened. Whoever wants single fills compares two of them,
 * or asks REST.
 */
export function userOrderText(record: OrderRecord, held: bigint, clock: VenueClock): string {
  const { configuration, product, filled } = record;
  const end = configuration.endEpochNs === null ? NO_TIME : String(configuration.sent["end_time"]);
  return JSON.stringify({
    avg_price: formatAverage(record.filledQuote, filled),
    cancel_reason: record.cancelReason,
    client_order_id: record.clientOrderId,
    completion_percentage: completion(record),
    contract_expiry_type: "UNKNOWN_CONTRACT_EXPIRY_TYPE",
    cumulative_quantity: formatDecimal(filled),
    filled_value: formatAmount(record.filledQuote),
    leaves_quantity: formatDecimal(leavesOf(record)),
    limit_price: formatDecimal(record.price),
    number_of_fills: String(record.fills.length),
    order_id: record.orderId,
    order_side: sideText(record),
    order_type: configuration.isMarket ? "Market" : "Limit",
    outstanding_hold_amount: formatAmount(held),
    post_only: String(configuration.postOnly),
    product_id: product.productId,
    product_type: "SPOT",
    reject_reason: "",
    retail_portfolio_id: portfolioId(record.account),
    risk_managed_by: "UNKNOWN_RISK_MANAGEMENT_TYPE",
    status: record.status,
    stop_price: "",
    time_in_force: configuration.timeInForceLabel,
    total_fees: formatAmount(record.fees),
    total_value_after_fees: formatAmount(valueAfterFees(record)),
    trigger_status: "INVALID_ORDER_TYPE",
    creation_time: clock.micros(record.createdNs),
    end_time: end,
    start_time: NO_TIME,
  });
}

/** `events` of the user channel around some orders. */
export function userEvents(type: "snapshot" | "update", orders: readonly string[]): string {
  return (
    `[{"type":"${type}","orders":[${orders.join(",")}],` +
    `"positions":{"perpetual_futures_positions":[],"expiring_futures_positions":[]}}]`
  );
}

export function sideText(record: Pick<OrderRecord, "side">): "BUY" | "SELL" {
  return record.side === 1 ? "BUY" : "SELL";
}

/** Percent of the wanted quantity, cut to two digits. */
export function completion(record: OrderRecord): string {
  const hundredths = Number((BigInt(record.filled) * 10_000n) / BigInt(record.quantity));
  return String(hundredths / 100);
}

/** What a buy costs with its fees, and a sell brings without them. */
export function valueAfterFees(record: OrderRecord): bigint {
  return record.filledQuote + (record.side === 1 ? record.fees : -record.fees);
}

/** Fault: `events` about an order that nobody sent, filled. */
export function strangeOrderEvents(productId: string, time: string): string {
  const order = {
    avg_price: "1",
    cancel_reason: "",
    client_order_id: "nobody",
    cumulative_quantity: "1",
    filled_value: "1",
    leaves_quantity: "0",
    limit_price: "1",
    number_of_fills: "1",
    order_id: numberedUuid(9, 1),
    order_side: "BUY",
    order_type: "Limit",
    product_id: productId,
    product_type: "SPOT",
    status: "FILLED",
    time_in_force: "GOOD_UNTIL_CANCELLED",
    total_fees: "0",
    creation_time: time,
  };
  return userEvents("update", [JSON.stringify(order)]);
}
