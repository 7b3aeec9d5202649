import { formatDecimal } from "./decimal.ts";
import type { Depth, Side } from "../market/index.ts";

/** One level in `l2_data`: its quantity is absolute, "0" takes it away. */
export function levelText(side: Side, price: number, quantity: number, time: string): string {
  return (
    `{"side":"${side === 1 ? "bid" : "offer"}","event_time":"${time}",` +
    `"price_level":"${formatDecimal(price)}","new_quantity":"${formatDecimal(quantity)}"}`
  );
}

/** `events` of `l2_data`. */
export function levelEvents(
  type: "snapshot" | "update",
  productId: string,
  levels: readonly string[],
): string {
  return `[{"type":"${type}","product_id":"${productId}","updates":[${levels.join(",")}]}]`;
}

/**
 * A whole book: bids from the best down, then offers from the best up, as the venue sends it, and after them such as are no
 * part of the depth.
 */
export function snapshotEvents(
  productId: string,
  depth: Depth,
  time: string,
  further: readonly string[] = [],
): string {
  const bids = depth.bids.map(([price, quantity]) => levelText(1, price, quantity, time));
  const offers = depth.asks.map(([price, quantity]) => levelText(2, price, quantity, time));
  return levelEvents("snapshot", productId, [...bids, ...offers, ...further]);
}
