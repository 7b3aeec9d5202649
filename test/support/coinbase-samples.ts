import type { CoinbaseLine } from "./coinbase-reference.ts";

type Changes = Readonly<Record<string, unknown>>;

export const orderUuid = "a1b2c3d4-e5f6-4890-abcd-ef1234567890";
/** The first half of it, by which the host knows the order. */
export const venueOrderId = 0xa1b2c3d4e5f64890n;
/** Epoch 1, sequence 10. */
export const clientId = "00000001-5350-8000-8000-00000000000a";

/** A message as the venue wraps it. */
export function message(channel: string, events: readonly unknown[], changes: Changes = {}): string {
  return JSON.stringify({
    channel,
    timestamp: "2026-08-09T21:05:48.506659391Z",
    sequence_num: 15,
    events,
    ...changes,
  });
}

export interface TextLevel {
  readonly side: "bid" | "offer";
  readonly price: string;
  readonly size: string;
}

/** A message of the book, in the venue's own form. */
export function level2(levels: readonly TextLevel[], type = "update", product = "BTC-USD"): string {
  const updates = levels.map(({ side, price, size }) => ({
    side,
    event_time: "2026-08-09T21:05:48.264069Z",
    price_level: price,
    new_quantity: size,
  }));
  return message("l2_data", [{ type, product_id: product, updates }]);
}

/** An order of the user channel: open, nothing filled. */
export function userOrder(changes: Changes = {}, type = "update"): string {
  const order = {
    avg_price: "0",
    cancel_reason: "",
    client_order_id: clientId,
    completion_percentage: "0.00",
    cumulative_quantity: "0",
    filled_value: "0",
    leaves_quantity: "0.001",
    limit_price: "60000.5",
    number_of_fills: "0",
    order_id: orderUuid,
    order_side: "BUY",
    order_type: "Limit",
    outstanding_hold_amount: "60.3",
    product_id: "BTC-USD",
    product_type: "SPOT",
    reject_reason: "",
    status: "OPEN",
    stop_price: "",
    time_in_force: "GOOD_UNTIL_CANCELLED",
    total_fees: "0",
    creation_time: "2026-08-09T21:05:48.123456Z",
    ...changes,
  };
  return message("user", [{ type, orders: [order] }]);
}

/** An order as the queries write it. */
export function queriedOrder(changes: Changes = {}): Changes {
  return {
    order_id: orderUuid,
    product_id: "BTC-USD",
    user_id: "2222-000000-000000",
    order_configuration: {
      limit_limit_gtc: { base_size: "0.001", limit_price: "60000.50", post_only: false },
    },
    side: "BUY",
    client_order_id: clientId,
    status: "OPEN",
    time_in_force: "GOOD_UNTIL_CANCELLED",
    created_time: "2026-08-09T21:05:47Z",
    completion_percentage: "0",
    filled_size: "0",
    average_filled_price: "0",
    number_of_fills: "0",
    filled_value: "0",
    pending_cancel: false,
    size_in_quote: false,
    total_fees: "0",
    order_type: "LIMIT",
    reject_reason: "REJECT_REASON_UNSPECIFIED",
    last_fill_time: null,
    ...changes,
  };
}

/** A fill as `orders/historical/fills` writes it. */
export function fill(changes: Changes = {}): Changes {
  return {
    entry_id: "22222-2222222-22222222",
    trade_id: "1111-11111-111111",
    order_id: orderUuid,
    trade_time: "2026-08-09T21:05:49.5Z",
    trade_type: "FILL",
    price: "60000.5",
    size: "0.0004",
    commission: "0.0960008",
    product_id: "BTC-USD",
    sequence_timestamp: "2026-08-09T21:05:49.600001Z",
    liquidity_indicator: "MAKER",
    size_in_quote: false,
    user_id: "3333-333333-3333333",
    side: "BUY",
    retail_portfolio_id: "",
    ...changes,
  };
}

/** An account as `accounts` writes it. */
export function account(currency: string, value: string, hold: string): Changes {
  return {
    uuid: "8bfc20d7-f7c6-4422-bf07-8243ca4169fe",
    name: `${currency} Wallet`,
    currency,
    available_balance: { value, currency },
    default: false,
    active: true,
    hold: { value: hold, currency },
  };
}

/** An answer behind the gateway's line. */
export function answer(body: unknown, status = 200, requestId = 1007, retryAfterMs = 0): string {
  return `${status} ${requestId} ${retryAfterMs}\n${typeof body === "string" ? body : JSON.stringify(body)}`;
}

/** A page of the answer to a question: what the venue has beyond it, and the order that was asked about. */
export function told(body: unknown, rest = 0, about = "0 0 0", status = 200): string {
  return answer(body, status).replace("\n", ` ${rest} ${about}\n`);
}

/** The answer to an order that was taken. */
export const placed: Changes = {
  success: true,
  success_response: {
    order_id: orderUuid,
    product_id: "BTC-USD",
    side: "BUY",
    client_order_id: clientId,
  },
  order_configuration: { limit_limit_gtc: { base_size: "0.001", limit_price: "60000.50", post_only: false } },
};

