import type { PluginKind } from "../abi/host/index.ts";
import type { PluginSlot } from "../host/engine/index.ts";
import { SeededRandom } from "../host/platform/index.ts";

/** Events between a candidate's first and its promotion, and between that and the end of its probation: 1 to this many. */
const BESIDE_EVENTS_MAX = 32;
/** Each is drawn as often as the others. */
export const swapKinds: readonly PluginKind[] = ["venue", "feature", "agent", "ensemble", "risk"];

/** One swap: its three changes, each before the event of that number, counted from 0. */
export interface PlannedSwap {
  readonly slot: PluginSlot;
  readonly shadowAt: number;
  readonly promoteAt: number;
  readonly settleAt: number;
}

/**
 * So many swaps, one after the other, in a stretch of events: a kind is drawn, then one of its slots, then the three places. The same seed gives the
 * same swaps. Throws RangeError where the stretch is too short for them.
 */
export function swapSchedule(
  slots: readonly PluginSlot[],
  seed: number,
  swaps: number,
  events: number,
): PlannedSwap[] {
  const random = new SeededRandom(seed);
  const below = (limit: number): number => Math.floor(random.fraction() * limit);
  const stretch = Math.floor(events / swaps);
  const free = stretch - 2 * BESIDE_EVENTS_MAX;
  if (free < 1)
    throw new RangeError(`${swaps} swaps need ${swaps * (2 * BESIDE_EVENTS_MAX + 1)} events, not ${events}`);
  return Array.from({ length: swaps }, (_, swap) => {
    const kind = swapKinds[below(swapKinds.length)];
    const ofKind = slots.filter((slot) => slot.kind === kind);
    const slot = ofKind[below(ofKind.length)];
    if (slot === undefined) throw new RangeError(`the lane has no plugin of kind ${kind ?? ""} to swap`);
    const shadowAt = swap * stretch + below(free);
    const promoteAt = shadowAt + 1 + below(BESIDE_EVENTS_MAX);
    return { slot, shadowAt, promoteAt, settleAt: promoteAt + 1 + below(BESIDE_EVENTS_MAX) };
  });
}
