/** The channels that this gateway subscribes to. */
export type SubscribedChannel = "level2" | "market_trades" | "heartbeats" | "user";

/** A subscription, or its end: one channel a message. `token` is for the user channel alone. */
export function subscription(
  type: "subscribe" | "unsubscribe",
  channel: SubscribedChannel,
  productIds: readonly string[],
  token: string | null = null,
): Buffer {
  return Buffer.from(
    JSON.stringify({ type, channel, product_ids: productIds, ...(token === null ? {} : { jwt: token }) }),
  );
}

/** What a message is about, as far as a session has to know; all else is the codec's. */
export type MessageKind = "heartbeats" | "subscriptions" | "user" | "error" | "other";

const kinds: readonly (readonly [text: Buffer, kind: MessageKind])[] = [
  [Buffer.from('"channel":"heartbeats"'), "heartbeats"],
  [Buffer.from('"channel":"subscriptions"'), "subscriptions"],
  [Buffer.from('"channel":"user"'), "user"],
  [Buffer.from('"type":"error"'), "error"],
];

/** By its first key, which the venue always writes first: a look at 24 bytes of a message that may have 5 MB. */
export function kindOf(bytes: Uint8Array): MessageKind {
  for (const [text, kind] of kinds) if (text.equals(bytes.subarray(1, 1 + text.length))) return kind;
  return "other";
}

/** The words of an error message, for the log. */
export function errorText(bytes: Uint8Array, lengthBytes: number): string {
  const text = Buffer.from(bytes.subarray(0, Math.min(lengthBytes, 500))).toString("utf8");
  return /"message":"([^"]{0,200})"/.exec(text)?.[1] ?? "no reason given";
}
