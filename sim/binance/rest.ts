import type { AddressLimits } from "./address-limits.ts";
import type { Authenticator } from "./authenticator.ts";
import type { VenueClock } from "./clock.ts";
import type { Operation } from "./operation.ts";
import { isRefusal, parseQuery } from "./parameters.ts";
import { refusalBody } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { restPayload } from "./signature.ts";
import type { VenueAccount } from "./venue-account.ts";

/** One HTTP request. Header names are lower case; `query` has no question mark. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly address: string;
}

export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What REST needs of its venue. */
export interface RestContext {
  readonly clock: VenueClock;
  readonly authenticator: Authenticator;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly account: (id: number) => VenueAccount;
  readonly limits: (address: string) => AddressLimits;
}

const ROUTES: ReadonlyMap<string, string> = new Map([
  ["GET /api/v3/ping", "ping"],
  ["GET /api/v3/time", "time"],
  ["GET /api/v3/exchangeInfo", "exchangeInfo"],
  ["GET /api/v3/depth", "depth"],
  ["GET /api/v3/trades", "trades.recent"],
  ["GET /api/v3/avgPrice", "avgPrice"],
  ["GET /api/v3/ticker/price", "ticker.price"],
  ["GET /api/v3/ticker/bookTicker", "ticker.book"],
  ["GET /api/v3/ticker/24hr", "ticker.24hr"],
  ["GET /api/v3/allOrders", "allOrders"],
  ["GET /api/v3/myTrades", "myTrades"],
  ["POST /api/v3/order/test", "order.test"],
  ["POST /api/v3/order/cancelReplace", "order.cancelReplace"],
  ["GET /api/v3/account", "account.status"],
  ["GET /api/v3/openOrders", "openOrders.status"],
  ["GET /api/v3/order", "order.status"],
  ["GET /api/v3/rateLimit/order", "account.rateLimits.orders"],
  ["POST /api/v3/order", "order.place"],
  ["DELETE /api/v3/order", "order.cancel"],
  ["DELETE /api/v3/openOrders", "openOrders.cancelAll"],
]);

/** Carries out one REST request. */
export function handleRest(request: RestRequest, nowNs: number, context: RestContext): RestResponse {
  const operation = context.operations.get(ROUTES.get(`${request.method} ${request.path}`) ?? "");
  const nowMs = context.clock.ms(nowNs);
  const limits = context.limits(request.address);
  const parameters: Record<string, unknown> = {};
  parseQuery(request.query, parameters);
  parseQuery(request.body, parameters);
  const limited = limits.charge(nowMs, operation?.weight(parameters) ?? 1);
  const headers: Record<string, string> = {
    "content-type": "application/json;charset=UTF-8",
    "x-mbx-used-weight": String(limits.weightUsed(nowMs)),
    "x-mbx-used-weight-1m": String(limits.weightUsed(nowMs)),
  };
  if (limited !== null) return refuse(limited, headers, nowMs);
  if (operation === undefined) return { status: 404, headers, body: "" };
  let account: VenueAccount | null = null;
  if (operation.signed) {
    const apiKey = request.headers["x-mbx-apikey"] ?? null;
    const payload = restPayload(request.query, request.body);
    const key = context.authenticator.authenticate(apiKey, parameters, payload, nowNs);
    if (isRefusal(key)) return refuse(key, headers, nowMs);
    account = context.account(key.account);
  }
  const micros = request.headers["x-mbx-time-unit"]?.toUpperCase() === "MICROSECOND";
  const result = operation.run({ parameters, account, nowNs, micros });
  if (operation.orders && account !== null) {
    headers["x-mbx-order-count-10s"] = String(account.tenSeconds.count(nowMs));
    headers["x-mbx-order-count-1d"] = String(account.day.count(nowMs));
  }
  return typeof result === "string" ? { status: 200, headers, body: result } : refuse(result, headers, nowMs);
}

function refuse(refused: Refusal, headers: Record<string, string>, nowMs: number): RestResponse {
  if (refused.retryAfterMs !== undefined) {
    headers["retry-after"] = String(Math.ceil((refused.retryAfterMs - nowMs) / 1_000));
  }
  return { status: refused.status, headers, body: refusalBody(refused) };
}
