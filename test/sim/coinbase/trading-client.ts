import assert from "node:assert/strict";
import type { HttpAnswer } from "../../../sim/coinbase/index.ts";
import { signToken, tokenParts } from "./keys.ts";
import type { Signer } from "./keys.ts";
import type { ClientPort } from "../played-venue.ts";
import type { Json, VenueDriver } from "./venue-driver.ts";

const ORDERS = "/api/v3/brokerage/orders";

/** The fields of an answer. */
export function jsonOf(answer: HttpAnswer | null): Json {
  assert.ok(answer !== null, "the connection broke without an answer");
  return JSON.parse(answer.body) as Json;
}

/** A client of one account, over any wire. */
export class TradingClient {
  /** Counted over all clients: the venue never forgets an id. */
  static #nextId = 1;
  readonly #driver: VenueDriver;
  readonly #signer: Signer;

  constructor(driver: VenueDriver, signer: Signer) {
    this.#driver = driver;
    this.#signer = signer;
  }

  async get(target: string): Promise<Json> {
    return jsonOf(await this.#driver.rest("GET", target, { signer: this.#signer }));
  }

  post(target: string, body: Json): Promise<HttpAnswer | null> {
    return this.#driver.rest("POST", target, { signer: this.#signer, body });
  }

  /** Posts an order, under an id of its own where none is given. */
  async order(side: "BUY" | "SELL", configuration: Json, more: Json = {}): Promise<Json> {
    const clientOrderId = `${this.#signer}-${TradingClient.#nextId}`;
    TradingClient.#nextId += 1;
    const body = { client_order_id: clientOrderId, product_id: "BTC-USD", side, ...more };
    return jsonOf(await this.post(ORDERS, { ...body, order_configuration: configuration }));
  }

  /** Posts a limit order that rests; its id. */
  async rest(side: "BUY" | "SELL", price: string, size: string, more: Json = {}): Promise<string> {
    return orderIdOf(await this.order(side, limitGtc(price, size), more));
  }

  async cancel(...orderIds: readonly string[]): Promise<readonly Json[]> {
    const answer = await this.post(`${ORDERS}/batch_cancel`, { order_ids: orderIds });
    return jsonOf(answer)["results"] as readonly Json[];
  }

  async edit(orderId: string, price: string, size: string): Promise<Json> {
    return jsonOf(await this.post(`${ORDERS}/edit`, { order_id: orderId, price, size }));
  }

  async find(orderId: string): Promise<Json> {
    return (await this.get(`${ORDERS}/historical/${orderId}`))["order"] as Json;
  }

  async fills(query: string = ""): Promise<readonly Json[]> {
    return (await this.get(`${ORDERS}/historical/fills${query}`))["fills"] as readonly Json[];
  }

  /** Available and held, of one currency. */
  async balance(currency: string): Promise<readonly [string, string]> {
    const { accounts } = await this.get("/api/v3/brokerage/accounts?limit=250");
    const account = (accounts as readonly Json[]).find((each) => each["currency"] === currency);
    assert.ok(account, `no wallet of ${currency}`);
    const value = (name: string): string => (account[name] as { value: string }).value;
    return [value("available_balance"), value("hold")];
  }
}

export function orderIdOf(answer: Json): string {
  assert.equal(answer["success"], true, JSON.stringify(answer));
  return (answer["success_response"] as { order_id: string }).order_id;
}

export function limitGtc(price: string, size: string, postOnly = false): Json {
  return { limit_limit_gtc: { base_size: size, limit_price: price, post_only: postOnly } };
}

/** A subscription on a socket. */
export function subscribe(channel: string, productIds: readonly string[], jwt?: string): string {
  return JSON.stringify({
    type: "subscribe",
    product_ids: productIds,
    channel,
    ...(jwt === undefined ? {} : { jwt }),
  });
}

/** A token for the socket. */
export function socketToken(driver: VenueDriver, signer: Signer): string {
  return signToken(signer, tokenParts(signer, driver.nowMs()));
}

/** The next message of a channel; those of others are passed over. */
export async function nextOf(port: ClientPort, channel: string): Promise<Json> {
  for (;;) {
    const message = JSON.parse(await port.next()) as Json;
    if (message["channel"] === channel || message["type"] === channel) return message;
  }
}

/** The first event of a message. */
export function eventOf(message: Json): Json {
  return (message["events"] as readonly Json[])[0] ?? {};
}

/** The one order of a `user` message. */
export function orderOf(message: Json): Json {
  return (eventOf(message)["orders"] as readonly Json[])[0] ?? {};
}
