import type { ProductChannel } from "./channel.ts";
import { parseStamp } from "./clock.ts";
import { fieldsOf, listOf } from "./product-frames.ts";
import type { Fields } from "./product-frames.ts";

const CHANNELS: ReadonlyMap<string, ProductChannel> = new Map<string, ProductChannel>([
  ["l2_data", "level2"],
  ["market_trades", "market_trades"],
  ["ticker", "ticker"],
  ["candles", "candles"],
]);

/** One event of a message, and whose it is. */
export interface MarketEvent {
  readonly channel: ProductChannel;
  readonly type: "snapshot" | "update";
  readonly productId: string;
  readonly event: Fields;
}

/** A message of market data, taken apart; of other channels it has no event. */
export interface MarketMessage {
  readonly epochNs: bigint;
  readonly events: readonly MarketEvent[];
}

/** Reads a message as it was received. Throws an Error that says what is wrong with it. */
export function readMarketMessage(data: string): MarketMessage {
  const message = fieldsOf(JSON.parse(data), "data");
  const channel = CHANNELS.get(String(message["channel"]));
  const epochNs = parseStamp(String(message["timestamp"]));
  if (epochNs === null) throw new Error("timestamp is not in RFC 3339");
  if (channel === undefined) return { epochNs, events: [] };
  const events = listOf(message["events"], "events").map((text) => {
    const event = fieldsOf(text, "an event");
    const { type } = event;
    if (type !== "snapshot" && type !== "update") throw new Error("an event is neither snapshot nor update");
    return { channel, type, productId: productOf(event), event } as const;
  });
  return { epochNs, events };
}

/** The product of an event; messages of one product alone are read, as the venue sends them. */
function productOf(event: Fields): string {
  const members = event["trades"] ?? event["tickers"] ?? event["candles"];
  const holder =
    members === undefined ? event : fieldsOf(listOf(members, "an event's list")[0], "its first member");
  const productId = holder["product_id"];
  if (typeof productId !== "string") throw new Error("an event names no product");
  return productId;
}
