import type { ApiKey, Authenticator } from "./authenticator.ts";
import type { VenueClock } from "./clock.ts";
import type { VenueFaults } from "./faults.ts";
import { PERMISSION_DENIED, UNAUTHORIZED, edgeAnswer, errorAnswer, invalidArgument } from "./http-answer.ts";
import type { HttpAnswer, HttpRequest } from "./http-answer.ts";
import type { Route } from "./route.ts";
import type { SecondLimit } from "./second-limit.ts";
import type { VenueLimits } from "./venue-limits.ts";

/** What REST needs of its venue. */
export interface RestContext {
  readonly clock: VenueClock;
  readonly authenticator: Authenticator;
  readonly limits: VenueLimits;
  readonly faults: VenueFaults;
  readonly routes: readonly Route[];
}

/** An answer, or null where the connection breaks without one. */
export interface RestOutcome {
  readonly answer: HttpAnswer | null;
  /** Whether orders may have changed, and the answer is one that faults delay. */
  readonly changesOrders: boolean;
}

/** Carries out one REST request: path, key, limits, permission, form, then what the path does. */
export function handleRest(request: HttpRequest, nowNs: number, context: RestContext): RestOutcome {
  const [route, id] = findRoute(request, context.routes);
  if (route === null) return told(errorAnswer(404, "NOT_FOUND", "Not Found"));
  const key = route.access === "public" ? null : context.authenticator.request(request, nowNs);
  if (route.access !== "public" && key === null) return told(UNAUTHORIZED);
  const limit = key === null ? context.limits.ofAddress(request.address) : context.limits.ofUser(key.account);
  if (isOverLimit(limit, context, nowNs))
    return told(withLimits(edgeAnswer(429, "Too Many Requests"), limit, 0));
  const left = limit.left(context.clock.ms(nowNs));
  if (route.access === "trade" && key?.canTrade !== true)
    return told(withLimits(PERMISSION_DENIED, limit, left));
  const answer = withLimits(run(route, request, id, key, nowNs), limit, left);
  return { answer: faulty(answer, route, context.faults), changesOrders: route.changesOrders };
}

function findRoute({ method, path }: HttpRequest, routes: readonly Route[]): readonly [Route | null, string] {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match !== null) return [route, match[1] ?? ""];
  }
  return [null, ""];
}

function run(route: Route, request: HttpRequest, id: string, key: ApiKey | null, nowNs: number): HttpAnswer {
  const body = route.method === "POST" ? parseBody(request.body) : {};
  if (body === null) return invalidArgument("the body is no JSON object");
  const query = new URLSearchParams(request.query);
  return route.run({ query, body, id, account: key?.account ?? 0, key, nowNs });
}

function parseBody(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function isOverLimit(limit: SecondLimit, { clock, faults }: RestContext, nowNs: number): boolean {
  if (faults.refuseRequests > 0) {
    faults.refuseRequests -= 1;
    return true;
  }
  return !limit.take(clock.ms(nowNs));
}

function withLimits(answer: HttpAnswer, limit: SecondLimit, left: number): HttpAnswer {
  const headers = {
    "x-ratelimit-limit": String(limit.perSecond),
    "x-ratelimit-remaining": String(left),
    "x-ratelimit-reset": "1",
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The faults of answers; the request has been carried out. */
function faulty(answer: HttpAnswer, route: Route, faults: VenueFaults): HttpAnswer | null {
  if (route.changesOrders && faults.loseAnswers > 0) {
    faults.loseAnswers -= 1;
    return null;
  }
  if (route.changesOrders && faults.failAfterActing > 0) {
    faults.failAfterActing -= 1;
    return edgeAnswer(502, "Bad Gateway");
  }
  if (faults.cutAnswerAtByte === null) return answer;
  const cutAtByte = faults.cutAnswerAtByte;
  faults.cutAnswerAtByte = null;
  return { ...answer, cutAtByte };
}

function told(answer: HttpAnswer): RestOutcome {
  return { answer, changesOrders: false };
}
