import { BookImage } from "../../abi/host/index.ts";
import { BookSide, TickBook } from "../../host/data/books/index.ts";
import type { FeedCode } from "../../host/data/feeds/index.ts";
import { SequencedFeed } from "../../host/data/feeds/index.ts";
import type { BookDeltaValues } from "./book-records.ts";
import { BookRecordMemory } from "./book-records.ts";

/** A feed of a numbered line with its book and clock, fed with records by their values. Instrument 1, tick 10, stale after 1,000 ns. */
export class SequencedFeedUnderTest {
  static readonly LINE = 4;
  readonly nowNs: Float64Array = new Float64Array(1);
  readonly heardNs: Float64Array = new Float64Array(16);
  readonly book: TickBook;
  readonly feed: SequencedFeed;
  private readonly memory: BookRecordMemory = new BookRecordMemory(65_536);
  private id = 0;

  constructor(staleAfterNs = 1000) {
    this.book = new TickBook({ tickSize: 10, windowTicks: 1024, ladderCapacity: 64 });
    this.feed = new SequencedFeed({
      instrumentId: 1,
      book: this.book,
      nowNs: this.nowNs,
      heardNs: this.heardNs,
      line: SequencedFeedUnderTest.LINE,
      staleAfterNs,
    });
  }

  /** A record by the way that the host gives it. */
  give(image: BookImage, values: Partial<BookDeltaValues>): FeedCode {
    return this.giveAs(image === BookImage.DELTA ? "onDelta" : "onSnapshot", image, values);
  }

  giveAs(way: "onDelta" | "onSnapshot", image: BookImage, values: Partial<BookDeltaValues>): FeedCode {
    this.memory.rewind();
    this.id += 1;
    const ids = { firstUpdateId: this.id, lastUpdateId: this.id };
    const { blockByte, limitByte } = this.memory.write({
      ...ids,
      snapshot: image,
      bids: [],
      asks: [],
      ...values,
    });
    return this.feed[way](this.memory.i32, blockByte, limitByte);
  }

  /** Every level of both sides, best first. */
  levels(): { readonly bids: number[][]; readonly asks: number[][] } {
    return { bids: this.side(BookSide.BID), asks: this.side(BookSide.ASK) };
  }

  private side(side: BookSide): number[][] {
    const prices = new Float64Array(1000);
    const sizes = new Float64Array(1000);
    const count = this.book.readLevels(side, prices, sizes);
    return Array.from({ length: count }, (_, index) => [
      prices[index] ?? Number.NaN,
      sizes[index] ?? Number.NaN,
    ]);
  }
}
