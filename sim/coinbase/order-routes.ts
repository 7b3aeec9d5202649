import type { CancelDesk } from "./cancel-desk.ts";
import { amountOf, formatAmount, formatDecimal } from "./decimal.ts";
import type { EditDesk, EditOutcome } from "./edit-desk.ts";
import type { FeeRates } from "./fee-rates.ts";
import { invalidArgument, jsonAnswer } from "./http-answer.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { isRefused, readConfiguration } from "./order-configuration.ts";
import type { OrderEntry, TradedProduct } from "./order-entry.ts";
import { isOrderRefusal, unsupportedConfiguration } from "./order-refusal.ts";
import type { OrderRefusal } from "./order-refusal.ts";
import { configurationJson } from "./order-text.ts";
import { tradeRoute } from "./route.ts";
import type { Call, Route } from "./route.ts";
import { sideText } from "./user-text.ts";

/** What the paths that change orders need of the venue. */
export interface OrderRouteContext {
  readonly entry: OrderEntry;
  readonly cancels: CancelDesk;
  readonly edits: EditDesk;
  readonly fees: FeeRates;
  readonly product: (productId: string) => TradedProduct | null;
}

const CLIENT_ORDER_ID_LENGTH_MAX = 128;
const CANCELS_MAX = 100;
const TEN_THOUSAND = 10_000n;

/** The paths that change orders, and the preview of an edit. */
export function orderRoutes(context: OrderRouteContext): Route[] {
  return [
    tradeRoute(/^\/api\/v3\/brokerage\/orders$/, true, (call) => create(context, call)),
    tradeRoute(/^\/api\/v3\/brokerage\/orders\/batch_cancel$/, true, (call) => cancel(context, call)),
    tradeRoute(/^\/api\/v3\/brokerage\/orders\/edit$/, true, (call) => edit(context, call)),
    tradeRoute(/^\/api\/v3\/brokerage\/orders\/edit_preview$/, false, (call) => previewEdit(context, call)),
  ];
}

function create({ entry }: OrderRouteContext, { body, account, nowNs }: Call): HttpAnswer {
  const { client_order_id: clientOrderId, product_id: productId, side, order_configuration: sent } = body;
  if (typeof clientOrderId !== "string" || clientOrderId === "")
    return invalidArgument("client_order_id is required");
  if (clientOrderId.length > CLIENT_ORDER_ID_LENGTH_MAX)
    return invalidArgument("client_order_id is too long");
  if (typeof productId !== "string") return invalidArgument("product_id is required");
  if (side !== "BUY" && side !== "SELL") return invalidArgument("side must be BUY or SELL");
  const configuration = readConfiguration(sent);
  if (isRefused(configuration)) {
    if (configuration.error === "INVALID_ARGUMENT") return invalidArgument(configuration.message);
    return refusedOrder(unsupportedConfiguration(configuration.message), sent);
  }
  const request = { account, clientOrderId, productId, side: side === "BUY" ? 1 : 2, configuration } as const;
  const outcome = entry.place(request, nowNs);
  if (isOrderRefusal(outcome)) return refusedOrder(outcome, sent);
  return jsonAnswer(200, {
    success: true,
    success_response: {
      order_id: outcome.orderId,
      product_id: outcome.product.productId,
      side: sideText(outcome),
      client_order_id: outcome.clientOrderId,
    },
    order_configuration: configurationJson(outcome),
  });
}

/** Status 200: the request was understood, and the order was not taken. */
function refusedOrder(refusal: OrderRefusal, sent: unknown): HttpAnswer {
  return jsonAnswer(200, {
    success: false,
    error_response: {
      error: refusal.error,
      message: refusal.message,
      error_details: "",
      preview_failure_reason: refusal.previewFailureReason,
    },
    order_configuration: sent,
  });
}

function cancel({ cancels }: OrderRouteContext, { body, account, nowNs }: Call): HttpAnswer {
  const orderIds = body["order_ids"];
  if (!Array.isArray(orderIds) || !orderIds.every((id) => typeof id === "string"))
    return invalidArgument("order_ids must be a list of orders");
  if (orderIds.length === 0 || orderIds.length > CANCELS_MAX)
    return invalidArgument(`order_ids must have 1 to ${CANCELS_MAX} members`);
  return jsonAnswer(200, { results: cancels.cancelAll(account, orderIds, nowNs) });
}

function edit({ edits }: OrderRouteContext, { body, account, nowNs }: Call): HttpAnswer {
  const outcome = edits.edit(account, body, nowNs);
  if (outcome.ok) {
    return jsonAnswer(200, {
      success: true,
      success_response: { order_id: outcome.record.orderId },
      errors: [],
    });
  }
  return jsonAnswer(200, {
    success: false,
    error_response: { error_details: "", edit_order_failure_reason: outcome.reason },
    errors: editErrors(outcome),
  });
}

function previewEdit({ edits, fees, product }: OrderRouteContext, { body, account }: Call): HttpAnswer {
  const outcome = edits.check(account, body);
  if (!outcome.ok) return jsonAnswer(200, { errors: editErrors(outcome) });
  const { record, price, quantity } = outcome;
  const notional = BigInt(price) * BigInt(quantity);
  const commission = (notional * BigInt(Math.round(fees.takerBps))) / TEN_THOUSAND;
  const market = product(record.product.productId)?.market;
  return jsonAnswer(200, {
    errors: [],
    slippage: "0",
    order_total: formatAmount(notional + (record.side === 1 ? commission : -commission)),
    commission_total: formatAmount(commission),
    quote_size: formatAmount(notional),
    base_size: formatDecimal(quantity),
    best_bid: formatAmount(amountOf(market?.best(1)?.price ?? 0)),
    best_ask: formatAmount(amountOf(market?.best(2)?.price ?? 0)),
    average_filled_price: "0",
  });
}

function editErrors(outcome: EditOutcome): readonly object[] {
  if (outcome.ok) return [];
  return [{ edit_failure_reason: outcome.reason, preview_failure_reason: outcome.preview }];
}
