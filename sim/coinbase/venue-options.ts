import type { OpeningBalance } from "../market/index.ts";
import type { LatencyOptions } from "../wire/index.ts";
import type { ApiKeySpec } from "./authenticator.ts";
import type { FeeRates } from "./fee-rates.ts";
import type { ProductOptions } from "./product-venue.ts";
import type { LimitOptions } from "./venue-limits.ts";

/** A simulated venue's settings. Everything random comes from `seed`. */
export interface VenueOptions {
  /** Epoch ns of session time 0. A recording is moved to it, stamps and all. */
  readonly startEpochNs: bigint;
  readonly products: readonly ProductOptions[];
  readonly keys: readonly ApiKeySpec[];
  /** What the accounts have at the start; a currency of several products is one purse. */
  readonly openingBalances: readonly OpeningBalance[];
  readonly fees?: FeeRates;
  readonly limits?: Partial<LimitOptions>;
  /** From the client to the venue, for messages and requests. */
  readonly latencyIn?: LatencyOptions;
  /** From the venue to the client. */
  readonly latencyOut?: LatencyOptions;
  readonly seed?: number;
  /**
   * Epoch ms by the clock that judges tokens. Session time by default; a server whose clients have clocks of their own gives
   * theirs, since session time may wait, or run at another speed.
   */
  readonly tokenClockMs?: () => number;
}
