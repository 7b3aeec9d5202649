import { LineSequence, readInt64 } from "../../abi/host/index.ts";
import { channelOf, LINES_MAX, venueOf } from "../execution/gateways/index.ts";
import type { EffectList } from "./effect-list.hot.ts";
import { EffectKind } from "./effect.ts";
import { LaneCounter } from "./lane-counters.ts";

/** Before the first message of a line: it may begin with any number. */
const ANY = -1;

/**
 * The lines of all venues: the count of their messages where they are numbered, and whether one is being subscribed anew.
 *
 * | count     | next number | another number | line up or down |
 * |-----------|-------------|----------------|-----------------|
 * | any       | counting    | counting       | any             |
 * | counting  | counting    | gap, counting  | any             |
 */
export class VenueLines {
  /** By line: the number that must come next, or ANY. */
  readonly nextSequence: Float64Array;
  /** By line: when its count last began or went on. */
  readonly heardNs: Float64Array;
  /** By line: gaps so far. */
  readonly gaps: Float64Array;
  /** By line: 1 from when its subscriptions are to be renewed until it has gone down or come up. */
  readonly isRenewing: Uint8Array;
  private readonly effects: EffectList;
  private readonly counters: Float64Array;
  private readonly nowNs: Float64Array;

  constructor(effects: EffectList, counters: Float64Array, nowNs: Float64Array) {
    this.nextSequence = new Float64Array(LINES_MAX).fill(ANY);
    this.heardNs = new Float64Array(LINES_MAX);
    this.gaps = new Float64Array(LINES_MAX);
    this.isRenewing = new Uint8Array(LINES_MAX);
    this.effects = effects;
    this.counters = counters;
    this.nowNs = nowNs;
  }

  /** Takes a LineSequence block at offset 0. False at a gap: then nothing that came on the line before can be relied on. */
  follow(line: number, i32: Int32Array): boolean {
    const { nextSequence, gaps, counters } = this;
    const sequence = readInt64(i32, LineSequence.sequence >> 2);
    const next = nextSequence[line]!;
    const isNumber = sequence >= 0 && sequence < Number.MAX_SAFE_INTEGER;
    const isNext = isNumber && (next === ANY || sequence === next);
    nextSequence[line] = isNumber ? sequence + 1 : ANY;
    if (isNext) {
      this.heardNs[line] = this.nowNs[0]!;
      return true;
    }
    gaps[line] = gaps[line]! + 1;
    counters[LaneCounter.LINE_GAPS] = counters[LaneCounter.LINE_GAPS]! + 1;
    return false;
  }

  /** The line came up or was lost: it counts anew. */
  restart(line: number): void {
    this.nextSequence[line] = ANY;
    this.isRenewing[line] = 0;
  }

  /** Asks for the line's subscriptions to be renewed, unless that is under way. False when there is no room for the effect. */
  renew(line: number): boolean {
    if (this.isRenewing[line] === 1) return true;
    if (!this.effects.add(EffectKind.RESUBSCRIBE, venueOf(line), channelOf(line), 0, 0, 0)) return false;
    this.isRenewing[line] = 1;
    return true;
  }
}
