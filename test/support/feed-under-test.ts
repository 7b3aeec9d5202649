import { BookSide, TickBook } from "../../host/data/books/index.ts";
import { UpdateIdFeed } from "../../host/data/feeds/index.ts";
import type { FeedCode } from "../../host/data/feeds/index.ts";
import { BookRecordMemory } from "./book-records.ts";
import type { BookDeltaValues } from "./book-records.ts";

/** A feed with its book and clock, fed with records by their values. Instrument 1, tick 10, stale after 1,000 ns. */
export class FeedUnderTest {
  readonly nowNs: Float64Array = new Float64Array(1);
  readonly book: TickBook;
  readonly feed: UpdateIdFeed;
  private readonly memory: BookRecordMemory = new BookRecordMemory(65_536);

  constructor(bufferBytes = 4096, ladderCapacity = 64) {
    this.book = new TickBook({ tickSize: 10, windowTicks: 1024, ladderCapacity });
    this.feed = new UpdateIdFeed({
      instrumentId: 1,
      book: this.book,
      nowNs: this.nowNs,
      staleAfterNs: 1000,
      bufferBytes,
    });
  }

  delta(firstUpdateId: number, lastUpdateId: number, sides?: Partial<BookDeltaValues>): FeedCode {
    this.memory.rewind();
    const values = { firstUpdateId, lastUpdateId, bids: [], asks: [], ...sides };
    const { blockByte, limitByte } = this.memory.write(values);
    return this.feed.onDelta(this.memory.i32, blockByte, limitByte);
  }

  snapshot(lastUpdateId: number, sides?: Partial<BookDeltaValues>): FeedCode {
    this.memory.rewind();
    const values = { firstUpdateId: lastUpdateId, lastUpdateId, snapshot: 1, bids: [], asks: [], ...sides };
    const { blockByte, limitByte } = this.memory.write(values);
    return this.feed.onSnapshot(this.memory.i32, blockByte, limitByte);
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

/** A snapshot with bid and ask two ticks apart. */
export const SNAPSHOT = { bids: [[1000, 5]], asks: [[1020, 5]] } as const;

/** How a feed gets into each state. Where anything is buffered or booked, the last id is 20. */
export const feedStarts: Readonly<Record<string, () => FeedUnderTest>> = {
  empty,
  syncing,
  bare,
  bridging,
  live,
};

function empty(): FeedUnderTest {
  return new FeedUnderTest();
}

export function syncing(): FeedUnderTest {
  const under = empty();
  under.delta(11, 20, { bids: [[1010, 3]] });
  return settled(under);
}

/** SYNCING with nothing buffered, after a broken record on a live book. */
function bare(): FeedUnderTest {
  const under = live();
  under.delta(30, 29);
  return settled(under);
}

function bridging(): FeedUnderTest {
  const under = syncing();
  under.snapshot(20, SNAPSHOT);
  return settled(under);
}

export function live(): FeedUnderTest {
  const under = syncing();
  under.snapshot(15, SNAPSHOT);
  return settled(under);
}

function settled(under: FeedUnderTest): FeedUnderTest {
  under.feed.needsSnapshot = 0;
  return under;
}
