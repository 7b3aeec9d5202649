import { formatDecimal } from "./decimal.ts";
import type { Side } from "../market/index.ts";

/** A snapshot of `market_trades` has the last hundred. */
const TRADES_MAX = 100;

/** The latest trades of one product, as texts of the channel, newest first. */
export class TradeTape {
  readonly #trades: string[] = [];

  /** The newest first, at most `countMax`. */
  newest(countMax: number = TRADES_MAX): readonly string[] {
    return this.#trades.slice(0, countMax);
  }

  add(trade: string): void {
    this.#trades.unshift(trade);
    if (this.#trades.length > TRADES_MAX) this.#trades.pop();
  }

  /** `events` with the last hundred. */
  snapshot(): string {
    return tradeEvents("snapshot", this.#trades);
  }
}

/** `events` of `market_trades`. */
export function tradeEvents(type: "snapshot" | "update", trades: readonly string[]): string {
  return `[{"type":"${type}","trades":[${trades.join(",")}]}]`;
}

/** One trade. Its side is the maker's: who buys from a resting offer makes a SELL. */
export function tradeText(
  productId: string,
  tradeId: number,
  price: number,
  quantity: number,
  makerSide: Side,
  time: string,
): string {
  return (
    `{"product_id":"${productId}","trade_id":"${tradeId}","price":"${formatDecimal(price)}",` +
    `"size":"${formatDecimal(quantity)}","time":"${time}","side":"${makerSide === 1 ? "BUY" : "SELL"}"}`
  );
}
