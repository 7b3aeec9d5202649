import { isChannel } from "./channel.ts";
import type { Channel } from "./channel.ts";

/** A `subscribe` or `unsubscribe` message, read. */
export interface SubscriptionRequest {
  readonly type: "subscribe" | "unsubscribe";
  readonly channel: Channel;
  readonly productIds: readonly string[];
  /** The token, whatever it is; undefined where there is none. */
  readonly jwt: unknown;
}

/** Reads a message, or says what is wrong with it. The texts are this simulator's: the venue documents none. */
export function readSubscription(text: string): SubscriptionRequest | { readonly error: string } {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { error: "failed to parse message" };
  }
  if (typeof message !== "object" || message === null) return { error: "failed to parse message" };
  const { type, channel, product_ids: productIds = [], jwt } = message as Record<string, unknown>;
  if (type !== "subscribe" && type !== "unsubscribe") return { error: "unknown message type" };
  if (!isChannel(channel)) return { error: "channel is not supported" };
  if (!Array.isArray(productIds) || !productIds.every((id) => typeof id === "string"))
    return { error: "product_ids must be a list of products" };
  return { type, channel, productIds, jwt };
}
