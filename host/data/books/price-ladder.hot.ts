import { committed } from "../../../abi/host/index.ts";
/** Index of the key to look for, and of the size to put, in `PriceLadder.argument`. */
export const LADDER_KEY = 0;
export const LADDER_SIZE = 1;

/**
 * The levels that do not fit a window: outside of it, or off the tick grid. Two parallel arrays sorted best first, so that a
 * snapshot, which comes best first, is appended, and the level to give up when the ladder is full is the last one.
 *
 * A key is the price times the side's sign (1 for bids, -1 for asks): a higher key is a better price on both sides.
 *
 * When the ladder is full the level farthest from the best makes room, and the best key ever given up is kept in `dropped`:
 * a book whose best level has come down to it is incomplete and says so.
 */
export class PriceLadder {
  readonly keys: Float64Array;
  readonly sizes: Float64Array;
  readonly capacity: number;
  /** The double arguments of `put` and `firstAtOrBelow`: [key, size]. */
  readonly argument: Float64Array;
  /** One cell: the best key that was dropped since the last `clear`, -Infinity when none was. */
  readonly dropped: Float64Array;
  count: number;
  droppedCount: number;

  /** @throws RangeError when `capacity` is not a whole number from 1 to 2^20. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 1_048_576) {
      throw new RangeError(
        `price ladder: capacity ${capacity} must be a whole number of levels from 1 to 1048576`,
      );
    }
    this.keys = committed(new Float64Array(capacity));
    this.sizes = committed(new Float64Array(capacity));
    this.capacity = capacity;
    this.argument = new Float64Array(2);
    this.dropped = new Float64Array(1).fill(-Infinity);
    this.count = 0;
    this.droppedCount = 0;
  }

  /** The index of the first level whose key is at or below the argument's, `count` when there is none. */
  firstAtOrBelow(): number {
    const keys = this.keys;
    const key = this.argument[LADDER_KEY]!;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Sets the argument's size at its key; 0 removes. Returns 1 when a level that is not there was to be removed, else 0. */
  put(): number {
    const index = this.firstAtOrBelow();
    const size = this.argument[LADDER_SIZE]!;
    const count = this.count;
    if (index < count && this.keys[index] === this.argument[LADDER_KEY]) {
      if (size === 0) this.removeAt(index);
      else this.sizes[index] = size;
      return 0;
    }
    if (size === 0) return 1;
    this.insertAt(index);
    return 0;
  }

  /** Counts the level at the argument's key as given up. */
  drop(): void {
    this.droppedCount++;
    const key = this.argument[LADDER_KEY]!;
    if (key > this.dropped[0]!) this.dropped[0] = key;
  }

  clear(): void {
    this.count = 0;
    this.dropped[0] = -Infinity;
  }

  private removeAt(index: number): void {
    const count = this.count;
    this.keys.copyWithin(index, index + 1, count);
    this.sizes.copyWithin(index, index + 1, count);
    this.count = count - 1;
  }

  private insertAt(index: number): void {
    const keys = this.keys;
    const argument = this.argument;
    let count = this.count;
    if (count === this.capacity) {
      if (index === count) return this.drop();
      const key = argument[LADDER_KEY]!;
      argument[LADDER_KEY] = keys[--count]!;
      this.drop();
      argument[LADDER_KEY] = key;
    }
    keys.copyWithin(index + 1, index, count);
    this.sizes.copyWithin(index + 1, index, count);
    keys[index] = argument[LADDER_KEY]!;
    this.sizes[index] = argument[LADDER_SIZE]!;
    this.count = count + 1;
  }
}
