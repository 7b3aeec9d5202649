import { committed } from "../../../abi/host/index.ts";
/** Least and greatest capacity of a window, in ticks: the top level of the bitmaps stays between 1 and 32 words. */
export const WINDOW_TICKS_MIN = 1024;
export const WINDOW_TICKS_MAX = 1_048_576;

/**
 * A window of consecutive ticks with one size each, and three levels of bitmaps over them.
 *
 * ```
 * offset   0 ─────────────────────────────── capacity - 1      (offset 0 is the worst price, capacity - 1 the best)
 * slot     (offset + originSlot) & mask                        (a ring: moving the window moves the origin, not the sizes)
 *
 * sizes    Float64Array[capacity]            0: no level
 * words    Int32Array[capacity / 32]         bit set: the slot holds a level
 * groups   Int32Array[capacity / 1024]       bit set: the word is not 0
 * tops     Int32Array[capacity / 32768]      bit set: the group is not 0; at most 32 words, scanned one by one
 * ```
 *
 * The caller reads and writes `sizes` itself and calls `mark` or `unmark` when a slot turns from 0 or to 0. Only integers
 * cross the methods: a double would be boxed, 16 bytes a call, wherever the call is not inlined.
 */
export class TickWindow {
  readonly sizes: Float64Array;
  /** One cell: the signed tick of offset 0. A field would be boxed at each write, a cell is not. */
  readonly originTick: Float64Array;
  readonly capacity: number;
  readonly mask: number;
  originSlot: number;
  levelCount: number;
  private readonly words: Int32Array;
  private readonly groups: Int32Array;
  private readonly tops: Int32Array;

  /** @throws RangeError when `capacity` is no power of two from 1,024 to 1,048,576. */
  constructor(capacity: number) {
    if (
      !(capacity >= WINDOW_TICKS_MIN && capacity <= WINDOW_TICKS_MAX) ||
      (capacity & (capacity - 1)) !== 0
    ) {
      throw new RangeError(
        `tick window: capacity ${capacity} must be a power of two from ${WINDOW_TICKS_MIN} to ${WINDOW_TICKS_MAX} ticks`,
      );
    }
    this.sizes = committed(new Float64Array(capacity));
    this.originTick = new Float64Array(1);
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.originSlot = 0;
    this.levelCount = 0;
    this.words = committed(new Int32Array(capacity >>> 5));
    this.groups = new Int32Array(capacity >>> 10);
    this.tops = new Int32Array(Math.max(1, capacity >>> 15));
  }

  /** Notes that `slot`, empty until now, holds a level. */
  mark(slot: number): void {
    const words = this.words;
    const word = slot >>> 5;
    const bits = words[word]!;
    if (bits === 0) {
      const group = word >>> 5;
      const groups = this.groups;
      if (groups[group] === 0) this.tops[group >>> 5]! |= 1 << (group & 31);
      groups[group]! |= 1 << (word & 31);
    }
    words[word] = bits | (1 << (slot & 31));
    this.levelCount++;
  }

  /** Notes that `slot`, which held a level, is empty. */
  unmark(slot: number): void {
    const words = this.words;
    const word = slot >>> 5;
    const bits = words[word]! & ~(1 << (slot & 31));
    words[word] = bits;
    if (bits === 0) {
      const group = word >>> 5;
      const groupBits = this.groups[group]! & ~(1 << (word & 31));
      this.groups[group] = groupBits;
      if (groupBits === 0) this.tops[group >>> 5]! &= ~(1 << (group & 31));
    }
    this.levelCount--;
  }

  /** The highest offset below `offset` (1 to capacity) that holds a level, or -1. */
  below(offset: number): number {
    const origin = this.originSlot;
    const mask = this.mask;
    if (offset <= 0) return -1;
    let slot = this.highestFrom((offset - 1 + origin) & mask);
    if (slot < 0) slot = this.highestFrom(mask);
    if (slot < 0) return -1;
    const found = (slot - origin) & mask;
    return found < offset ? found : -1;
  }

  /** The lowest offset at or above `offset` (0 to capacity) that holds a level, or -1. */
  atOrAbove(offset: number): number {
    const origin = this.originSlot;
    const mask = this.mask;
    if (offset > mask) return -1;
    let slot = this.lowestFrom((offset + origin) & mask);
    if (slot < 0) slot = this.lowestFrom(0);
    if (slot < 0) return -1;
    const found = (slot - origin) & mask;
    return found >= offset ? found : -1;
  }

  /** Forgets every level; costs one step for each 32 ticks of capacity and one for each level's word. */
  clear(): void {
    if (this.levelCount === 0) return;
    const words = this.words;
    const sizes = this.sizes;
    for (let word = 0; word < words.length; word++) {
      if (words[word] === 0) continue;
      words[word] = 0;
      const end = (word + 1) << 5;
      for (let slot = word << 5; slot < end; slot++) sizes[slot] = 0;
    }
    this.groups.fill(0);
    this.tops.fill(0);
    this.levelCount = 0;
  }

  /** The highest slot at or below `slot` that holds a level, in slot order, or -1. */
  private highestFrom(slot: number): number {
    let word = slot >>> 5;
    let bits = this.words[word]! & (-1 >>> (31 - (slot & 31)));
    if (bits !== 0) return (word << 5) | (31 - Math.clz32(bits));
    let group = word >>> 5;
    bits = this.groups[group]! & ((1 << (word & 31)) - 1);
    if (bits === 0) {
      let top = group >>> 5;
      bits = this.tops[top]! & ((1 << (group & 31)) - 1);
      while (bits === 0) {
        if (top === 0) return -1;
        bits = this.tops[--top]!;
      }
      group = (top << 5) | (31 - Math.clz32(bits));
      bits = this.groups[group]!;
    }
    word = (group << 5) | (31 - Math.clz32(bits));
    return (word << 5) | (31 - Math.clz32(this.words[word]!));
  }

  /** The lowest slot at or above `slot` that holds a level, in slot order, or -1. `-2 << 31` is 0: no bit above bit 31. */
  private lowestFrom(slot: number): number {
    let word = slot >>> 5;
    let bits = this.words[word]! & (-1 << (slot & 31));
    if (bits !== 0) return (word << 5) | (31 - Math.clz32(bits & -bits));
    let group = word >>> 5;
    bits = this.groups[group]! & (-2 << (word & 31));
    if (bits === 0) {
      let top = group >>> 5;
      bits = this.tops[top]! & (-2 << (group & 31));
      while (bits === 0) {
        if (++top === this.tops.length) return -1;
        bits = this.tops[top]!;
      }
      group = (top << 5) | (31 - Math.clz32(bits & -bits));
      bits = this.groups[group]!;
    }
    word = (group << 5) | (31 - Math.clz32(bits & -bits));
    bits = this.words[word]!;
    return (word << 5) | (31 - Math.clz32(bits & -bits));
  }
}
