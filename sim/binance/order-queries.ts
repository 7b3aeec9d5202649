import { symbolOf } from "./operation.ts";
import type { Answer, Call, OperationsContext, SignedOperation } from "./operation.ts";
import { isOpen, recordAt } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";
import { parseSelector } from "./order-request.ts";
import { statusText } from "./order-text.ts";
import { isRefusal, readInteger, readText } from "./parameters.ts";
import { NO_SUCH_ORDER, invalidParameter } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SymbolVenue } from "./symbol-venue.ts";
import { accountTradeText } from "./trade-text.ts";
import type { VenueAccount } from "./venue-account.ts";

const LIMIT_DEFAULT = 500;
const LIMIT_MAX = 1_000;

/**
 * Questions about orders and trades. The venue answers them from a cache or a database, so that with `faults.queryDelayNs` they show the
 * account as it was that long ago [C8].
 */
export const ORDER_QUERIES: readonly SignedOperation[] = [
  ["order.status", 4, status],
  ["openOrders.status", (parameters) => (readText(parameters, "symbol") === null ? 80 : 6), openOrders],
  ["allOrders", 20, allOrders],
  ["myTrades", (parameters) => (readText(parameters, "orderId") === null ? 20 : 5), myTrades],
];

function seenAt({ faults }: OperationsContext, call: Call): number {
  return call.nowNs - faults.queryDelayNs;
}

function status(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const selector = parseSelector(call.parameters);
  if (isRefusal(selector)) return selector;
  const record = venue.orders.find(account, selector);
  if (isRefusal(record)) return record;
  const seen = recordAt(record, seenAt(context, call));
  return seen === null ? NO_SUCH_ORDER : statusText(seen, context.clock, call.micros);
}

function openOrders(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venues: SymbolVenue[] = [];
  if (readText(call.parameters, "symbol") === null) {
    venues.push(...context.symbols.values());
  } else {
    const venue = symbolOf(context, call.parameters);
    if (isRefusal(venue)) return venue;
    venues.push(venue);
  }
  const seenNs = seenAt(context, call);
  const texts: string[] = [];
  for (const venue of venues) {
    // Without a delay what has ended need not be looked at.
    const records =
      context.faults.queryDelayNs === 0 ? venue.orders.openOrders(account) : venue.orders.all(account);
    for (const record of records) {
      const seen = recordAt(record, seenNs);
      if (seen !== null && isOpen(seen.state)) texts.push(statusText(seen, context.clock, call.micros));
    }
  }
  return `[${texts.join(",")}]`;
}

/** From `orderId` on, oldest first; without it the latest. */
function allOrders(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const page = readPage(call, "orderId");
  if (isRefusal(page)) return page;
  const seen: OrderRecord[] = [];
  for (const record of venue.orders.all(account)) {
    const view = recordAt(record, seenAt(context, call));
    const timeMs = context.clock.ms(record.state.createdNs);
    if (view !== null && record.state.orderId >= page.fromId && isWithin(page, timeMs)) seen.push(view);
  }
  const shown = pageOf(seen, page);
  return `[${shown.map((record) => statusText(record, context.clock, call.micros)).join(",")}]`;
}

/** From `fromId` on, oldest first; without it the latest. `orderId` leaves those of one order. */
function myTrades(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const page = readPage(call, "fromId");
  if (isRefusal(page)) return page;
  const orderId = readInteger(call.parameters, "orderId");
  if (typeof orderId === "object" && orderId !== null) return orderId;
  const seenNs = seenAt(context, call);
  const trades = venue.trades
    .of(account.id)
    .filter(
      (trade) =>
        trade.timeNs <= seenNs &&
        trade.tradeId >= page.fromId &&
        (orderId === null || trade.orderId === orderId) &&
        isWithin(page, context.clock.ms(trade.timeNs)),
    );
  const { symbol } = venue.spec;
  const shown = pageOf(trades, page);
  return `[${shown.map((trade) => accountTradeText(symbol, trade, context.clock, call.micros)).join(",")}]`;
}

interface Page {
  /** 0: the latest. */
  readonly fromId: number;
  readonly limit: number;
  readonly startMs: number;
  readonly endMs: number;
}

function readPage({ parameters }: Call, fromName: string): Page | Refusal {
  const numbers: number[] = [];
  for (const [name, otherwise] of [
    [fromName, 0],
    ["limit", LIMIT_DEFAULT],
    ["startTime", 0],
    ["endTime", Number.MAX_SAFE_INTEGER],
  ] as const) {
    const value = readInteger(parameters, name);
    if (typeof value === "object" && value !== null) return value;
    numbers.push(value ?? otherwise);
  }
  const [fromId = 0, limit = 0, startMs = 0, endMs = 0] = numbers;
  if (limit === 0 || limit > LIMIT_MAX) return invalidParameter("limit");
  return { fromId, limit, startMs, endMs };
}

function isWithin({ startMs, endMs }: Page, timeMs: number): boolean {
  return timeMs >= startMs && timeMs <= endMs;
}

function pageOf<T>(found: readonly T[], { fromId, limit, startMs }: Page): readonly T[] {
  const isFromStart = fromId !== 0 || startMs !== 0;
  return isFromStart ? found.slice(0, limit) : found.slice(-limit);
}
