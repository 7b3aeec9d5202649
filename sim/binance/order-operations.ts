import { parseReplace } from "./cancel-replace.ts";
import type { Replacement, ReplaceRequest } from "./cancel-replace.ts";
import { symbolOf } from "./operation.ts";
import type { Answer, Call, OperationsContext, SignedOperation } from "./operation.ts";
import { parseCancel, parseOrder } from "./order-request.ts";
import { cancelText, placementText } from "./order-text.ts";
import { isRefusal } from "./parameters.ts";
import { newOrderRejected, refusalBody, replaceFailed } from "./refusal.ts";
import type { VenueAccount } from "./venue-account.ts";

/** What changes orders. A refusal is known only to a client that gets an answer: with the fault of unknown outcomes it gets none. */
export const ORDER_ENTRY: readonly SignedOperation[] = [
  ["order.place", 1, place],
  ["order.test", 1, test],
  ["order.cancel", 1, cancel],
  ["order.cancelReplace", 1, replace],
  ["openOrders.cancelAll", 1, cancelAll],
];

function place(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const request = parseOrder(call.parameters);
  if (isRefusal(request)) return request;
  if (context.faults.rejectOrders) return newOrderRejected("This action is disabled on this account.");
  const placed = venue.orders.place(account, request, call.nowNs);
  const unknown = context.faults.outcomeUnknown();
  if (unknown !== null) return unknown;
  if (isRefusal(placed)) return placed;
  return placementText(placed.record, placed.fills, request.responseType, context.clock, call.micros);
}

function cancel(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const request = parseCancel(call.parameters);
  if (isRefusal(request)) return request;
  const record = venue.orders.cancel(account, request, call.nowNs);
  const unknown = context.faults.outcomeUnknown();
  if (unknown !== null) return unknown;
  if (isRefusal(record)) return record;
  return cancelText(record, context.clock, call.micros);
}

function cancelAll(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const records = venue.orders.cancelAll(account, call.nowNs);
  if (isRefusal(records)) return records;
  return `[${records.map((record) => cancelText(record, context.clock, call.micros)).join(",")}]`;
}

/** Everything that `order.place` checks before the engine, and no order. */
function test(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const request = parseOrder(call.parameters);
  if (isRefusal(request)) return request;
  return venue.orders.refusalOf(account, request, call.nowNs) ?? "{}";
}

function replace(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const request = parseReplace(call.parameters);
  if (isRefusal(request)) return request;
  const replaced = venue.orders.replace(account, request, call.nowNs, context.faults.rejectOrders);
  const unknown = context.faults.outcomeUnknown();
  if (unknown !== null) return unknown;
  return isRefusal(replaced) ? replaced : replaceText(replaced, request, context, call);
}

/** Both halves; where one has failed the text is the `data` of -2021 (half done, 409) or -2022 (nothing done, 400). */
function replaceText(
  { canceled, placed }: Replacement,
  { order }: ReplaceRequest,
  { clock }: OperationsContext,
  { micros }: Call,
): Answer {
  const cancelFailed = isRefusal(canceled);
  const orderFailed = placed === null || isRefusal(placed);
  const cancelPart = cancelFailed ? refusalBody(canceled) : cancelText(canceled, clock, micros);
  let orderPart = "null";
  if (placed !== null)
    orderPart = isRefusal(placed)
      ? refusalBody(placed)
      : placementText(placed.record, placed.fills, order.responseType, clock, micros);
  const orderWord = placed === null ? "NOT_ATTEMPTED" : word(orderFailed);
  const text =
    `{"cancelResult":"${word(cancelFailed)}","newOrderResult":"${orderWord}",` +
    `"cancelResponse":${cancelPart},"newOrderResponse":${orderPart}}`;
  return cancelFailed || orderFailed ? replaceFailed(cancelFailed && orderFailed, text) : text;
}

function word(failed: boolean): string {
  return failed ? "FAILURE" : "SUCCESS";
}
