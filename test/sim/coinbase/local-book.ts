import type { Json } from "./venue-driver.ts";

/** A book as a client keeps it from `l2_data`, by the texts of its prices. */
export class LocalBook {
  readonly #levels = new Map<string, string>();

  /** Takes a snapshot or an update. */
  apply(event: Json): void {
    if (event["type"] === "snapshot") this.#levels.clear();
    for (const update of event["updates"] as readonly Json[]) {
      const key = `${String(update["side"])} ${String(update["price_level"])}`;
      const quantity = String(update["new_quantity"]);
      if (quantity === "0") this.#levels.delete(key);
      else this.#levels.set(key, quantity);
    }
  }

  /** `bid 50000 0.1`, sorted. */
  levels(): string[] {
    return [...this.#levels].map(([key, quantity]) => `${key} ${quantity}`).sort();
  }

  /** Best bid and offer as numbers; 0 and Infinity of an empty side. */
  best(): readonly [number, number] {
    let bid = 0;
    let offer = Infinity;
    for (const key of this.#levels.keys()) {
      const [side, price = ""] = key.split(" ");
      if (side === "bid") bid = Math.max(bid, Number(price));
      else offer = Math.min(offer, Number(price));
    }
    return [bid, offer];
  }
}
