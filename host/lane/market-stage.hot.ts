import {
  BookDelta,
  BookImage,
  BookTop,
  Quote,
  readInt64,
  Side,
  Trade,
  writeInt64,
} from "../../abi/host/index.ts";
import type { Feed } from "../data/feeds/index.ts";
import { FeedCode, FeedKind, FeedState } from "../data/feeds/index.ts";
import { Channel, lineOf } from "../execution/gateways/index.ts";
import type { EffectList } from "./effect-list.hot.ts";
import { EffectKind } from "./effect.ts";
import type { FeatureStage } from "./feature-stage.hot.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { OutboxReader } from "./outbox-reader.hot.ts";
import type { ReferencePrices } from "./reference-prices.hot.ts";
import { QuoteCode } from "./reference-prices.hot.ts";
import type { VenueLines } from "./venue-lines.hot.ts";

const INSTRUMENT_ID_FIRST = 1;

export interface MarketParts {
  /** By instrument index. */
  readonly feeds: readonly Feed[];
  /** By instrument index: the index of its venue. */
  readonly venueOf: Int32Array;
  readonly lines: VenueLines;
  readonly prices: ReferencePrices;
  readonly features: FeatureStage;
  readonly effects: EffectList;
  readonly counters: Float64Array;
  readonly nowNs: Float64Array;
}

/** Market records of the codec: into the books, the reference prices and the feature kernels. */
export class MarketStage {
  readonly feeds: readonly Feed[];
  /** Instruments touched since `clearTouched`, each once. */
  readonly touched: Int32Array;
  touchedCount: number;
  /** Instrument of the book that took a delta last in this step, or -1. */
  lastBook: number;
  private readonly parts: MarketParts;
  private readonly isTouched: Uint8Array;
  private readonly top: Int32Array;
  private readonly quote: Int32Array;

  constructor(parts: MarketParts) {
    this.feeds = parts.feeds;
    this.touched = new Int32Array(parts.feeds.length);
    this.touchedCount = 0;
    this.lastBook = -1;
    this.parts = parts;
    this.isTouched = new Uint8Array(parts.feeds.length);
    this.top = new Int32Array(BookTop.blockLength >> 2);
    this.quote = new Int32Array(Quote.blockLength >> 2);
  }

  clearTouched(): void {
    for (let index = 0; index < this.touchedCount; index++) {
      this.isTouched[this.touched[index]!] = 0;
    }
    this.touchedCount = 0;
  }

  onQuote(reader: OutboxReader, venue: number): void {
    const { counters, prices, features } = this.parts;
    const { i32 } = reader;
    const instrument = this.instrumentOf(i32[Quote.instrumentId >> 2]!, venue);
    if (instrument < 0) return;
    const code = prices.takeQuote(i32, instrument);
    if (code !== QuoteCode.TAKEN) {
      const counter = code === QuoteCode.OLD ? LaneCounter.QUOTES_OLD : LaneCounter.QUOTES_REFUSED;
      counters[counter] = counters[counter]! + 1;
      return;
    }
    counters[LaneCounter.QUOTES] = counters[LaneCounter.QUOTES]! + 1;
    this.touch(instrument);
    writeInt64(i32, Quote.timeNs >> 2, this.parts.nowNs[0]!);
    features.onRecord(Quote.templateId, i32, Quote.blockLength);
  }

  onTrade(reader: OutboxReader, venue: number): void {
    const { counters, features } = this.parts;
    const { i32 } = reader;
    const instrument = this.instrumentOf(i32[Trade.instrumentId >> 2]!, venue);
    if (instrument < 0) return;
    const price = readInt64(i32, Trade.price >> 2);
    const size = readInt64(i32, Trade.size >> 2);
    const side = i32[Trade.aggressorSide >> 2]! & 0xff;
    const isSided = side === Side.BUY || side === Side.SELL;
    const isPlausible =
      isSided && price > 0 && size > 0 && price <= Number.MAX_SAFE_INTEGER && size <= Number.MAX_SAFE_INTEGER;
    const counter = isPlausible ? LaneCounter.TRADES : LaneCounter.TRADES_REFUSED;
    counters[counter] = counters[counter]! + 1;
    if (!isPlausible) return;
    this.touch(instrument);
    writeInt64(i32, Trade.timeNs >> 2, this.parts.nowNs[0]!);
    features.onRecord(Trade.templateId, i32, Trade.blockLength);
  }

  /** A delta or a snapshot; its groups are read where the codec wrote them. */
  onBookDelta(reader: OutboxReader, words: Int32Array, venue: number): void {
    const { counters } = this.parts;
    const instrument = this.instrumentOf(reader.i32[BookDelta.instrumentId >> 2]!, venue);
    if (instrument < 0) return;
    counters[LaneCounter.BOOK_DELTAS] = counters[LaneCounter.BOOK_DELTAS]! + 1;
    const feed = this.feeds[instrument]!;
    const isSnapshot = reader.i32[BookDelta.snapshot >> 2]! !== BookImage.DELTA;
    const code = isSnapshot
      ? feed.onSnapshot(words, reader.blockByte, reader.endByte)
      : feed.onDelta(words, reader.blockByte, reader.endByte);
    if (code === FeedCode.INVALIDATED) this.lose(instrument);
    else if (code === FeedCode.APPLIED || code === FeedCode.BECAME_LIVE) this.moved(instrument, feed);
    if (feed.needsSnapshot !== 0) this.askForSnapshot(instrument, feed);
  }

