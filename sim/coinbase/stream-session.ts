import { hasProducts, channelLabel } from "./channel.ts";
import type { Channel } from "./channel.ts";
import type { VenueClock } from "./clock.ts";
import type { Connection } from "./connection.ts";

/**
 * One connection's subscriptions and its numbering: every message of whatever channel takes the next `sequence_num`, from 0
 * on. Errors carry none.
 */
export class StreamSession {
  /** Fault: no heartbeats. */
  heartbeatsOff = false;
  /** Fault: the next level2 snapshot crosses. */
  contradictNext = false;
  /** Fault: that many of the next messages of the user channel vanish. */
  loseUserEvents = 0;
  /** Whose orders the user channel shows; 0 before it is subscribed to. */
  account = 0;
  /** Whether a valid subscribe has ever come: without one the venue closes the connection. */
  hasSubscribed = false;
  readonly #connection: Connection;
  readonly #clock: VenueClock;
  /** Products of each channel; those without products hold one word of their own. */
  readonly #subscriptions = new Map<Channel, Set<string>>();
  #nextSequence = 0;

  constructor(connection: Connection, clock: VenueClock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Sends one message. `events` is the text of the array. */
  send(label: string, events: string, nowNs: number): void {
    const sequence = this.#nextSequence;
    this.#nextSequence += 1;
    if (label === "user" && this.loseUserEvents > 0) {
      this.loseUserEvents -= 1;
      return;
    }
    this.#connection.send(
      `{"channel":"${label}","timestamp":"${this.#clock.nanos(nowNs)}","sequence_num":${sequence},"events":${events}}`,
      nowNs,
    );
  }

  /** Sends an error; it has no number and closes nothing. */
  sendError(message: string, nowNs: number): void {
    this.#connection.send(`{"type":"error","message":${JSON.stringify(message)}}`, nowNs);
  }

  /** Sends a channel's message, if it is subscribed to with that product. */
  publish(channel: Channel, productId: string, events: string, nowNs: number): void {
    if (this.listens(channel, productId)) this.send(channelLabel(channel), events, nowNs);
  }

  /** Whether the channel is subscribed to, with that product where channels have products. */
  listens(channel: Channel, productId: string): boolean {
    const products = this.#subscriptions.get(channel);
    if (products === undefined) return false;
    // The user channel without products shows the orders of all.
    if (channel === "user") return products.size === 0 || products.has(productId);
    return !hasProducts(channel) || products.has(productId);
  }

  subscribe(channel: Channel, productIds: readonly string[]): void {
    this.hasSubscribed = true;
    const products = this.#subscriptions.get(channel) ?? new Set<string>();
    this.#subscriptions.set(channel, products);
    for (const productId of productIds) products.add(productId);
  }

  /** Without products the channel ends as a whole. */
  unsubscribe(channel: Channel, productIds: readonly string[]): void {
    const products = this.#subscriptions.get(channel);
    if (products === undefined) return;
    for (const productId of productIds) products.delete(productId);
    if (productIds.length === 0 || products.size === 0) this.#subscriptions.delete(channel);
  }

  /** The message that answers each subscribe and unsubscribe: all that is subscribed to now, by channel. */
  sendSubscriptions(userId: string, nowNs: number): void {
    const channels = [...this.#subscriptions.keys()].sort();
    const members = channels.map(
      (channel) => `"${channel}":${JSON.stringify(this.#listed(channel, userId))}`,
    );
    this.send("subscriptions", `[{"subscriptions":{${members.join(",")}}}]`, nowNs);
  }

  #listed(channel: Channel, userId: string): readonly string[] {
    if (channel === "user") return [userId];
    if (!hasProducts(channel)) return [channel];
    return [...(this.#subscriptions.get(channel) ?? [])];
  }
}
