import type { RecordedFrame } from "./recorded-frame.ts";
import type { Recording } from "./recording.ts";
import { doubled } from "./growth.ts";

/** Places that a book may have: 4 million cents are 20 % either way of 100,000 dollars, and 100 MB. */
const PLACES_MAX = 4_194_304;
/** How far from the middle the grid reaches where the places allow it. */
const REACH = 0.2;
const LINES_FIRST = 1_024;
const ENTRIES_FIRST = 65_536;

/**
 * A recording that is still being made: lines are added as they arrive and forgotten when they have been played. Its prices are a grid around the
 * middle of the book at the start, since a book is an array over prices that are known beforehand; a level beyond the grid is left out.
 */
export class FollowedRecording implements Recording {
  length = 0;
  readonly symbol: string;
  readonly startEpochNs: bigint = 0n;
  /** Messages are passed on as they come: none is kept. */
  readonly bytes: Uint8Array = new Uint8Array(0);
  readonly jsonBegin: Float64Array = new Float64Array(0);
  readonly jsonEnd: Float64Array = new Float64Array(0);
  readonly prices: Float64Array;
  timeNs: Float64Array = new Float64Array(LINES_FIRST);
  firstUpdateId: Float64Array = new Float64Array(LINES_FIRST);
  lastUpdateId: Float64Array = new Float64Array(LINES_FIRST);
  kind: Uint8Array = new Uint8Array(LINES_FIRST);
  entryBegin: Uint32Array = new Uint32Array(LINES_FIRST + 1);
  asksBegin: Uint32Array = new Uint32Array(LINES_FIRST);
  entryPlace: Uint32Array = new Uint32Array(ENTRIES_FIRST);
  entryQuantity: Float64Array = new Float64Array(ENTRIES_FIRST);
  /** Levels that were left out because they lie beyond the grid. */
  levelsBeyond = 0;
  private readonly tick: number;
  private readonly first: number;
  private entries = 0;

  /** Prices are mantissas. Throws a RangeError where the middle of the book is none. */
  constructor(symbol: string, middle: number, tick: number) {
    if (!(middle > 0 && tick > 0)) throw new RangeError(`no grid of ${tick} around ${middle}`);
    const half = Math.min(PLACES_MAX / 2, Math.floor((middle * REACH) / tick));
    const centre = Math.round(middle / tick);
    this.symbol = symbol;
    this.tick = tick;
    this.first = Math.max(1, centre - half);
    this.prices = Float64Array.from(
      { length: centre + half - this.first + 1 },
      (_, place) => (this.first + place) * tick,
    );
  }

  /** Adds a line; its number is returned. */
  add(frame: RecordedFrame, timeNs: number): number {
    const line = this.length;
    if (line + 1 >= this.kind.length) this.growLines();
    this.timeNs[line] = timeNs;
    this.kind[line] = frame.kind;
    this.firstUpdateId[line] = frame.firstUpdateId;
    this.lastUpdateId[line] = frame.lastUpdateId;
    this.entryBegin[line] = this.entries;
    this.addLevels(frame.bids);
    this.asksBegin[line] = this.entries;
    this.addLevels(frame.asks);
    this.entryBegin[line + 1] = this.entries;
    this.length = line + 1;
    return line;
  }

  /** Begins anew with line 0: all of them have been played. */
  forget(): void {
    this.length = 0;
    this.entries = 0;
  }

  private addLevels(levels: readonly number[]): void {
    for (let index = 0; index < levels.length; index += 2) {
      const place = (levels[index] ?? 0) / this.tick - this.first;
      if (place >= 0 && place < this.prices.length && Number.isInteger(place)) {
        if (this.entries === this.entryPlace.length) this.growEntries();
        this.entryPlace[this.entries] = place;
        this.entryQuantity[this.entries] = levels[index + 1] ?? 0;
        this.entries += 1;
      } else this.levelsBeyond += 1;
    }
  }

  private growLines(): void {
    this.timeNs = doubled(this.timeNs);
    this.firstUpdateId = doubled(this.firstUpdateId);
    this.lastUpdateId = doubled(this.lastUpdateId);
    const { length } = this.timeNs;
    this.kind = longer(this.kind, new Uint8Array(length));
    this.entryBegin = longer(this.entryBegin, new Uint32Array(length + 1));
    this.asksBegin = longer(this.asksBegin, new Uint32Array(length));
  }

  private growEntries(): void {
    this.entryQuantity = doubled(this.entryQuantity);
    this.entryPlace = longer(this.entryPlace, new Uint32Array(this.entryQuantity.length));
  }
}

function longer<Numbers extends Uint8Array | Uint32Array>(numbers: Numbers, target: Numbers): Numbers {
  target.set(numbers);
  return target;
}
