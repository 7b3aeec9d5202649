import { Ledger } from "../market/index.ts";
import type { Execution, MarketListener, OpeningBalance, OrderState, Purses, Side } from "../market/index.ts";
import type { ChannelHub } from "./channel-hub.ts";
import type { VenueClock } from "./clock.ts";
import type { FeeRates } from "./fee-rates.ts";
import { FollowedFeed } from "./followed-feed.ts";
import type { FollowedSource } from "./followed-feed.ts";
import { LiveFeed } from "./live-feed.ts";
import { MarketPublisher } from "./market-publisher.ts";
import type { MarketEvent } from "./market-message.ts";
import type { OrderEntry, TradedProduct } from "./order-entry.ts";
import type { ProductSpec } from "./product.ts";
import type { ProductChannels } from "./product-channels.ts";
import type { LiveSource, ProductFeed, VenueMarket } from "./product-feed.ts";
import { RecordedFeed } from "./recorded-feed.ts";
import type { RecordedSource } from "./recorded-feed.ts";

/** A product and where its market comes from. */
export interface ProductOptions {
  readonly spec: ProductSpec;
  readonly source: LiveSource | RecordedSource | FollowedSource;
}

/** What all products of a venue share. */
export interface ProductContext {
  readonly clock: VenueClock;
  readonly hub: ChannelHub;
  readonly fees: FeeRates;
  readonly purses: Purses;
  readonly orders: () => OrderEntry;
}

/** Opens the ledger of one product over the venue's purses; opening balances are paid in once, by the first. */
export function openLedger(
  spec: ProductSpec,
  context: Pick<ProductContext, "fees" | "purses">,
  openingBalances: readonly OpeningBalance[],
): Ledger {
  return new Ledger({
    baseAsset: spec.baseCurrency,
    quoteAsset: spec.quoteCurrency,
    makerFeeBps: context.fees.makerBps,
    takerFeeBps: context.fees.takerBps,
    feeIn: "quote",
    purses: context.purses,
    openingBalances,
  });
}

/** One product: market, feed, public channels and order entry tied together. It is the market's listener. */
export class ProductVenue implements MarketListener, TradedProduct {
  readonly spec: ProductSpec;
  readonly market: VenueMarket;
  readonly ledger: Ledger;
  readonly channels: ProductChannels;
  readonly #feed: ProductFeed;
  readonly #orders: () => OrderEntry;
  /** Null where the public messages are a recording's, or a real venue's. */
  readonly #publisher: MarketPublisher | null;

  constructor({ spec, source }: ProductOptions, ledger: Ledger, context: ProductContext) {
    this.spec = spec;
    this.ledger = ledger;
    this.#orders = context.orders;
    if (source.kind === "recorded") {
      const market = source.open(this);
      const feed = new RecordedFeed(source, market, context.clock, context.hub);
      this.market = market;
      this.#publisher = null;
      this.#feed = feed;
      this.channels = feed;
      return;
    }
    if (source.kind === "followed") {
      const market = source.open(this);
      const feed = new FollowedFeed(spec.productId, market, context.clock, context.hub);
      this.market = market;
      this.#publisher = null;
      this.#feed = feed;
      this.channels = feed;
      return;
    }
    const publisher = new MarketPublisher(spec.productId, context.clock, context.hub, () => this.market);
    this.#publisher = publisher;
    this.channels = publisher;
    const opened = source.open(this);
    this.market = opened.market;
    this.#feed = new LiveFeed(publisher, opened.flow);
  }

  get nextNs(): number {
    return this.#feed.nextNs;
  }

  /** Plays the market up to `nowNs`. */
  advance(nowNs: number): void {
    this.#feed.advance(nowNs);
  }

  /** An event of the real product that this one follows. Throws an Error where it follows none, and for what cannot be read. */
  follow(event: MarketEvent, nowNs: number): void {
    if (!(this.#feed instanceof FollowedFeed))
      throw new Error(`${this.spec.productId} follows no real venue`);
    this.#feed.take(event, nowNs);
  }

  /** A client's request has been carried out. */
  commandDone(nowNs: number): void {
    this.#publisher?.commandDone(nowNs);
  }

  onAccepted(order: OrderState, timeNs: number): void {
    this.ledger.onAccepted(order);
    this.#orders().accepted(this.spec, order, timeNs);
  }

  onExecution(execution: Execution): void {
    this.ledger.onExecution(execution);
    this.#publisher?.trade(execution);
    this.#orders().executed(this, execution);
  }

  onCanceled(order: OrderState, timeNs: number): void {
    this.ledger.onCanceled(order);
    this.#orders().canceled(this.spec, order, timeNs);
  }

  onExpired(order: OrderState, timeNs: number): void {
    this.ledger.onExpired(order);
    this.#orders().expired(this.spec, order, timeNs);
  }

  onLevel(side: Side, price: number, quantity: number): void {
    this.#publisher?.level(side, price, quantity);
  }
}
