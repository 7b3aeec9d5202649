import { SeededRandom } from "../../../platform/index.ts";

const STEP_NS = 100_000_000;
const LEVELS = 10;
/** 65,000.00 in ticks of 0.01. */
const START_PRICE = 6_500_000;
const SPREAD_MAX = 12;
const MOVE_TICKS = 40;
const SIZE_MAX = 5_000_000;
const POSITION_MAX = 8_000_000;

/** A made-up market of one instrument: the same each time, since the same seed gives the same walk. */
export class MarketWalk {
  timeNs = 1_000_000_000;
  round = 0;
  bid: number = START_PRICE;
  ask: number = START_PRICE + 1;
  position = 0;
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** Moves time and price on. */
  advance(): void {
    this.round += 1;
    this.timeNs += 1 + this.whole(STEP_NS);
    this.bid += this.whole(2 * MOVE_TICKS + 1) - MOVE_TICKS;
    this.ask = this.bid + 1 + this.whole(SPREAD_MAX);
    this.position = this.whole(2 * POSITION_MAX) - POSITION_MAX;
  }

  /** A whole number from 0 to below `below`. */
  whole(below: number): number {
    return Math.floor(this.#random.fraction() * below);
  }

  /** From -1 to 1. */
  get score(): number {
    return this.#random.fraction() * 2 - 1;
  }

  /** From 0 to 1. */
  get share(): number {
    return this.#random.fraction();
  }

  get size(): number {
    return 1 + this.whole(SIZE_MAX);
  }

  /** 1 or 2: buy or sell. */
  get side(): number {
    return 1 + this.whole(2);
  }

  /** Levels of a side that are there: mostly all, sometimes few or none. */
  get levelCount(): number {
    return this.whole(4) === 0 ? this.whole(LEVELS) : LEVELS;
  }

  bytes(count: number): Uint8Array {
    return this.#random.bytes(count);
  }
}
