import type { VenueClock } from "./clock.ts";
import { exchangeInfo } from "./exchange-info.ts";
import type { InfoLimits } from "./exchange-info.ts";
import type { VenueFaults } from "./faults.ts";
import { parseCancel, parseOrder, parseSelector } from "./order-request.ts";
import { cancelText, placementText, statusText } from "./order-text.ts";
import { isRefusal, readFlag, readInteger, readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import {
  BACKEND_TIMEOUT,
  INVALID_SYMBOL,
  NO_SUCH_ORDER,
  invalidParameter,
  mandatoryParameter,
  newOrderRejected,
} from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SymbolVenue } from "./symbol-venue.ts";
import type { AccountTexts } from "./account-text.ts";
import { orderLimits } from "./rate-limit-text.ts";
import type { VenueAccount } from "./venue-account.ts";

/** One request, whichever way it came. */
export interface Call {
  readonly parameters: Parameters;
  /** Set on signed operations. */
  readonly account: VenueAccount | null;
  readonly nowNs: number;
  readonly micros: boolean;
}

/** An operation of the venue: what it costs, whether it must be signed, and its answer's JSON text. */
export interface Operation {
  readonly weight: (parameters: Parameters) => number;
  readonly signed: boolean;
  /** Places orders: its answers carry the order counts. */
  readonly orders: boolean;
  readonly run: (call: Call) => string | Refusal;
}

/** What the operations work on. */
export interface OperationsContext {
  readonly clock: VenueClock;
  readonly symbols: ReadonlyMap<string, SymbolVenue>;
  readonly accounts: AccountTexts;
  readonly limits: InfoLimits;
  readonly faults: VenueFaults;
  /** Orders younger than this are not found by queries: the venue answers them from a cache. */
  readonly queryDelayNs: number;
}

const DEPTH_DEFAULT = 100;
const DEPTH_MAX = 5_000;

type Answer = string | Refusal;
type Run = (context: OperationsContext, call: Call) => Answer;
type SignedRun = (context: OperationsContext, call: Call, account: VenueAccount) => Answer;
type Weight = number | ((parameters: Parameters) => number);

const OPEN: readonly (readonly [string, Weight, Run])[] = [
  ["ping", 1, () => "{}"],
  ["time", 1, ({ clock }, call) => `{"serverTime":${clock.stamp(call.nowNs, call.micros)}}`],
  ["exchangeInfo", 20, info],
  ["depth", depthWeight, depth],
];

const SIGNED: readonly (readonly [string, Weight, SignedRun])[] = [
  ["order.place", 1, place],
  ["order.cancel", 1, cancel],
  ["openOrders.cancelAll", 1, cancelAll],
  ["order.status", 4, status],
  ["openOrders.status", (parameters) => (readText(parameters, "symbol") === null ? 80 : 6), openOrders],
  ["account.status", 20, accountStatus],
  [
    "account.rateLimits.orders",
    40,
    ({ clock }, call, account) => `[${orderLimits(account, clock.ms(call.nowNs))}]`,
  ],
];

/** The operations that REST and the WebSocket API share, by WebSocket API method. */
export function createOperations(context: OperationsContext): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [name, weight, run] of OPEN) {
    operations.set(name, {
      weight: weightOf(weight),
      signed: false,
      orders: false,
      run: (call) => run(context, call),
    });
  }
  for (const [name, weight, run] of SIGNED) {
    operations.set(name, {
      weight: weightOf(weight),
      signed: true,
      orders: name === "order.place",
      run: (call) =>
        call.account === null ? mandatoryParameter("apiKey") : run(context, call, call.account),
    });
  }
  return operations;
}

function weightOf(weight: Weight): Operation["weight"] {
  return typeof weight === "number" ? () => weight : weight;
}

function symbolOf(context: OperationsContext, parameters: Parameters): SymbolVenue | Refusal {
  const name = readText(parameters, "symbol");
  if (name === null) return mandatoryParameter("symbol");
  return context.symbols.get(name) ?? INVALID_SYMBOL;
}

function info(context: OperationsContext, call: Call): Answer {
  const now = context.clock.stamp(call.nowNs, call.micros);
  const names = requestedSymbols(call.parameters);
  if (names === null)
    return exchangeInfo(
      [...context.symbols.values()].map((venue) => venue.spec),
      context.limits,
      now,
    );
  if (!Array.isArray(names)) return invalidParameter("symbols");
  const specs = [];
  for (const name of names) {
    const venue = context.symbols.get(String(name));
    if (venue === undefined) return INVALID_SYMBOL;
    specs.push(venue.spec);
  }
  return exchangeInfo(specs, context.limits, now);
}

/** `symbol`, or `symbols` as an array or as its JSON text; null when neither is there. */
function requestedSymbols(parameters: Parameters): unknown {
  const single = readText(parameters, "symbol");
  if (single !== null) return [single];
  const list = parameters["symbols"];
  if (typeof list !== "string") return list ?? null;
  try {
    return JSON.parse(list);
  } catch {
    return list;
  }
}

function depthWeight(parameters: Parameters): number {
  const limit = readInteger(parameters, "limit");
  const levels = typeof limit === "number" ? limit : DEPTH_DEFAULT;
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  return levels <= 1_000 ? 50 : 250;
}

function depth(context: OperationsContext, call: Call): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const limit = readInteger(call.parameters, "limit");
  if (typeof limit === "object" && limit !== null) return limit;
  if (limit === 0) return invalidParameter("limit");
  return venue.snapshot(Math.min(limit ?? DEPTH_DEFAULT, DEPTH_MAX));
}

function place(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const request = parseOrder(call.parameters);
  if (isRefusal(request)) return request;
  if (context.faults.rejectOrders) return newOrderRejected("This action is disabled on this account.");
  const placed = venue.orders.place(account, request, call.nowNs);
  if (isRefusal(placed)) return placed;
  if (context.faults.timeoutOrders) return BACKEND_TIMEOUT;
  return placementText(placed.record, placed.fills, request.responseType, context.clock, call.micros);
}

function cancel(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const request = parseCancel(call.parameters);
  if (isRefusal(request)) return request;
  const record = venue.orders.cancel(account, request, call.nowNs);
  if (isRefusal(record)) return record;
  if (context.faults.timeoutOrders) return BACKEND_TIMEOUT;
  return cancelText(record, context.clock, call.micros);
}

function cancelAll(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const records = venue.orders.cancelAll(account, call.nowNs);
  if (isRefusal(records)) return records;
  return `[${records.map((record) => cancelText(record, context.clock, call.micros)).join(",")}]`;
}

function accountStatus({ accounts }: OperationsContext, call: Call, account: VenueAccount): Answer {
  return accounts.status(
    account,
    readFlag(call.parameters, "omitZeroBalances", false),
    call.nowNs,
    call.micros,
  );
}

function status(context: OperationsContext, call: Call, account: VenueAccount): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const selector = parseSelector(call.parameters);
  if (isRefusal(selector)) return selector;
  const record = venue.orders.find(account, selector);
  if (isRefusal(record)) return record;
  if (call.nowNs - record.state.createdNs < context.queryDelayNs) return NO_SUCH_ORDER;
  return statusText(record, context.clock, call.micros);
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
  const texts: string[] = [];
  for (const venue of venues) {
    for (const record of venue.orders.openOrders(account)) {
      if (call.nowNs - record.state.createdNs < context.queryDelayNs) continue;
      texts.push(statusText(record, context.clock, call.micros));
    }
  }
  return `[${texts.join(",")}]`;
}
