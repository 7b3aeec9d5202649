import type { RestAnswer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import type { Purpose } from "./rate-budget.ts";
import { RateBudget } from "./rate-budget.ts";
import type { TokenStore } from "./token-store.ts";

/** What becomes of a request. */
export interface RestOutcome {
  onAnswer(answer: RestAnswer): void;
  /** No answer: the request may have reached the venue. */
  onError(reason: string): void;
}

export interface RestRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Behind a question mark, or empty: tokens are not for it. */
  readonly query: string;
  readonly body: string | null;
}

/** Requests with the account's tokens, within the venue's rate. */
export class RestDesk {
  private readonly restUrl: string;
  private readonly tokens: TokenStore;
  private readonly ports: SessionPorts;
  private readonly budget: RateBudget;

  constructor(restUrl: string, tokens: TokenStore, ports: SessionPorts) {
    this.restUrl = restUrl;
    this.tokens = tokens;
    this.ports = ports;
    this.budget = new RateBudget(ports.clock);
  }

  /** Sends a request. False, and nothing has left: no token, or the rate does not allow it. */
  send({ method, path, query, body }: RestRequest, purpose: Purpose, outcome: RestOutcome): boolean {
    const token = this.tokens.get(uriOf(this.restUrl, method, path));
    if (token === null || !this.budget.take(purpose)) return false;
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: "application/json" };
    if (body !== null) headers["content-type"] = "application/json";
    this.ports.wire.request(
      { method, url: this.restUrl + path + query, headers, body },
      (answer) => {
        const remaining = Number(answer.headers?.["x-ratelimit-remaining"] ?? Number.NaN);
        this.budget.note(answer.status, answer.retryAfterMs, remaining);
        outcome.onAnswer(answer);
      },
      (reason) => {
        outcome.onError(reason);
      },
    );
    return true;
  }
}

/** What a token is for: method, host and path. */
export function uriOf(restUrl: string, method: string, path: string): string {
  return `${method} ${new URL(restUrl).host}${path}`;
}
