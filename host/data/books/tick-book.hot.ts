import { BookTop, writeInt64 } from "../../../abi/host/index.ts";
import { BestCell, BOOK_COUNTER_COUNT, BookCode, BookCounter, BookSide } from "./book-code.ts";
import { TickBookSide } from "./tick-book-side.hot.ts";

/** Levels of each side in a BookTop record. */
export const BOOK_TOP_LEVELS_MAX = 10;

/** What a book is made for. */
export interface TickBookOptions {
  /** The instrument's tick as a price mantissa: a safe integer of 1 or more. Prices off this grid are kept too, more slowly. */
  readonly tickSize: number;
  /** Ticks of each side's window: a power of two from 1,024 to 1,048,576. 2^17 unless told; 1.1 MB a side. */
  readonly windowTicks?: number;
  /** Levels of each side that may lie outside the window or off the grid, 1 to 2^20. 16,384 unless told; 256 KB a side. */
  readonly ladderCapacity?: number;
}

/**
 * An order book by price, from absolute sizes. Levels near the best lie in a window of ticks, all others in a sorted ladder.
 *
 * One delta is `applyGroup` for each side and then `finishDelta`; the two groups apart may cross, the whole may not.
 * When the ladder is full, the level farthest from the best is dropped and counted; should the best ever come down to a
 * dropped price, `finishDelta` answers `INCOMPLETE`. A caller that gets any code but `OK` must `clear` the book.
 *
 * Nothing here allocates but the constructor.
 */
export class TickBook {
  /** Price and size mantissas of the best levels, see `BestCell`; 0 where a side is empty. Read only. */
  readonly best: Float64Array;
  /** See `BookCounter`. Read only. */
  readonly counters: Float64Array;
  private readonly bids: TickBookSide;
  private readonly asks: TickBookSide;
  private readonly topPrices: Float64Array;
  private readonly topSizes: Float64Array;

  /** @throws RangeError when an option is out of its range. */
  constructor(options: TickBookOptions) {
    const { tickSize, windowTicks = 131_072, ladderCapacity = 16_384 } = options;
    if (!Number.isSafeInteger(tickSize) || tickSize < 1) {
      throw new RangeError(
        `tick book: tickSize ${tickSize} must be a price mantissa, a safe integer of 1 or more`,
      );
    }
    this.best = new Float64Array(4);
    this.counters = new Float64Array(BOOK_COUNTER_COUNT);
    const scale = new Float64Array([tickSize, 1 / tickSize]);
    const { best, counters } = this;
    this.bids = new TickBookSide(1, windowTicks, ladderCapacity, scale, best, BestCell.BID_PRICE, counters);
    this.asks = new TickBookSide(-1, windowTicks, ladderCapacity, scale, best, BestCell.ASK_PRICE, counters);
    this.topPrices = new Float64Array(BOOK_TOP_LEVELS_MAX);
    this.topSizes = new Float64Array(BOOK_TOP_LEVELS_MAX);
  }

  /** Ticks of each side's window. */
  get windowTicks(): number {
    return this.bids.window.capacity;
  }

  /** Levels held on the bid side. 0: the best bid's cells mean nothing. */
  get bidCount(): number {
    return this.bids.levelCount;
  }

  /** Levels held on the ask side. */
  get askCount(): number {
    return this.asks.levelCount;
  }

  /**
   * Applies the entries of one group: price and size as signed 64-bit mantissas at the start of each entry, size 0 removes.
   *
   * @param firstByte offset of the first entry in `i32`, a multiple of 4
   * @param entryBytes from one entry to the next: 16 or more, a multiple of 4
   * @returns `VALUE_REFUSED` when the entries do not lie inside `i32` (nothing is applied) or one holds a value that is
   *   negative or unsafe (those before it are applied); else `OK`
   */
  applyGroup(side: number, i32: Int32Array, firstByte: number, entryBytes: number, count: number): number {
    if (count === 0) return BookCode.OK;
    const inside = firstByte >= 0 && count > 0 && firstByte + entryBytes * count <= i32.length * 4;
    if (!inside || entryBytes < 16 || ((firstByte | entryBytes) & 3) !== 0) return BookCode.VALUE_REFUSED;
    const ladderSide = side === BookSide.BID ? this.bids : this.asks;
    return ladderSide.apply(i32, firstByte >> 2, entryBytes >> 2, count);
  }

  /** To be called after both groups of a delta: `CROSSED` (or locked), `INCOMPLETE` or `OK`. */
  finishDelta(): number {
    const best = this.best;
    this.counters[BookCounter.LEVELS_DROPPED] = this.bids.ladder.droppedCount + this.asks.ladder.droppedCount;
    if ((this.bids.incomplete | this.asks.incomplete) !== 0) return BookCode.INCOMPLETE;
    if (this.bids.levelCount === 0 || this.asks.levelCount === 0) return BookCode.OK;
    return best[BestCell.BID_PRICE]! < best[BestCell.ASK_PRICE]! ? BookCode.OK : BookCode.CROSSED;
  }

  /** Forgets every level. Counters stay. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /**
   * Writes the ten best levels of both sides and their counts into the block of a BookTop record; unused levels become 0.
   * The caller fills timeNs, updateId and instrumentId.
   */
  copyTop(target: Int32Array, blockByte: number): void {
    const bidCount = this.bids.readLevels(this.topPrices, this.topSizes);
    this.writeTop(
      target,
      (blockByte + BookTop.bidPrices) >> 2,
      (blockByte + BookTop.bidSizes) >> 2,
      bidCount,
    );
    const askCount = this.asks.readLevels(this.topPrices, this.topSizes);
    this.writeTop(
      target,
      (blockByte + BookTop.askPrices) >> 2,
      (blockByte + BookTop.askSizes) >> 2,
      askCount,
    );
    target[(blockByte + BookTop.bidCount) >> 2] = bidCount | (askCount << 16);
  }

  /**
   * Writes the levels of a side, best first, until the arrays are full; returns how many. For state hashes and tests.
   * Ends, as `copyTop` does, at the price where levels were dropped.
   */
  readLevels(side: number, prices: Float64Array, sizes: Float64Array): number {
    return (side === BookSide.BID ? this.bids : this.asks).readLevels(prices, sizes);
  }

  private writeTop(target: Int32Array, firstPriceWord: number, firstSizeWord: number, count: number): void {
    const prices = this.topPrices;
    const sizes = this.topSizes;
    for (let level = 0; level < BOOK_TOP_LEVELS_MAX; level++) {
      writeInt64(target, firstPriceWord + 2 * level, level < count ? prices[level]! : 0);
      writeInt64(target, firstSizeWord + 2 * level, level < count ? sizes[level]! : 0);
    }
  }
}
