import { formatDecimal } from "./decimal.ts";

/** Candles of the channel span five minutes. */
const CANDLE_SECONDS = 300;
const CANDLES_MAX = 100;

interface Candle {
  readonly start: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** The five-minute candles of one product, made of its trades. */
export class CandleBook {
  readonly #candles: Candle[] = [];
  #changed = false;

  trade(price: number, quantity: number, epochSeconds: number): void {
    const start = Math.floor(epochSeconds / CANDLE_SECONDS) * CANDLE_SECONDS;
    const last = this.#candles.at(-1);
    this.#changed = true;
    if (last === undefined || last.start !== start) {
      this.#candles.push({ start, open: price, high: price, low: price, close: price, volume: quantity });
      if (this.#candles.length > CANDLES_MAX) this.#candles.shift();
      return;
    }
    last.high = Math.max(last.high, price);
    last.low = Math.min(last.low, price);
    last.close = price;
    last.volume += quantity;
  }

  /** All candles as the channel's snapshot shows them, oldest first. */
  snapshot(productId: string): string {
    return events(
      "snapshot",
      this.#candles.map((candle) => candleText(candle, productId)),
    );
  }

  /** The candle that has changed since the last call, or null. */
  update(productId: string): string | null {
    const last = this.#candles.at(-1);
    if (!this.#changed || last === undefined) return null;
    this.#changed = false;
    return events("update", [candleText(last, productId)]);
  }
}

function events(type: "snapshot" | "update", candles: readonly string[]): string {
  return `[{"type":"${type}","candles":[${candles.join(",")}]}]`;
}

function candleText(candle: Candle, productId: string): string {
  return (
    `{"start":"${candle.start}","high":"${formatDecimal(candle.high)}","low":"${formatDecimal(candle.low)}",` +
    `"open":"${formatDecimal(candle.open)}","close":"${formatDecimal(candle.close)}",` +
    `"volume":"${formatDecimal(candle.volume)}","product_id":"${productId}"}`
  );
}
