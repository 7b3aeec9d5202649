import type { Execution, Level, Side } from "../market/index.ts";
import { CandleBook } from "./candle-book.ts";
import type { ProductChannel } from "./channel.ts";
import type { ChannelHub } from "./channel-hub.ts";
import type { VenueClock } from "./clock.ts";
import { DayStatistics, tickerEvents } from "./day-statistics.ts";
import type { DayFigures } from "./day-statistics.ts";
import { levelEvents, levelText, snapshotEvents } from "./level-text.ts";
import type { ProductChannels } from "./product-channels.ts";
import type { VenueMarket } from "./product-feed.ts";
import { TradeTape, tradeEvents, tradeText } from "./trade-tape.ts";

/** Level changes are gathered for 50 ms, as in the recording; the other channels go by multiples of it. */
export const TICK_NS = 50_000_000;
const TICKS_OF_TRADES = 5;
const TICKS_OF_CANDLES = 20;
const TICKS_OF_BATCH = 100;

/**
 * The public channels of a live market: `level2` each 50 ms with all levels that changed, `market_trades` each 250 ms,
 * `ticker` with each match and each 250 ms in which the best prices changed, `candles` each second, `ticker_batch` each 5 s.
 */
export class MarketPublisher implements ProductChannels {
  readonly #productId: string;
  readonly #clock: VenueClock;
  readonly #hub: ChannelHub;
  readonly #market: () => VenueMarket;
  readonly #day = new DayStatistics();
  readonly #tape = new TradeTape();
  readonly #candles = new CandleBook();
  /** Changed levels by price, with their quantities now. */
  readonly #bids = new Map<number, number>();
  readonly #offers = new Map<number, number>();
  #pendingTrades: string[] = [];
  #matched = false;
  #ticker = "";
  #batch = "";
  #isChanged = false;
  #changedNs = 0;
  #ticks = 0;

  constructor(productId: string, clock: VenueClock, hub: ChannelHub, market: () => VenueMarket) {
    this.#productId = productId;
    this.#clock = clock;
    this.#hub = hub;
    this.#market = market;
  }

  get day(): DayFigures {
    return this.#day.figures;
  }

  trades(countMax: number): readonly string[] {
    return this.#tape.newest(countMax);
  }

  snapshot(channel: ProductChannel): string | null {
    if (channel === "level2") {
      const depth = this.#market().depth(Number.MAX_SAFE_INTEGER);
      return snapshotEvents(this.#productId, depth, this.#clock.micros(this.#changedNs));
    }
    if (channel === "market_trades") return this.#tape.snapshot();
    if (channel === "candles") return this.#candles.snapshot(this.#productId);
    return tickerEvents("snapshot", this.#tickerText());
  }

  /** Called by the market. */
  level(side: Side, price: number, quantity: number): void {
    (side === 1 ? this.#bids : this.#offers).set(price, quantity);
    this.#isChanged = true;
  }

  /** Called by the market. */
  trade({ tradeId, price, quantity, maker, timeNs }: Execution): void {
    const text = tradeText(this.#productId, tradeId, price, quantity, maker.side, this.#clock.micros(timeNs));
    this.#tape.add(text);
    this.#pendingTrades.unshift(text);
    this.#day.trade(price, quantity);
    this.#candles.trade(price, quantity, Math.floor(this.#clock.ms(timeNs) / 1_000));
    this.#matched = true;
  }

  /** A command is over: if it has changed levels, it was at that time. */
  commandDone(nowNs: number): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#changedNs = nowNs;
  }

  /** Sends what is due; called each TICK_NS. */
  tick(nowNs: number): void {
    this.#ticks += 1;
    this.#sendLevels(nowNs);
    if (this.#matched || this.#ticks % TICKS_OF_TRADES === 0) this.#sendTicker(nowNs);
    if (this.#ticks % TICKS_OF_TRADES === 0) this.#sendTrades(nowNs);
    if (this.#ticks % TICKS_OF_CANDLES === 0) this.#sendCandles(nowNs);
    if (this.#ticks % TICKS_OF_BATCH === 0) this.#sendBatch(nowNs);
  }

  #sendLevels(nowNs: number): void {
    if (this.#bids.size + this.#offers.size === 0) return;
    this.#hub.publish("level2", this.#productId, nowNs, () => {
      const time = this.#clock.micros(this.#changedNs);
      const bids = [...this.#bids].sort(([a], [b]) => b - a);
      const offers = [...this.#offers].sort(([a], [b]) => a - b);
      return levelEvents("update", this.#productId, [
        ...bids.map(([price, quantity]) => levelText(1, price, quantity, time)),
        ...offers.map(([price, quantity]) => levelText(2, price, quantity, time)),
      ]);
    });
    this.#bids.clear();
    this.#offers.clear();
  }

  #sendTicker(nowNs: number): void {
    const text = this.#tickerText();
    if (!this.#matched && text === this.#ticker) return;
    this.#matched = false;
    this.#ticker = text;
    this.#hub.publish("ticker", this.#productId, nowNs, () => tickerEvents("update", text));
  }

  #sendBatch(nowNs: number): void {
    const text = this.#tickerText();
    if (text === this.#batch) return;
    this.#batch = text;
    this.#hub.publish("ticker_batch", this.#productId, nowNs, () => tickerEvents("update", text));
  }

  #sendTrades(nowNs: number): void {
    const trades = this.#pendingTrades;
    if (trades.length === 0) return;
    this.#pendingTrades = [];
    this.#hub.publish("market_trades", this.#productId, nowNs, () => tradeEvents("update", trades));
  }

  #sendCandles(nowNs: number): void {
    const events = this.#candles.update(this.#productId);
    if (events !== null) this.#hub.publish("candles", this.#productId, nowNs, () => events);
  }

  #tickerText(): string {
    const market = this.#market();
    const bid: Level | null = market.best(1);
    return this.#day.tickerText(this.#productId, bid, market.best(2));
  }
}
