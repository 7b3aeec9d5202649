import { exchangeInfo } from "./exchange-info.ts";
import { MARKET_QUERIES } from "./market-queries.ts";
import { symbolOf } from "./operation.ts";
import type {
  Answer,
  Call,
  OpenOperation,
  Operation,
  OperationsContext,
  SignedOperation,
  Weight,
} from "./operation.ts";
import { ORDER_ENTRY } from "./order-operations.ts";
import { ORDER_QUERIES } from "./order-queries.ts";
import { isRefusal, readFlag, readInteger, readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { orderLimits } from "./rate-limit-text.ts";
import { INVALID_SYMBOL, invalidParameter, mandatoryParameter } from "./refusal.ts";
import type { VenueAccount } from "./venue-account.ts";

const DEPTH_DEFAULT = 100;
const DEPTH_MAX = 5_000;

const OPEN: readonly OpenOperation[] = [
  ...MARKET_QUERIES,
  ["ping", 1, () => "{}"],
  ["time", 1, ({ clock }, call) => `{"serverTime":${clock.stamp(call.nowNs, call.micros)}}`],
  ["exchangeInfo", 20, info],
  ["depth", depthWeight, depth],
];

const SIGNED: readonly SignedOperation[] = [
  ...ORDER_ENTRY,
  ...ORDER_QUERIES,
  ["account.status", 20, accountStatus],
  [
    "account.rateLimits.orders",
    40,
    ({ clock }, call, account) => `[${orderLimits(account, clock.ms(call.nowNs))}]`,
  ],
];

/** Operations that place orders. */
const ORDER_METHODS: ReadonlySet<string> = new Set(["order.place", "order.cancelReplace"]);

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
      orders: ORDER_METHODS.has(name),
      run: (call) =>
        call.account === null ? mandatoryParameter("apiKey") : run(context, call, call.account),
    });
  }
  return operations;
}

function weightOf(weight: Weight): Operation["weight"] {
  return typeof weight === "number" ? () => weight : weight;
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

function accountStatus({ accounts }: OperationsContext, call: Call, account: VenueAccount): Answer {
  return accounts.status(
    account,
    readFlag(call.parameters, "omitZeroBalances", false),
    call.nowNs,
    call.micros,
  );
}
