import type { ApiKey, Authenticator } from "./authenticator.ts";
import { hasProducts } from "./channel.ts";
import type { VenueClock } from "./clock.ts";
import type { ClientSession } from "./client-session.ts";
import { userId } from "./identity.ts";
import { isOpen } from "./order-record.ts";
import type { OrderRegistry } from "./order-registry.ts";
import type { ProductChannels } from "./product-channels.ts";
import { contradicted } from "./snapshot-contradiction.ts";
import { statusEvents } from "./product-text.ts";
import type { ProductSpec } from "./product.ts";
import { readSubscription } from "./subscription-request.ts";
import type { SubscriptionRequest } from "./subscription-request.ts";
import type { UserChannel } from "./user-channel.ts";
import type { VenueLimits } from "./venue-limits.ts";

/** What subscribing needs of the venue. */
export interface SubscriptionContext {
  readonly clock: VenueClock;
  readonly authenticator: Authenticator;
  readonly limits: VenueLimits;
  readonly orders: OrderRegistry;
  readonly users: UserChannel;
  readonly specs: readonly ProductSpec[];
  readonly channels: (productId: string) => ProductChannels | null;
}

/** The user's own socket carries these alone. */
const USER_ENDPOINT: ReadonlySet<string> = new Set(["heartbeats", "user"]);

/**
 * Carries out `subscribe` and `unsubscribe`: one channel a message, its snapshots first, then the list of all that is
 * subscribed to. What is refused is told by an error; the connection stays.
 */
export class SubscriptionDesk {
  readonly #context: SubscriptionContext;

  constructor(context: SubscriptionContext) {
    this.#context = context;
  }

  handle(session: ClientSession, text: string, nowNs: number): void {
    const { connection, stream } = session;
    const request = readSubscription(text);
    const hasToken = !("error" in request) && request.jwt !== undefined;
    const limit = this.#context.limits.ofMessages(connection.address);
    if (!hasToken && !limit.take(this.#context.clock.ms(nowNs))) {
      stream.sendError("rate limit exceeded", nowNs);
      return;
    }
    if ("error" in request) {
      stream.sendError(request.error, nowNs);
      return;
    }
    const key = this.#context.authenticator.subscription(request.jwt, nowNs);
    const refused = this.#refusal(session, request, key);
    if (refused === null) this.#carryOut(session, request, key, nowNs);
    else stream.sendError(refused, nowNs);
  }

  #refusal(session: ClientSession, request: SubscriptionRequest, key: ApiKey | null): string | null {
    const { channel, productIds, type } = request;
    if (key === null && (request.jwt !== undefined || channel === "user")) return "authentication failure";
    if (session.connection.endpoint === "user" && !USER_ENDPOINT.has(channel))
      return "channel is not supported";
    if (!hasProducts(channel)) return null;
    const unknown = productIds.find((productId) => this.#context.channels(productId) === null);
    if (unknown !== undefined) return `product ${unknown} is not supported`;
    return type === "subscribe" && productIds.length === 0 ? "product_ids are required" : null;
  }

  #carryOut(session: ClientSession, request: SubscriptionRequest, key: ApiKey | null, nowNs: number): void {
    const { stream } = session;
    const { channel, productIds } = request;
    const named = hasProducts(channel) || channel === "user" ? productIds : [];
    if (channel === "user" && key !== null) stream.account = key.account;
    if (request.type === "subscribe") {
      stream.subscribe(channel, named);
      this.#sendSnapshots(session, request, nowNs);
    } else {
      stream.unsubscribe(channel, named);
    }
    stream.sendSubscriptions(userId(stream.account), nowNs);
  }

  #sendSnapshots(session: ClientSession, { channel, productIds }: SubscriptionRequest, nowNs: number): void {
    const { stream } = session;
    if (channel === "user") this.#sendOrders(session, productIds, nowNs);
    if (channel === "status") stream.send("status", statusEvents(this.#context.specs), nowNs);
    if (!hasProducts(channel)) return;
    for (const productId of productIds) {
      let events = this.#context.channels(productId)?.snapshot(channel) ?? null;
      if (events !== null && channel === "level2" && stream.contradictNext) {
        stream.contradictNext = false;
        events = contradicted(events);
      }
      if (events !== null) stream.publish(channel, productId, events, nowNs);
    }
  }

  #sendOrders(session: ClientSession, productIds: readonly string[], nowNs: number): void {
    const { orders, users } = this.#context;
    const meant = (productId: string): boolean => productIds.length === 0 || productIds.includes(productId);
    const open = orders
      .newestFirst(session.stream.account)
      .filter((record) => isOpen(record) && meant(record.product.productId));
    users.sendSnapshot(session, open, nowNs);
  }
}