  /** The line that carried a venue's market data is gone, or has a gap: every book on it is unproven from this step on [M1]. */
  onDisconnect(venue: number): void {
    const { venueOf } = this.parts;
    for (let instrument = 0; instrument < this.feeds.length; instrument++) {
      if (venueOf[instrument] !== venue) continue;
      const feed = this.feeds[instrument]!;
      if (feed.isValid) this.lose(instrument);
      feed.onDisconnect();
    }
  }

  /** The answer to a request for a snapshot could not be read: it is asked for again with the next second. */
  missSnapshot(instrument: number): void {
    const feed = this.feeds[instrument];
    if (feed !== undefined && feed.state === FeedState.SYNCING) feed.needsSnapshot = 1;
  }

  /** Asks for the snapshots that are wanted and could not be asked for, or came unreadable. */
  askAgain(): void {
    for (let instrument = 0; instrument < this.feeds.length; instrument++) {
      const feed = this.feeds[instrument]!;
      if (feed.needsSnapshot !== 0) this.askForSnapshot(instrument, feed);
    }
  }

  /** Whether orders may be priced on an instrument: its book is proven and moving, and a price is known. */
  isUsable(instrument: number): boolean {
    const isProven = !this.feeds[instrument]!.isStale();
    this.parts.prices.prove(instrument, isProven);
    return isProven && this.parts.prices.isKnown(instrument);
  }

  touch(instrument: number): void {
    if (this.isTouched[instrument] === 1) return;
    this.isTouched[instrument] = 1;
    this.touched[this.touchedCount] = instrument;
    this.touchedCount += 1;
  }

  private moved(instrument: number, feed: Feed): void {
    const { prices, features, nowNs } = this.parts;
    this.lastBook = instrument;
    const hasMoved = prices.takeBook(instrument, feed.book.best, feed.updateId);
    this.touch(instrument);
    // A venue of this kind publishes no best bid and offer in the order of its book: the features get the book's.
    if (hasMoved && feed.kind === FeedKind.SEQUENCED) this.quoteFromBook(instrument, feed);
    feed.copyTop(this.top, 0);
    writeInt64(this.top, BookTop.timeNs >> 2, nowNs[0]!);
    features.onRecord(BookTop.templateId, this.top, BookTop.blockLength);
  }

  private quoteFromBook(instrument: number, { book, updateId }: Feed): void {
    const { quote } = this;
    const { best } = book;
    writeInt64(quote, Quote.updateId >> 2, updateId[0]!);
    writeInt64(quote, Quote.bidPrice >> 2, best[0]!);
    writeInt64(quote, Quote.bidSize >> 2, best[1]!);
    writeInt64(quote, Quote.askPrice >> 2, best[2]!);
    writeInt64(quote, Quote.askSize >> 2, best[3]!);
    quote[Quote.instrumentId >> 2] = instrument + INSTRUMENT_ID_FIRST;
    writeInt64(quote, Quote.timeNs >> 2, this.parts.nowNs[0]!);
    this.parts.features.onRecord(Quote.templateId, quote, Quote.blockLength);
  }

  private lose(instrument: number): void {
    const { counters, prices } = this.parts;
    counters[LaneCounter.INVALIDATIONS] = counters[LaneCounter.INVALIDATIONS]! + 1;
    prices.invalidate(instrument);
    this.touch(instrument);
  }

  private askForSnapshot(instrument: number, feed: Feed): void {
    const { effects, lines, venueOf } = this.parts;
    const venue = venueOf[instrument]!;
    const isAsked =
      feed.kind === FeedKind.SEQUENCED
        ? lines.renew(lineOf(venue, Channel.MARKET))
        : effects.add(EffectKind.WANT_SNAPSHOT, venue, instrument, 0, 0, 0);
    if (isAsked) feed.needsSnapshot = 0;
  }

  /** A codec speaks of its own venue's instruments: what it says of another's is about none. */
  private instrumentOf(instrumentId: number, venue: number): number {
    const { counters, venueOf } = this.parts;
    const instrument = instrumentId - INSTRUMENT_ID_FIRST;
    const isKnown = instrument >= 0 && instrument < this.feeds.length;
    if (isKnown && venueOf[instrument] === venue) return instrument;
    if (isKnown) counters[LaneCounter.FOREIGN_RECORDS] = counters[LaneCounter.FOREIGN_RECORDS]! + 1;
    counters[LaneCounter.UNKNOWN_INSTRUMENT] = counters[LaneCounter.UNKNOWN_INSTRUMENT]! + 1;
    return -1;
  }
}
