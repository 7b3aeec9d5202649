import type { FollowedMarket, MarketListener } from "../market/index.ts";
import type { ProductChannel } from "./channel.ts";
import type { ChannelHub } from "./channel-hub.ts";
import type { VenueClock } from "./clock.ts";
import type { DayFigures } from "./day-statistics.ts";
import { FarOffers } from "./far-offers.ts";
import { snapshotEvents } from "./level-text.ts";
import type { MarketEvent } from "./market-message.ts";
import type { ProductChannels } from "./product-channels.ts";
import type { ProductFeed } from "./product-feed.ts";
import { ProductFrames } from "./product-frames.ts";
import { TradeTape } from "./trade-tape.ts";

/** The channels of a real venue, followed as they arrive. */
export interface FollowedSource {
  readonly kind: "followed";
  /** Opened by the venue because the market's one listener is the venue. */
  open(listener: MarketListener): FollowedMarket;
}

const NOTHING: DayFigures = { price: "", volume: "", high: "", low: "", changePercent: "" };

/** A product that follows a real one: its events go out as they arrive, and client orders trade with its book on paper. */
export class FollowedFeed implements ProductFeed, ProductChannels {
  /** Nothing happens by itself. */
  readonly nextNs: number = Infinity;
  readonly day: DayFigures = NOTHING;
  readonly #productId: string;
  readonly #market: FollowedMarket;
  readonly #clock: VenueClock;
  readonly #hub: ChannelHub;
  readonly #frames: ProductFrames;
  readonly #tape = new TradeTape();
  readonly #far = new FarOffers();
  #bookNs = 0;

  constructor(productId: string, market: FollowedMarket, clock: VenueClock, hub: ChannelHub) {
    this.#productId = productId;
    this.#market = market;
    this.#clock = clock;
    this.#hub = hub;
    this.#frames = new ProductFrames(productId);
  }

  advance(): void {
    /* See nextNs. */
  }

  trades(countMax: number): readonly string[] {
    return this.#tape.newest(countMax);
  }

  snapshot(channel: ProductChannel): string | null {
    if (channel === "market_trades") return this.trades(1).length === 0 ? null : this.#tape.snapshot();
    if (channel !== "level2" || !this.#market.hasBook) return null;
    const time = this.#clock.micros(this.#bookNs);
    const depth = this.#market.depth(Number.MAX_SAFE_INTEGER);
    return snapshotEvents(this.#productId, depth, time, this.#far.texts(time));
  }

  /** An event of the real product. Throws an Error that says what is wrong with it. */
  take({ channel, type, event }: MarketEvent, nowNs: number): void {
    const { frames, far } = this.#frames.take(channel, type, event);
    for (const frame of frames) this.#market.follow(frame, nowNs);
    if (channel === "level2") {
      this.#bookNs = nowNs;
      this.#far.apply(far);
    }
    if (channel === "market_trades")
      for (const trade of tradesOf(event).toReversed()) this.#tape.add(JSON.stringify(trade));
    this.#hub.publish(channel, this.#productId, nowNs, () => JSON.stringify([event]));
  }
}

function tradesOf(event: MarketEvent["event"]): readonly unknown[] {
  return Array.isArray(event["trades"]) ? event["trades"] : [];
}
