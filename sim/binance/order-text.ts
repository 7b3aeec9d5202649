import type { VenueClock } from "./clock.ts";
import { formatDecimal, formatQuote } from "./decimal.ts";
import { SELF_TRADE_PREVENTION, shownStatus, shownTimeInForce, sideName } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";

/** One immediate match, as `fills` lists it. */
export interface OrderFill {
  readonly price: number;
  readonly quantity: number;
  readonly commission: number;
  readonly commissionAsset: string;
  readonly tradeId: number;
}

/** How much a new order's answer tells. */
export type ResponseType = "ACK" | "RESULT" | "FULL";

/**
 * The answer to a new order. Strings are built from templates: the client order id is the only text from outside, and its
 * alphabet needs no escapes.
 */
export function placementText(
  record: OrderRecord,
  fills: readonly OrderFill[],
  responseType: ResponseType,
  clock: VenueClock,
  micros: boolean,
): string {
  const state = record.state;
  const time = clock.stamp(state.createdNs, micros);
  const head =
    `{"symbol":"${record.symbol}","orderId":${state.orderId},"orderListId":-1,` +
    `"clientOrderId":"${state.clientOrderId}","transactTime":${time}`;
  if (responseType === "ACK") return `${head}}`;
  const fillList = responseType === "FULL" ? `"fills":[${fillsText(fills)}],` : "";
  return `${head},${quantities(record)},"workingTime":${time},${fillList}"selfTradePreventionMode":"${SELF_TRADE_PREVENTION}"${expiry(record)}}`;
}

/** The answer to a cancel: `origClientOrderId` is the order's id, `clientOrderId` the cancel's own. */
export function cancelText(record: OrderRecord, clock: VenueClock, micros: boolean): string {
  const state = record.state;
  return (
    `{"symbol":"${record.symbol}","origClientOrderId":"${state.clientOrderId}","orderId":${state.orderId},` +
    `"orderListId":-1,"clientOrderId":"${record.cancelClientOrderId ?? ""}",` +
    `"transactTime":${clock.stamp(record.updateNs, micros)},${quantities(record)},"selfTradePreventionMode":"${SELF_TRADE_PREVENTION}"}`
  );
}

/** The answer to a query, and an element of the list of open orders. */
export function statusText(record: OrderRecord, clock: VenueClock, micros: boolean): string {
  const state = record.state;
  const time = clock.stamp(state.createdNs, micros);
  return (
    `{"symbol":"${record.symbol}","orderId":${state.orderId},"orderListId":-1,"clientOrderId":"${state.clientOrderId}",` +
    `"price":"${formatDecimal(state.price)}","origQty":"${formatDecimal(state.quantity)}",` +
    `"executedQty":"${formatDecimal(state.filled)}","cummulativeQuoteQty":"${formatQuote(state.filledQuote)}",` +
    `"status":"${shownStatus(record)}","timeInForce":"${shownTimeInForce(state)}","type":"${state.type}",` +
    `"side":"${sideName(state.side)}","stopPrice":"0.00000000","icebergQty":"0.00000000","time":${time},` +
    `"updateTime":${clock.stamp(record.updateNs, micros)},"isWorking":true,"workingTime":${time},` +
    `"origQuoteOrderQty":"0.00000000","selfTradePreventionMode":"${SELF_TRADE_PREVENTION}"${expiry(record)}}`
  );
}

function quantities(record: OrderRecord): string {
  const state = record.state;
  return (
    `"price":"${formatDecimal(state.price)}","origQty":"${formatDecimal(state.quantity)}",` +
    `"executedQty":"${formatDecimal(state.filled)}","origQuoteOrderQty":"0.00000000",` +
    `"cummulativeQuoteQty":"${formatQuote(state.filledQuote)}","status":"${shownStatus(record)}",` +
    `"timeInForce":"${shownTimeInForce(state)}","type":"${state.type}","side":"${sideName(state.side)}"`
  );
}

function expiry(record: OrderRecord): string {
  return record.expiryReason === null ? "" : `,"expiryReason":"${record.expiryReason}"`;
}

function fillsText(fills: readonly OrderFill[]): string {
  let text = "";
  for (const fill of fills) {
    text +=
      `${text === "" ? "" : ","}{"price":"${formatDecimal(fill.price)}","qty":"${formatDecimal(fill.quantity)}",` +
      `"commission":"${formatDecimal(fill.commission)}","commissionAsset":"${fill.commissionAsset}",` +
      `"tradeId":${fill.tradeId}}`;
  }
  return text;
}
