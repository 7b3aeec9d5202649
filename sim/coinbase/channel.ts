/** The channels that a client can subscribe to. */
export const CHANNELS = [
  "candles",
  "heartbeats",
  "level2",
  "market_trades",
  "status",
  "ticker",
  "ticker_batch",
  "user",
] as const;
export type Channel = (typeof CHANNELS)[number];

/** The channels with a product in each message, whose updates go to who has subscribed to that product. */
export type ProductChannel = Exclude<Channel, "heartbeats" | "status" | "user">;

const NAMES: ReadonlySet<string> = new Set(CHANNELS);
const WITHOUT_PRODUCTS: ReadonlySet<Channel> = new Set<Channel>(["heartbeats", "status", "user"]);

export function isChannel(name: unknown): name is Channel {
  return typeof name === "string" && NAMES.has(name);
}

export function hasProducts(channel: Channel): channel is ProductChannel {
  return !WITHOUT_PRODUCTS.has(channel);
}

/** The name in messages: `level2` delivers `l2_data`. */
export function channelLabel(channel: Channel): string {
  return channel === "level2" ? "l2_data" : channel;
}
