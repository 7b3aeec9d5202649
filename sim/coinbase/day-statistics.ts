import { formatDecimal, trimmed } from "./decimal.ts";
import type { Level } from "../market/index.ts";

const PERCENT_DIGITS = 14;

/** What product lists tell of the last day, as texts. */
export interface DayFigures {
  readonly price: string;
  readonly volume: string;
  readonly high: string;
  readonly low: string;
  readonly changePercent: string;
}

/** What tickers and product lists tell of the last day. The session is shorter than one, so all of it counts. */
export class DayStatistics {
  #last = 0;
  #open = 0;
  #high = 0;
  #low = 0;
  #volume = 0;

  trade(price: number, quantity: number): void {
    if (this.#last === 0) {
      this.#open = price;
      this.#high = price;
      this.#low = price;
    }
    this.#last = price;
    this.#high = Math.max(this.#high, price);
    this.#low = Math.min(this.#low, price);
    this.#volume += quantity;
  }

  get figures(): DayFigures {
    return {
      price: formatDecimal(this.#last),
      volume: formatDecimal(this.#volume),
      high: formatDecimal(this.#high),
      low: formatDecimal(this.#low),
      changePercent: this.#changePercent(),
    };
  }

  /** One product in a `ticker` or `ticker_batch` message. */
  tickerText(productId: string, bid: Level | null, ask: Level | null): string {
    const year = `"low_52_w":"${formatDecimal(this.#low)}","high_52_w":"${formatDecimal(this.#high)}"`;
    return (
      `{"type":"ticker","product_id":"${productId}","price":"${formatDecimal(this.#last)}",` +
      `"volume_24_h":"${formatDecimal(this.#volume)}","low_24_h":"${formatDecimal(this.#low)}",` +
      `"high_24_h":"${formatDecimal(this.#high)}",${year},"price_percent_chg_24_h":"${this.#changePercent()}",` +
      `"best_bid":"${formatDecimal(bid?.price ?? 0)}","best_ask":"${formatDecimal(ask?.price ?? 0)}",` +
      `"best_bid_quantity":"${formatDecimal(bid?.quantity ?? 0)}",` +
      `"best_ask_quantity":"${formatDecimal(ask?.quantity ?? 0)}"}`
    );
  }

  /** Percent since the first trade, as a plain decimal. */
  #changePercent(): string {
    if (this.#open === 0) return "0";
    return trimmed((((this.#last - this.#open) / this.#open) * 100).toFixed(PERCENT_DIGITS));
  }
}

/** `events` of a ticker channel. */
export function tickerEvents(type: "snapshot" | "update", ticker: string): string {
  return `[{"type":"${type}","tickers":[${ticker}]}]`;
}
