import type { FarLevel } from "./product-frames.ts";

/** Offers that lie beyond the market's greatest price, kept as they were written, so that a later snapshot has them too. */
export class FarOffers {
  readonly #quantities = new Map<string, string>();

  /** Bids as high as that would have traded; there are none. */
  apply(levels: readonly FarLevel[]): void {
    for (const { side, price, quantity } of levels) {
      if (side === "bid") continue;
      if (quantity === "0") this.#quantities.delete(price);
      else this.#quantities.set(price, quantity);
    }
  }

  /** Levels of `l2_data`, the nearest first. */
  texts(time: string): string[] {
    const offers = [...this.#quantities].sort(([a], [b]) => Number(a) - Number(b));
    return offers.map(
      ([price, quantity]) =>
        `{"side":"offer","event_time":"${time}","price_level":"${price}","new_quantity":"${quantity}"}`,
    );
  }
}
