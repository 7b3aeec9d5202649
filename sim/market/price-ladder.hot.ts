import { doubled } from "./growth.ts";
import { createPriceLevel } from "./price-level.ts";
import type { PriceLevel } from "./price-level.ts";
import type { Side } from "./types.ts";

const CAPACITY_INITIAL = 256;
// Most commands touch the first few levels; beyond this many steps a binary search is quicker.
const LINEAR_STEPS_MAX = 6;

/**
 * The price levels of one side, sorted so that the best is last: orders come and go near the best price, and so little
 * is moved. Keys are the price for bids and its negative for asks; the greatest key is the best on either side.
 * Level objects are kept for reuse, in the tail of the same array.
 */
export class PriceLadder {
  count = 0;
  private readonly sign: number;
  private keys: Float64Array = new Float64Array(CAPACITY_INITIAL);
  private readonly levels: PriceLevel[] = [];

  constructor(side: Side) {
    this.sign = side === 1 ? 1 : -1;
  }

  best(): PriceLevel | null {
    return this.at(0);
  }

  /** The level so many places behind the best, or null. */
  at(rank: number): PriceLevel | null {
    const index = this.count - 1 - rank;
    if (index < 0) return null;
    const level = this.levels[index];
    return level === undefined ? null : level;
  }

  /** The level with this price, made when absent. */
  obtain(price: number): PriceLevel {
    const key = this.sign * price;
    const index = this.position(key);
    const found = this.levels[index];
    if (found !== undefined && index < this.count && this.keys[index] === key) return found;
    return this.insert(index, key, price);
  }

  /** Takes an empty level out; its object may be handed out again by obtain. */
  remove(level: PriceLevel): void {
    const last = this.count - 1;
    const keys = this.keys;
    const levels = this.levels;
    for (let index = this.position(this.sign * level.price); index < last; index += 1) {
      keys[index] = keys[index + 1]!;
      const next = levels[index + 1];
      if (next !== undefined) levels[index] = next;
    }
    levels[last] = level;
    this.count = last;
  }

  /** The index of the first key that is not below the given one. */
  private position(key: number): number {
    const keys = this.keys;
    let high = this.count;
    const linearEnd = high - LINEAR_STEPS_MAX;
    while (high > 0 && high > linearEnd) {
      if (keys[high - 1]! < key) return high;
      high -= 1;
    }
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private insert(index: number, key: number, price: number): PriceLevel {
    if (this.count === this.keys.length) this.keys = doubled(this.keys);
    const keys = this.keys;
    const levels = this.levels;
    const spare = levels[this.count];
    const level = spare === undefined ? createPriceLevel() : spare;
    for (let target = this.count; target > index; target -= 1) {
      keys[target] = keys[target - 1]!;
      const previous = levels[target - 1];
      if (previous !== undefined) levels[target] = previous;
    }
    keys[index] = key;
    levels[index] = level;
    level.price = price;
    this.count += 1;
    return level;
  }
}
