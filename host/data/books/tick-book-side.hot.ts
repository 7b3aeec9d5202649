import { BookCode, BookCounter } from "./book-code.ts";
import { LADDER_KEY, LADDER_SIZE, PriceLadder } from "./price-ladder.hot.ts";
import { TickWindow } from "./tick-window.hot.ts";
import { shiftWindow } from "./window-shift.hot.ts";

const TWO_32 = 4_294_967_296;
/** Bits 53 to 63 of a 64-bit value, as bits of its high half: all 0 in a safe integer of 0 or more. */
const UNSAFE_HIGH_SHIFT = 21;

/**
 * One side of a book. Works on keys (price times `sign`, see `PriceLadder`), so that bids and asks are the same code.
 *
 * The window follows the best level: after a group it is moved when the best has left the band between half of the window
 * and 31/32 of it, and then stands so that 7/8 of the window lie behind the best, where most levels are.
 */
export class TickBookSide {
  readonly window: TickWindow;
  readonly ladder: PriceLadder;
  readonly sign: number;
  private readonly scale: Float64Array;
  private readonly best: Float64Array;
  private readonly bestCell: number;
  private readonly counters: Float64Array;
  private readonly nextOrigin: Float64Array;
  private readonly lowOffset: number;
  private readonly highOffset: number;
  private readonly targetOffset: number;
  /** Offset of the best level of the window, -1 when the window is empty. */
  private bestOffset: number;

  /**
   * @param sign 1 for bids, -1 for asks
   * @param scale `[tickSize, 1 / tickSize]`
   * @param best where this side keeps price and size of its best level, at `bestCell` and `bestCell + 1`
   */
  constructor(
    sign: number,
    windowTicks: number,
    ladderCapacity: number,
    scale: Float64Array,
    best: Float64Array,
    bestCell: number,
    counters: Float64Array,
  ) {
    this.window = new TickWindow(windowTicks);
    this.ladder = new PriceLadder(ladderCapacity);
    this.sign = sign;
    this.scale = scale;
    this.best = best;
    this.bestCell = bestCell;
    this.counters = counters;
    this.nextOrigin = new Float64Array(1);
    this.lowOffset = windowTicks / 2;
    this.highOffset = windowTicks - windowTicks / 32;
    this.targetOffset = windowTicks - windowTicks / 8;
    this.bestOffset = -1;
  }

  get levelCount(): number {
    return this.window.levelCount + this.ladder.count;
  }

  /** 1 when the true best may be among the levels dropped from a full ladder, else 0. */
  get incomplete(): number {
    const ladder = this.ladder;
    if (ladder.dropped[0] === -Infinity) return 0;
    if (this.levelCount === 0) return 1;
    return this.sign * this.best[this.bestCell]! > ladder.dropped[0]! ? 0 : 1;
  }

  /** Applies `count` (1 or more) entries of price and size from word index `word` on, `entryWords` apart. */
  apply(i32: Int32Array, word: number, entryWords: number, count: number): number {
    if (this.levelCount === 0) this.centreOn(i32, word);
    const window = this.window;
    const sizes = window.sizes;
    const mask = window.mask;
    const originTick = window.originTick[0]!;
    const originSlot = window.originSlot;
    const sign = this.sign;
    const tickSize = this.scale[0]!;
    const inverse = this.scale[1]!;
    let absent = 0;
    let outside = 0;
    let index = 0;
    for (let at = word; index < count; index++, at += entryWords) {
      const priceHigh = i32[at + 1]!;
      const sizeHigh = i32[at + 3]!;
      if ((priceHigh | sizeHigh) >>> UNSAFE_HIGH_SHIFT !== 0) break;
      const price = priceHigh * TWO_32 + (i32[at]! >>> 0);
      const size = sizeHigh * TWO_32 + (i32[at + 2]! >>> 0);
      const tick = Math.floor(price * inverse + 0.5);
      const distance = sign * tick - originTick;
      if (distance >= 0 && distance <= mask && tick * tickSize === price) {
        const offset = distance | 0;
        const slot = (offset + originSlot) & mask;
        const wasEmpty = sizes[slot] === 0;
        sizes[slot] = size;
        if (wasEmpty !== (size === 0)) this.turn(slot, offset);
        else if (wasEmpty) absent++;
      } else {
        this.ladder.argument[LADDER_KEY] = sign * price;
        this.ladder.argument[LADDER_SIZE] = size;
        absent += this.ladder.put();
        outside++;
      }
    }
    const counters = this.counters;
    counters[BookCounter.LEVELS]! += index;
    counters[BookCounter.ABSENT_REMOVALS]! += absent;
    counters[BookCounter.OUTSIDE_WINDOW]! += outside;
    this.refreshBest();
    return index === count ? BookCode.OK : BookCode.VALUE_REFUSED;
  }

