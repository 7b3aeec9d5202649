import { Ledger } from "../market/index.ts";
import type { Execution, MarketListener, OpeningBalance, OrderState, Side } from "../market/index.ts";
import { AccountTrades } from "./account-trades.ts";
import type { VenueClock } from "./clock.ts";
import { FollowedFeed } from "./followed-feed.ts";
import type { FollowedSource } from "./followed-feed.ts";
import { LiveFeed } from "./live-feed.ts";
import { MarketPublisher } from "./market-publisher.ts";
import { OrderEntry } from "./order-entry.ts";
import { RecordedFeed } from "./recorded-feed.ts";
import type { RecordedSource } from "./recorded-feed.ts";
import type { StreamHub } from "./stream-hub.ts";
import type { SymbolSpec } from "./symbol.ts";
import type { LiveSource, SymbolFeed } from "./symbol-feed.ts";
import { TradeTape } from "./trade-tape.ts";
import type { UserDataHub } from "./user-data-hub.ts";
import { UserReporter } from "./user-reporter.ts";
import type { ExecutionIds } from "./user-reporter.ts";
import type { VenueAccount } from "./venue-account.ts";
import type { VenueMarket } from "./venue-market.ts";
import type { FeeRates, Wallet } from "./wallet.ts";

/** A symbol and where its market comes from. */
export interface SymbolOptions {
  readonly spec: SymbolSpec;
  readonly source: LiveSource | RecordedSource | FollowedSource;
  /** What the accounts have in this symbol's two assets at the start. */
  readonly openingBalances: readonly OpeningBalance[];
  /** First update id of the live streams; recordings bring their own. */
  readonly firstUpdateId?: number;
}

/** What all symbols of a venue share. */
export interface SymbolContext {
  readonly clock: VenueClock;
  readonly streams: StreamHub;
  readonly users: UserDataHub;
  readonly wallet: Wallet;
  readonly executionIds: ExecutionIds;
  readonly account: (id: number) => VenueAccount;
}

/** The ledger of one symbol. */
export function openLedger({ spec, openingBalances }: SymbolOptions, fees: FeeRates): Ledger {
  return new Ledger({
    baseAsset: spec.baseAsset,
    quoteAsset: spec.quoteAsset,
    makerFeeBps: fees.makerBps,
    takerFeeBps: fees.takerBps,
    openingBalances,
  });
}

/** One symbol: market, feed, public streams and order entry tied together. It is the market's listener. */
export class SymbolVenue implements MarketListener {
  readonly spec: SymbolSpec;
  readonly market: VenueMarket;
  readonly orders: OrderEntry;
  readonly ledger: Ledger;
  readonly trades: AccountTrades = new AccountTrades();
  readonly tape: TradeTape = new TradeTape();
  readonly #feed: SymbolFeed;
  readonly #reporter: UserReporter;
  /** Null where the streams are a recording's, or a real venue's. */
  readonly #publisher: MarketPublisher | null;

  constructor(options: SymbolOptions, ledger: Ledger, context: SymbolContext) {
    const { spec, source } = options;
    const { clock, streams, users, wallet } = context;
    this.spec = spec;
    this.ledger = ledger;
    const market = (): VenueMarket => this.market;
    this.#reporter = new UserReporter(spec, clock, users, wallet, context.executionIds);
    this.orders = new OrderEntry(spec, clock, market, ledger, this.#reporter, context.account, this.trades);
    if (source.kind === "recorded") {
      const recorded = source.open(this);
      this.market = recorded;
      this.#publisher = null;
      this.#feed = new RecordedFeed(source.recording, recorded, streams);
    } else if (source.kind === "followed") {
      const followed = source.open(this);
      this.market = followed;
      this.#publisher = null;
      this.#feed = new FollowedFeed(followed, streams);
    } else {
      this.#publisher = new MarketPublisher(spec, clock, streams, market, options.firstUpdateId ?? 1);
      const opened = source.open(this);
      this.market = opened.market;
      this.#feed = new LiveFeed(this.#publisher, opened.flow);
    }
  }

  get nextNs(): number {
    return this.#feed.nextNs;
  }

  /** Plays the market up to `nowNs`. */
  advance(nowNs: number): void {
    this.#feed.advance(nowNs);
    this.#reporter.settle(nowNs);
  }

  /** A message of the real venue that this symbol follows. Throws an Error where it follows none, and for what cannot be read. */
  follow(bytes: Uint8Array, nowNs: number): void {
    if (!(this.#feed instanceof FollowedFeed)) throw new Error(`${this.spec.symbol} follows no real venue`);
    this.#feed.take(bytes, nowNs);
    this.#reporter.settle(nowNs);
  }

  /** A client's request has been carried out. */
  commandDone(nowNs: number): void {
    this.#feed.commandDone(nowNs);
    this.#reporter.settle(nowNs);
  }

  snapshot(levelsMax: number): string {
    return this.#feed.snapshot(levelsMax);
  }

  onAccepted(order: OrderState, timeNs: number): void {
    this.ledger.onAccepted(order);
    this.orders.accepted(order, timeNs);
  }

  onExecution(execution: Execution): void {
    this.ledger.onExecution(execution);
    this.orders.executed(execution);
    this.tape.add(execution);
    this.#publisher?.trade(execution);
  }

  onCanceled(order: OrderState, timeNs: number, cancelClientOrderId: string | null): void {
    this.ledger.onCanceled(order);
    this.orders.canceled(order, timeNs, cancelClientOrderId);
  }

  onExpired(order: OrderState, timeNs: number): void {
    this.ledger.onExpired(order);
    this.orders.expired(order, timeNs);
  }

  onLevel(side: Side, price: number, quantity: number): void {
    this.#publisher?.level(side, price, quantity);
  }
}
