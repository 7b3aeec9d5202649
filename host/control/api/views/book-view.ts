import { z } from "zod";
import { BookSide } from "../../../data/books/index.ts";
import { FeedCounter, FeedState } from "../../../data/feeds/index.ts";
import type { BuiltLane } from "../../../lane/index.ts";
import { amountSchema } from "./amount-schema.ts";
import { amountOf } from "./exact-amount.ts";
import { placeOf } from "./instrument-place.ts";

export const BOOK_LEVELS_MAX = 100;

export interface LevelView {
  readonly price: string;
  readonly size: string;
}

/** One instrument's book. Without levels while it is not proven. */
export interface BookView {
  readonly venue: string;
  readonly symbol: string;
  readonly isLive: boolean;
  readonly isStale: boolean;
  readonly gaps: number;
  /** Best first. */
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
}

export interface BooksView {
  readonly books: readonly BookView[];
}

const level = z.strictObject({ price: amountSchema, size: amountSchema });

export const booksSchema: z.ZodType<BooksView> = z.strictObject({
  books: z.array(
    z.strictObject({
      venue: z.string(),
      symbol: z.string(),
      isLive: z.boolean(),
      isStale: z.boolean(),
      gaps: z.int().min(0),
      bids: z.array(level),
      asks: z.array(level),
    }),
  ),
});

export function booksOf(built: BuiltLane, levels: number): BooksView {
  return { books: built.configuration.instruments.map((_, index) => bookOf(built, index, levels)) };
}

function bookOf({ lane, configuration }: BuiltLane, index: number, levels: number): BookView {
  const feed = lane.parts.market.feeds[index];
  const instrument = configuration.instruments[index];
  const isLive = feed?.state === FeedState.LIVE;
  const side = (which: number): LevelView[] => {
    if (feed === undefined || !isLive || levels === 0) return [];
    const prices = new Float64Array(levels);
    const sizes = new Float64Array(levels);
    const count = feed.book.readLevels(which, prices, sizes);
    return Array.from({ length: count }, (_, at) => ({
      price: amountOf(prices[at], instrument?.priceExponent),
      size: amountOf(sizes[at], instrument?.sizeExponent),
    }));
  };
  return {
    ...placeOf(configuration, index),
    isLive,
    isStale: feed?.isStale() ?? true,
    gaps: feed?.counters[FeedCounter.GAPS] ?? 0,
    bids: side(BookSide.BID),
    asks: side(BookSide.ASK),
  };
}
