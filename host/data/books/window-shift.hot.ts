import type { PriceLadder } from "./price-ladder.hot.ts";
import { LADDER_KEY } from "./price-ladder.hot.ts";
import type { TickWindow } from "./tick-window.hot.ts";

/**
 * Moves a window so that `nextOrigin[0]` becomes the tick of its offset 0, taking levels from window to ladder and back.
 *
 * The side's best level must lie inside the new window. Hence a move towards worse prices leaves nothing behind (above the
 * best there are no levels), and only a move towards better prices pushes levels out, at the bottom.
 *
 * Costs one step for each level that changes place and, when any is pushed out, one for each level of the ladder.
 *
 * @param scale `[tickSize, 1 / tickSize]`
 * @param sign 1 for bids, -1 for asks
 */
export function shiftWindow(
  window: TickWindow,
  ladder: PriceLadder,
  scale: Float64Array,
  sign: number,
  nextOrigin: Float64Array,
): void {
  const ticks = nextOrigin[0]! - window.originTick[0]!;
  if (ticks > 0) pushOut(window, ladder, scale, ticks < window.capacity ? ticks | 0 : window.capacity);
  window.originTick[0] = nextOrigin[0]!;
  window.originSlot = (window.originSlot + ((ticks % window.capacity) | 0)) & window.mask;
  pullIn(window, ladder, scale, sign);
}

/**
 * Merges the levels below offset `end` into the ladder, from the worst to the better, in place: the ladder's own levels move
 * back by as many places as levels still have to come, and the rest stays where it is. What would land behind the ladder's
 * capacity is dropped.
 */
function pushOut(window: TickWindow, ladder: PriceLadder, scale: Float64Array, end: number): void {
  const { keys, sizes, capacity, argument } = ladder;
  const tickSize = scale[0]!;
  const originTick = window.originTick[0]!;
  let leaving = levelsBelow(window, end);
  if (leaving === 0) return;
  let own = ladder.count - 1;
  let target = own + leaving;
  const total = target + 1;
  let offset = window.atOrAbove(0);
  while (leaving > 0 || target >= capacity) {
    const key = (originTick + offset) * tickSize;
    let size = 0;
    if (leaving > 0 && (own < 0 || key < keys[own]!)) {
      const slot = (offset + window.originSlot) & window.mask;
      size = window.sizes[slot]!;
      argument[LADDER_KEY] = key;
      window.sizes[slot] = 0;
      window.unmark(slot);
      leaving--;
      offset = window.atOrAbove(offset + 1);
    } else {
      argument[LADDER_KEY] = keys[own]!;
      size = sizes[own]!;
      own--;
    }
    if (target >= capacity) {
      ladder.drop();
    } else {
      keys[target] = argument[LADDER_KEY]!;
      sizes[target] = size;
    }
    target--;
  }
  ladder.count = total < capacity ? total : capacity;
}

function levelsBelow(window: TickWindow, end: number): number {
  let levels = 0;
  let offset = window.atOrAbove(0);
  while (offset >= 0 && offset < end) {
    levels++;
    offset = window.atOrAbove(offset + 1);
  }
  return levels;
}

/** Takes the ladder's levels that lie on the grid inside the window into it, and closes the ranks of the ladder. */
function pullIn(window: TickWindow, ladder: PriceLadder, scale: Float64Array, sign: number): void {
  const { keys, sizes, count } = ladder;
  const tickSize = scale[0]!;
  const inverse = scale[1]!;
  const originTick = window.originTick[0]!;
  ladder.argument[LADDER_KEY] = (originTick + window.capacity - 1) * tickSize;
  const lowest = originTick * tickSize;
  let read = ladder.firstAtOrBelow();
  let write = read;
  for (; read < count && keys[read]! >= lowest; read++) {
    const key = keys[read]!;
    const tick = Math.floor(sign * key * inverse + 0.5);
    if (sign * tick * tickSize === key) {
      const slot = (sign * tick - originTick + window.originSlot) & window.mask;
      window.sizes[slot] = sizes[read]!;
      window.mark(slot);
    } else {
      keys[write] = key;
      sizes[write] = sizes[read]!;
      write++;
    }
  }
  if (write === read) return;
  keys.copyWithin(write, read, count);
  sizes.copyWithin(write, read, count);
  ladder.count = count - (read - write);
}