  clear(): void {
    this.window.clear();
    this.ladder.clear();
    this.bestOffset = -1;
    this.refreshBest();
  }

  /**
   * Writes price and size of the best levels, best first, until the arrays are full. Returns how many there were.
   * Stops where levels were dropped: what lies beyond is not known whole, and is not shown.
   */
  readLevels(prices: Float64Array, sizes: Float64Array): number {
    const { window, ladder, sign } = this;
    const tickSize = this.scale[0]!;
    const originTick = window.originTick[0]!;
    const room = prices.length;
    const dropped = ladder.dropped[0]!;
    let offset = this.bestOffset;
    let rung = 0;
    let count = 0;
    for (; count < room; count++) {
      const windowKey = offset < 0 ? -Infinity : (originTick + offset) * tickSize;
      const ladderKey = rung < ladder.count ? ladder.keys[rung]! : -Infinity;
      if (windowKey <= dropped && ladderKey <= dropped) break;
      // Adding 0 turns the -0 of an ask at price 0 into 0.
      if (windowKey > ladderKey) {
        prices[count] = sign * windowKey + 0;
        sizes[count] = window.sizes[(offset + window.originSlot) & window.mask]!;
        offset = window.below(offset);
      } else {
        prices[count] = sign * ladderKey + 0;
        sizes[count] = ladder.sizes[rung]!;
        rung++;
      }
    }
    return count;
  }

  /** Notes that a slot of the window has turned from empty to holding a level, or back. */
  private turn(slot: number, offset: number): void {
    const window = this.window;
    if (window.sizes[slot] !== 0) {
      window.mark(slot);
      if (offset > this.bestOffset) this.bestOffset = offset;
    } else {
      window.unmark(slot);
      if (offset === this.bestOffset) this.bestOffset = window.below(offset);
    }
  }

  /** Sets the empty window around the first price to come. That price is not checked yet: a bad one only misplaces the window. */
  private centreOn(i32: Int32Array, word: number): void {
    const price = i32[word + 1]! * TWO_32 + (i32[word]! >>> 0);
    this.window.originTick[0] = this.sign * Math.floor(price * this.scale[1]!) - this.targetOffset;
  }

  /** Writes the best level to its cells, and lets the window follow it. */
  private refreshBest(): void {
    const { window, ladder, best, bestCell } = this;
    const offset = this.bestOffset;
    let key = -Infinity;
    let size = 0;
    if (offset >= 0) {
      key = (window.originTick[0]! + offset) * this.scale[0]!;
      size = window.sizes[(offset + window.originSlot) & window.mask]!;
    }
    if (ladder.count > 0 && ladder.keys[0]! > key) {
      key = ladder.keys[0]!;
      size = ladder.sizes[0]!;
    }
    best[bestCell] = size === 0 ? 0 : this.sign * key + 0;
    best[bestCell + 1] = size;
    if (size !== 0) this.followBest();
  }

  /** Moves the window when the best level has left the middle of it. */
  private followBest(): void {
    const { window, best, bestCell, sign } = this;
    const tick = Math.floor(sign * best[bestCell]! * this.scale[1]!);
    const distance = tick - window.originTick[0]!;
    if (distance >= this.lowOffset && distance < this.highOffset) return;
    this.nextOrigin[0] = tick - this.targetOffset;
    shiftWindow(window, this.ladder, this.scale, sign, this.nextOrigin);
    this.bestOffset = window.below(window.capacity);
    this.counters[BookCounter.RECENTRES]!++;
  }
}
