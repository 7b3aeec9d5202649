import type { Authenticator } from "./authenticator.ts";
import type { AddressLimits } from "./address-limits.ts";
import type { VenueClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { Operation } from "./operation.ts";
import { isRefusal, readFlag, readInteger, readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { orderLimits, weightLimit } from "./rate-limit-text.ts";
import {
  API_KEY_FORMAT,
  API_KEY_REJECTED,
  INVALID_JSON,
  INVALID_SIGNATURE,
  SUBSCRIPTION_ACTIVE,
  SUBSCRIPTION_INACTIVE,
  UNSUPPORTED_OPERATION,
  mandatoryParameter,
} from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { socketPayload } from "./signature.ts";
import type { ApiKey } from "./signature.ts";
import type { UserDataHub } from "./user-data-hub.ts";
import type { VenueAccount } from "./venue-account.ts";

/** What a WebSocket API session needs of its venue. */
export interface ApiContext {
  readonly clock: VenueClock;
  readonly authenticator: Authenticator;
  readonly users: UserDataHub;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly account: (id: number) => VenueAccount;
}

/** The answer to one request, and whether it belongs to an order or a cancel (fault: delayed acks). */
export interface ApiReply {
  readonly text: string;
  readonly aboutOrder: boolean;
}

interface SessionMethod {
  readonly weight: number;
  readonly run: (session: ApiSession, parameters: Parameters, nowNs: number) => string | Refusal;
}

const SESSION_METHODS: ReadonlyMap<string, SessionMethod> = new Map([
  ["session.logon", { weight: 2, run: (session, parameters, nowNs) => session.logon(parameters, nowNs) }],
  ["session.status", { weight: 2, run: (session, _, nowNs) => session.status(nowNs) }],
  ["session.logout", { weight: 2, run: (session, _, nowNs) => session.logout(nowNs) }],
  ["session.subscriptions", { weight: 2, run: (session) => session.subscriptions() }],
  ["userDataStream.subscribe", { weight: 2, run: (session, _, nowNs) => session.subscribe(nowNs) }],
  [
    "userDataStream.subscribe.signature",
    { weight: 2, run: (session, parameters, nowNs) => session.subscribeSigned(parameters, nowNs) },
  ],
  [
    "userDataStream.unsubscribe",
    { weight: 2, run: (session, parameters, nowNs) => session.unsubscribe(parameters, nowNs) },
  ],
]);

/** Methods whose answers a fault can delay or lose. */
const ABOUT_ORDERS: ReadonlySet<string> = new Set([
  "order.place",
  "order.cancel",
  "order.cancelReplace",
  "openOrders.cancelAll",
]);

/** One WebSocket API connection: who is logged on, what it is subscribed to, and its requests. */
export class ApiSession {
  readonly connection: Connection;
  readonly #context: ApiContext;
  readonly #limits: AddressLimits;
  readonly #showLimits: boolean;
  #key: ApiKey | null = null;
  #authorizedNs = 0;
  #nextSubscriptionId = 0;

  constructor(connection: Connection, showLimits: boolean, limits: AddressLimits, context: ApiContext) {
    this.connection = connection;
    this.#showLimits = showLimits;
    this.#limits = limits;
    this.#context = context;
  }

  /** Carries out one request. */
  handle(text: string, nowNs: number): ApiReply {
    const request = parseRequest(text);
    if (request === null)
      return {
        text: this.#errorText("null", INVALID_JSON, this.#showLimits, null, nowNs),
        aboutOrder: false,
      };
    const { id, method, parameters } = request;
    const showLimits = readFlag(parameters, "returnRateLimits", this.#showLimits);
    if (this.#key !== null && !this.#context.authenticator.knows(this.#key)) {
      this.#key = null;
      return { text: this.#errorText("null", API_KEY_REJECTED, false, null, nowNs), aboutOrder: false };
    }
    const operation = this.#context.operations.get(method);
    const own = SESSION_METHODS.get(method);
    const weight = operation?.weight(parameters) ?? own?.weight ?? 1;
    const limited = this.#limits.charge(this.#context.clock.ms(nowNs), weight);
    if (limited !== null)
      return { text: this.#errorText(id, limited, showLimits, null, nowNs), aboutOrder: false };
    if (operation !== undefined) return this.#operate(operation, method, id, parameters, showLimits, nowNs);
    const result = own === undefined ? UNSUPPORTED_OPERATION : own.run(this, parameters, nowNs);
    return { text: this.#replyText(id, result, showLimits, null, nowNs), aboutOrder: false };
  }

  logon(parameters: Parameters, nowNs: number): string | Refusal {
    const key = this.#authenticate(parameters, nowNs);
    if (isRefusal(key)) return key;
    if (key.kind !== "ED25519") return INVALID_SIGNATURE;
    this.#key = key;
    this.#authorizedNs = nowNs;
    return this.status(nowNs);
  }

  status(nowNs: number): string {
    const { clock, users } = this.#context;
    const micros = this.connection.micros;
    const key = this.#key;
    return (
      `{"apiKey":${key === null ? "null" : `"${key.apiKey}"`},` +
      `"authorizedSince":${key === null ? "null" : clock.stamp(this.#authorizedNs, micros)},` +
      `"connectedSince":${clock.stamp(this.connection.connectedNs, micros)},"returnRateLimits":${this.#showLimits},` +
      `"serverTime":${clock.stamp(nowNs, micros)},"userDataStream":${users.of(this.connection).length > 0}}`
    );
  }

  logout(nowNs: number): string {
    this.#key = null;
    this.#context.users.unsubscribe(this.connection, (entry) => entry.ofSession, nowNs);
    return this.status(nowNs);
  }

  subscriptions(): string {
    const list = this.#context.users.of(this.connection);
    return `[${list.map((entry) => `{"subscriptionId":${entry.subscriptionId}}`).join(",")}]`;
  }

  subscribe(_nowNs: number): string | Refusal {
    return this.#key === null ? API_KEY_FORMAT : this.#open(this.#key, true);
  }

  subscribeSigned(parameters: Parameters, nowNs: number): string | Refusal {
    const key = this.#authenticate(parameters, nowNs);
    return isRefusal(key) ? key : this.#open(key, false);
  }

  unsubscribe(parameters: Parameters, nowNs: number): string | Refusal {
    const id = readInteger(parameters, "subscriptionId");
    if (typeof id === "object" && id !== null) return id;
    const ended = this.#context.users.unsubscribe(
      this.connection,
      (entry) => id === null || entry.subscriptionId === id,
      nowNs,
    );
    return ended === 0 ? SUBSCRIPTION_INACTIVE : "{}";
  }

  #open(key: ApiKey, ofSession: boolean): string | Refusal {
    const users = this.#context.users;
    if (users.of(this.connection).some((entry) => entry.account === key.account)) return SUBSCRIPTION_ACTIVE;
    const subscriptionId = this.#nextSubscriptionId;
    this.#nextSubscriptionId += 1;
    users.subscribe({ connection: this.connection, subscriptionId, account: key.account, ofSession });
    return `{"subscriptionId":${subscriptionId}}`;
  }

  #authenticate(parameters: Parameters, nowNs: number): ApiKey | Refusal {
    const apiKey = readText(parameters, "apiKey");
    return this.#context.authenticator.authenticate(apiKey, parameters, socketPayload(parameters), nowNs);
  }

  /** The key that a signed request acts for: its own, or the session's, for which a timestamp is enough. */
  #signer(parameters: Parameters, nowNs: number): ApiKey | Refusal {
    if (readText(parameters, "apiKey") !== null) return this.#authenticate(parameters, nowNs);
    if (this.#key === null) return mandatoryParameter("apiKey");
    return this.#context.authenticator.checkTime(parameters, nowNs) ?? this.#key;
  }

  #operate(
    operation: Operation,
    method: string,
    id: string,
    parameters: Parameters,
    showLimits: boolean,
    nowNs: number,
  ): ApiReply {
    let account: VenueAccount | null = null;
    if (operation.signed) {
      const key = this.#signer(parameters, nowNs);
      if (isRefusal(key))
        return { text: this.#errorText(id, key, showLimits, null, nowNs), aboutOrder: false };
      account = this.#context.account(key.account);
    }
    const result = operation.run({ parameters, account, nowNs, micros: this.connection.micros });
    const counted = operation.orders ? account : null;
    const aboutOrder = ABOUT_ORDERS.has(method);
    return { text: this.#replyText(id, result, showLimits, counted, nowNs), aboutOrder };
  }

  #replyText(
    id: string,
    result: string | Refusal,
    showLimits: boolean,
    account: VenueAccount | null,
    nowNs: number,
  ): string {
    if (typeof result !== "string") return this.#errorText(id, result, showLimits, account, nowNs);
    return `{"id":${id},"status":200,"result":${result}${this.#limitsText(showLimits, account, nowNs)}}`;
  }

  #errorText(
    id: string,
    refused: Refusal,
    showLimits: boolean,
    account: VenueAccount | null,
    nowNs: number,
  ): string {
    let data = refused.data === undefined ? "" : `,"data":${refused.data}`;
    if (refused.retryAfterMs !== undefined)
      data = `,"data":{"serverTime":${this.#context.clock.ms(nowNs)},"retryAfter":${refused.retryAfterMs}}`;
    return (
      `{"id":${id},"status":${refused.status},"error":{"code":${refused.code},"msg":${JSON.stringify(refused.msg)}${data}}` +
      `${this.#limitsText(showLimits, account, nowNs)}}`
    );
  }

  #limitsText(showLimits: boolean, account: VenueAccount | null, nowNs: number): string {
    if (!showLimits) return "";
    const nowMs = this.#context.clock.ms(nowNs);
    const orders = account === null ? "" : `${orderLimits(account, nowMs)},`;
    return `,"rateLimits":[${orders}${weightLimit(this.#limits.weightMax, this.#limits.weightUsed(nowMs))}]`;
  }
}

interface ParsedRequest {
  /** The id as JSON text, to be echoed. */
  readonly id: string;
  readonly method: string;
  readonly parameters: Parameters;
}

function parseRequest(text: string): ParsedRequest | null {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof request !== "object" || request === null) return null;
  const { id, method, params } = request as Record<string, unknown>;
  if (typeof method !== "string") return null;
  if (params !== undefined && (typeof params !== "object" || params === null || Array.isArray(params)))
    return null;
  const idText = typeof id === "string" || typeof id === "number" ? JSON.stringify(id) : "null";
  return {
    id: idText,
    method: method.startsWith("v3/") ? method.slice(3) : method,
    parameters: (params ?? {}) as Parameters,
  };
}