/** The answer to an order that was refused. */
export function notPlaced(error: string, preview = "UNKNOWN_PREVIEW_FAILURE_REASON"): Changes {
  return {
    success: false,
    failure_reason: "UNKNOWN_FAILURE_REASON",
    order_id: "",
    error_response: {
      error,
      message: "no",
      error_details: "",
      preview_failure_reason: preview,
      new_order_failure_reason: "UNKNOWN_FAILURE_REASON",
    },
  };
}

/** The answer to a cancel. */
export function cancelled(success: boolean, reason = "UNKNOWN_CANCEL_FAILURE_REASON"): Changes {
  return { results: [{ success, failure_reason: reason, order_id: orderUuid }] };
}

const levels: readonly TextLevel[] = [
  { side: "bid", price: "65083.66", size: "0.20371215" },
  { side: "offer", price: "65083.67", size: "0" },
  { side: "bid", price: "65000", size: "0.0614901" },
];

export const tradeEvent: Changes = {
  type: "update",
  trades: [
    {
      product_id: "BTC-USD",
      trade_id: "1068572091",
      price: "65083.67",
      size: "0.01034361",
      time: "2026-08-09T21:05:48.5Z",
      side: "SELL",
    },
    {
      product_id: "ETH-USD",
      trade_id: "833140778",
      price: "1919.4",
      size: "1",
      time: "2026-08-09T21:05:48.36Z",
      side: "BUY",
    },
  ],
};

/** One message of each kind, by line: what mutations start from. */
export const coinbaseSamples: readonly (readonly [CoinbaseLine, string])[] = [
  ["market", level2(levels)],
  ["market", level2(levels.slice(0, 2), "snapshot", "ETH-USD")],
  ["market", level2([{ side: "bid", price: "0.000000000001", size: "1.0000000001" }], "update", "FINE-EUR")],
  ["market", level2([{ side: "offer", price: "12", size: "7" }], "snapshot", "WHOLE-EUR")],
  ["market", ` ${level2(levels)} `],
  [
    "market",
    '{"events":[{"updates":[],"product_id":"BTC-USD","type":"snapshot"}],"sequence_num":7,"timestamp":"2026-08-09T21:05:48Z","channel":"l2_data","client_id":""}',
  ],
  ["market", message("market_trades", [tradeEvent])],
  ["market", message("market_trades", [{ ...tradeEvent, type: "snapshot" }])],
  [
    "market",
    message("heartbeats", [{ current_time: "2026-08-09 21:05:48 +0000 UTC", heartbeat_counter: 41691 }]),
  ],
  ["market", message("subscriptions", [{ subscriptions: { level2: ["BTC-USD"] } }])],
  ["market", message("ticker", [{ type: "update", tickers: [{ type: "ticker", price: "1" }] }])],
  ["market", '{"type":"error","message":"rate limit exceeded"}'],
  ["order", userOrder()],
  ["order", userOrder({ status: "FILLED", cumulative_quantity: "0.001", leaves_quantity: "0" }, "snapshot")],
  ["order", userOrder({ status: "FAILED", reject_reason: "INSUFFICIENT_FUND", client_order_id: "web" })],
  ["order", userOrder({ status: "CANCELLED", cumulative_quantity: "0.0004", order_type: "LIMIT" })],
  ["order", message("heartbeats", [])],
  ["order", '{"type":"error","message":"authentication failure"}'],
  ["order", '{"type":"error","message":"no \\"jwt\\""}'],
  ["rest", answer(placed)],
  ["rest", answer(notPlaced("INSUFFICIENT_FUND"))],
  ["rest", answer(notPlaced("UNKNOWN_FAILURE_REASON", "PREVIEW_INSUFFICIENT_FUND"))],
  ["rest", answer(cancelled(true))],
  ["rest", answer(cancelled(false, "UNKNOWN_CANCEL_ORDER"))],
  ["rest", answer({ error: "unauthorized", message: "no" }, 401)],
  ["rest", answer("", 504)],
  ["rest", answer("slow down", 429, 1008, 1786309548000)],
  ["rest", answer({ order: queriedOrder({ status: "FILLED", filled_size: "0.001" }) }, 200, 3)],
  [
    "rest",
    answer({
      orders: [queriedOrder(), queriedOrder({ order_configuration: { stop_limit_stop_limit_gtc: {} } })],
      has_next: false,
    }),
  ],
  [
    "rest",
    answer({ fills: [fill(), fill({ trade_id: "t2", commission: "-0.011", side: "SELL" })], cursor: "" }),
  ],
  ["rest", told({ orders: [queriedOrder({ status: "CANCELLED" }), queriedOrder()], has_next: true }, 2)],
  ["rest", told({ orders: [queriedOrder({ client_order_id: "web" }), queriedOrder()] }, 1, "0 1 10")],
  ["rest", told({ orders: [queriedOrder({ status: "EXPIRED" })] }, 0, `${venueOrderId} 0 0`)],
  ["rest", told({ fills: [fill(), fill({ trade_id: "t2" })] })],
  ["rest", told({ accounts: [account("XYZ", "1", "0")] })],
  ["rest", told("", 0, "0 1 10", 503)],
  ["rest", answer("", 424)],
  ["rest", answer({ accounts: [account("BTC", "1.123456789", "0.000000001"), account("XYZ", "1", "0")] })],
];
