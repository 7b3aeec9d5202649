import type { MarketListener } from "../market/index.ts";
import type { ProductChannel } from "./channel.ts";
import type { ChannelHub } from "./channel-hub.ts";
import type { VenueClock } from "./clock.ts";
import { FarOffers } from "./far-offers.ts";
import { tickerEvents } from "./day-statistics.ts";
import type { DayFigures } from "./day-statistics.ts";
import { snapshotEvents } from "./level-text.ts";
import type { ProductChannels } from "./product-channels.ts";
import type { ProductFeed, VenueMarket } from "./product-feed.ts";
import { rebase } from "./rebase.ts";
import type { RecordedProduct, RecordedStep } from "./recorded-session.ts";
import { TradeTape } from "./trade-tape.ts";

/** A market that follows a recording. */
export interface RecordedVenueMarket extends VenueMarket {
  readonly lastUpdateId: number;
  play(line: number, timeNs?: number): void;
}

/** A recorded product, opened by the venue because the market's one listener is the venue. */
export interface RecordedSource {
  readonly kind: "recorded";
  readonly product: RecordedProduct;
  /** The stamp of the session's first message; session time 0 is then. */
  readonly startEpochNs: bigint;
  open(listener: MarketListener): RecordedVenueMarket;
}

const BATCH_NS = 5_000_000_000;
const NOTHING: DayFigures = { price: "", volume: "", high: "", low: "", changePercent: "" };

/**
 * Replays a recorded product: each message goes out at its recorded time with the recorded events, its stamps moved to the
 * venue's calendar, and the market follows it. A client that subscribes in between gets the book and the trades of that
 * moment. `ticker_batch`, which was not recorded, repeats the last ticker.
 */
export class RecordedFeed implements ProductFeed, ProductChannels {
  readonly #product: RecordedProduct;
  readonly #market: RecordedVenueMarket;
  readonly #clock: VenueClock;
  readonly #hub: ChannelHub;
  readonly #offsetNs: bigint;
  readonly #tape = new TradeTape();
  readonly #candles = new Map<string, string>();
  readonly #far = new FarOffers();
  #ticker = "";
  #step = 0;
  #line = 0;
  #bookNs = 0;
  #nextBatchNs = BATCH_NS;

  constructor(source: RecordedSource, market: RecordedVenueMarket, clock: VenueClock, hub: ChannelHub) {
    this.#product = source.product;
    this.#market = market;
    this.#clock = clock;
    this.#hub = hub;
    this.#offsetNs = clock.epochNs(0) - source.startEpochNs;
  }

  get nextNs(): number {
    const stepNs = this.#product.steps[this.#step]?.timeNs;
    return stepNs === undefined ? Infinity : Math.min(stepNs, this.#nextBatchNs);
  }

  get day(): DayFigures {
    if (this.#ticker === "") return NOTHING;
    const ticker = JSON.parse(this.#ticker) as Readonly<Record<string, string>>;
    return {
      price: ticker["price"] ?? "",
      volume: ticker["volume_24_h"] ?? "",
      high: ticker["high_24_h"] ?? "",
      low: ticker["low_24_h"] ?? "",
      changePercent: ticker["price_percent_chg_24_h"] ?? "",
    };
  }

  trades(countMax: number): readonly string[] {
    return this.#tape.newest(countMax);
  }

  snapshot(channel: ProductChannel): string | null {
    if (channel === "level2") return this.#levels();
    if (channel === "market_trades") return this.trades(1).length === 0 ? null : this.#tape.snapshot();
    if (channel === "candles") {
      if (this.#candles.size === 0) return null;
      return `[{"type":"snapshot","candles":[${[...this.#candles.values()].join(",")}]}]`;
    }
    return this.#ticker === "" ? null : tickerEvents("snapshot", this.#ticker);
  }

  advance(nowNs: number): void {
    while (this.nextNs <= nowNs) {
      const step = this.#product.steps[this.#step];
      if (this.#nextBatchNs <= (step?.timeNs ?? Infinity)) this.#sendBatch();
      else if (step !== undefined) this.#play(step);
    }
  }

  #play(step: RecordedStep): void {
    this.#step += 1;
    for (; this.#line < step.lineEnd; this.#line += 1) this.#market.play(this.#line, step.timeNs);
    const events = rebase(step.events, this.#offsetNs);
    this.#remember(step, events);
    this.#hub.publish(step.channel, this.#product.productId, step.timeNs, () => events);
  }

  /** What a later subscriber will be shown. */
  #remember({ channel, timeNs, far }: RecordedStep, events: string): void {
    if (channel === "level2") {
      this.#bookNs = timeNs;
      this.#far.apply(far);
      return;
    }
    const [event] = JSON.parse(events) as readonly RecordedEvent[];
    for (const trade of (event?.trades ?? []).toReversed()) this.#tape.add(JSON.stringify(trade));
    for (const candle of event?.candles ?? []) this.#candles.set(candle.start, JSON.stringify(candle));
    for (const ticker of event?.tickers ?? []) this.#ticker = JSON.stringify(ticker);
  }

  #levels(): string | null {
    if (this.#market.lastUpdateId < 0) return null;
    const depth = this.#market.depth(Number.MAX_SAFE_INTEGER);
    const time = this.#clock.micros(this.#bookNs);
    return snapshotEvents(this.#product.productId, depth, time, this.#far.texts(time));
  }

  #sendBatch(): void {
    const dueNs = this.#nextBatchNs;
    this.#nextBatchNs += BATCH_NS;
    if (this.#ticker === "") return;
    this.#hub.publish("ticker_batch", this.#product.productId, dueNs, () =>
      tickerEvents("update", this.#ticker),
    );
  }
}

interface RecordedEvent {
  readonly trades?: readonly object[];
  readonly tickers?: readonly object[];
  readonly candles?: readonly { readonly start: string }[];
}
