import type { Rng } from "./rng.ts";

/** Parameters of the value that the flow trades around, in ticks and seconds. */
export interface FairValueOptions {
  readonly openingTicks: number;
  /** Standard deviation of the lasting random walk over one second at activity 1. */
  readonly driftPerRootSecond: number;
  /** The same for the part that reverts, which makes short moves that come back. */
  readonly swingPerRootSecond: number;
  readonly swingSeconds: number;
  /** How fast activity returns to 1. */
  readonly activitySeconds: number;
}

const ACTIVITY_MAX = 5;
const FLOOR_SHARE = 0.1;

/**
 * A drifting value: a random walk plus a mean-reverting (Ornstein-Uhlenbeck) swing, both scaled by an activity level
 * which trades excite and time calms. Calm and busy periods cluster, as in real markets.
 */
export class FairValue {
  /** In ticks, not rounded. */
  ticks: number;
  /** 1 when calm, up to 5. */
  activity = 1;
  private readonly rng: Rng;
  private readonly options: FairValueOptions;
  private anchor: number;
  private swing = 0;

  constructor(rng: Rng, options: FairValueOptions) {
    this.rng = rng;
    this.options = options;
    this.anchor = options.openingTicks;
    this.ticks = options.openingTicks;
  }

  /** A trade of that weight, about 0.01 to 0.1, raises the activity. */
  excite(weight: number): void {
    this.activity = Math.min(ACTIVITY_MAX, this.activity + weight);
  }

  advance(seconds: number): void {
    const { activitySeconds, driftPerRootSecond, openingTicks, swingPerRootSecond, swingSeconds } =
      this.options;
    const scale = this.activity * Math.sqrt(seconds);
    this.anchor += driftPerRootSecond * scale * this.rng.nextNormal();
    // The value stays above a tenth of where it opened: nothing in a test market should reach a price of zero.
    this.anchor = Math.max(openingTicks * FLOOR_SHARE, this.anchor);
    this.swing -= this.swing * Math.min(1, seconds / swingSeconds);
    this.swing += swingPerRootSecond * scale * this.rng.nextNormal();
    this.activity += (1 - this.activity) * Math.min(1, seconds / activitySeconds);
    this.ticks = this.anchor + this.swing;
  }
}
