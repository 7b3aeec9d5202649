import type { ProductChannel } from "./channel.ts";
import type { DayFigures } from "./day-statistics.ts";

/** What a product can tell a new subscriber, and REST, at any moment. */
export interface ProductChannels {
  /** `events` of the channel's snapshot; null where there is nothing to show yet. */
  snapshot(channel: ProductChannel): string | null;
  /** The latest trades as texts of `market_trades`, newest first. */
  trades(countMax: number): readonly string[];
  readonly day: DayFigures;
}
