import type { VenueClock } from "./clock.ts";
import { parseStamp } from "./clock.ts";
import type { VenueFaults } from "./faults.ts";
import { errorAnswer, invalidArgument, jsonAnswer } from "./http-answer.ts";
import type { HttpAnswer } from "./http-answer.ts";
import type { OrderRecord } from "./order-record.ts";
import type { OrderRegistry } from "./order-registry.ts";
import { entriesOf, fillJson } from "./fill-text.ts";
import { orderJson } from "./order-text.ts";
import { countIn, listIn, pageOf, viewRoute } from "./route.ts";
import type { Call, Route } from "./route.ts";
import { sideText } from "./user-text.ts";

/** What the paths that look orders up need of the venue. */
export interface HistoryContext {
  readonly clock: VenueClock;
  readonly faults: VenueFaults;
  readonly orders: OrderRegistry;
  readonly heldOf: (record: OrderRecord) => bigint;
}

const ORDERS_MAX = 1_000;
const FILLS_STANDARD = 100;
const FILLS_MAX = 3_000;

/** The paths that look orders and fills up. There is none by client order id. */
export function historyRoutes(context: HistoryContext): Route[] {
  return [
    viewRoute(/^\/api\/v3\/brokerage\/orders\/historical\/batch$/, (call) => listOrders(context, call)),
    viewRoute(/^\/api\/v3\/brokerage\/orders\/historical\/fills$/, (call) => listFills(context, call)),
    viewRoute(/^\/api\/v3\/brokerage\/orders\/historical\/([^/]+)$/, (call) => getOrder(context, call)),
  ];
}

function getOrder(context: HistoryContext, { account, id, nowNs }: Call): HttpAnswer {
  const record = context.orders.find(account, id);
  if (record === null || !isKnown(context, record, nowNs))
    return errorAnswer(404, "NOT_FOUND", "order with this orderID was not found");
  return jsonAnswer(200, { order: orderJson(record, context.heldOf(record), context.clock) });
}

function listOrders(context: HistoryContext, { account, query, nowNs }: Call): HttpAnswer {
  const statuses = listIn(query, "order_status");
  if (statuses.includes("OPEN") && statuses.length > 1)
    return invalidArgument("Cannot pair OPEN orders with other order types");
  const filter = orderFilter(context, query);
  if (filter === null) return invalidArgument("start_date and end_date must be in RFC 3339");
  const all = context.orders
    .newestFirst(account)
    .filter((record) => isKnown(context, record, nowNs) && filter(record));
  const page = pageOf(all, query, countIn(query, "limit", ORDERS_MAX, ORDERS_MAX));
  return jsonAnswer(200, {
    orders: page.members.map((record) => orderJson(record, context.heldOf(record), context.clock)),
    sequence: "0",
    has_next: page.hasNext,
    cursor: page.cursor,
  });
}

function listFills(context: HistoryContext, { account, query, nowNs }: Call): HttpAnswer {
  const span = timeSpan(context.clock, query, "start_sequence_timestamp", "end_sequence_timestamp");
  if (span === null) return invalidArgument("sequence timestamps must be in RFC 3339");
  const orderIds = listIn(query, "order_ids", "order_id");
  const productIds = listIn(query, "product_ids", "product_id");
  const tradeIds = listIn(query, "trade_ids");
  const fills = context.orders
    .newestFirst(account)
    .filter((record) => isKnown(context, record, nowNs))
    .filter((record) => isAmong(record.orderId, orderIds) && isAmong(record.product.productId, productIds))
    .flatMap((record) => entriesOf(record).map((entry) => ({ record, entry })))
    .filter(({ entry }) => isAmong(entry.tradeId, tradeIds) && span(entry.timeNs))
    .sort((a, b) => b.entry.timeNs - a.entry.timeNs);
  const page = pageOf(fills, query, countIn(query, "limit", FILLS_STANDARD, FILLS_MAX));
  const members = page.members.map(({ record, entry }) => fillJson(record, entry, context.clock));
  return jsonAnswer(200, { fills: members, cursor: page.cursor });
}

/** Fault: a new order is not there yet. */
function isKnown({ faults }: HistoryContext, record: OrderRecord, nowNs: number): boolean {
  return nowNs - record.createdNs >= faults.queryLagNs;
}

function orderFilter(
  context: HistoryContext,
  query: URLSearchParams,
): ((record: OrderRecord) => boolean) | null {
  const span = timeSpan(context.clock, query, "start_date", "end_date");
  if (span === null) return null;
  const orderIds = listIn(query, "order_ids");
  const productIds = listIn(query, "product_ids", "product_id");
  const statuses = listIn(query, "order_status");
  const types = listIn(query, "order_types", "order_type");
  const times = listIn(query, "time_in_forces");
  const sides = listIn(query, "order_side");
  return (record) =>
    span(record.createdNs) &&
    isAmong(record.orderId, orderIds) &&
    isAmong(record.product.productId, productIds) &&
    isAmong(record.status, statuses) &&
    isAmong(record.configuration.isMarket ? "MARKET" : "LIMIT", types) &&
    isAmong(record.configuration.timeInForceLabel, times) &&
    isAmong(sideText(record), sides);
}

/** A filter that is not given lets everything through. */
function isAmong(value: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** Whether a session time lies within the two stamps of the query, the second excluded; null for a stamp that is none. */
function timeSpan(
  clock: VenueClock,
  query: URLSearchParams,
  from: string,
  to: string,
): ((timeNs: number) => boolean) | null {
  const begin = boundIn(query, from, 0n);
  const end = boundIn(query, to, null);
  if (begin === undefined || end === undefined) return null;
  return (timeNs) => {
    const epochNs = clock.epochNs(timeNs);
    return (begin === null || epochNs >= begin) && (end === null || epochNs < end);
  };
}

function boundIn(query: URLSearchParams, name: string, standard: bigint | null): bigint | null | undefined {
  const text = query.get(name);
  return text === null || text === "" ? standard : (parseStamp(text) ?? undefined);
}
