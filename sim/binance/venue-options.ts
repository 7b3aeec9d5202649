import type { AddressLimitOptions } from "./address-limits.ts";
import type { LatencyOptions } from "../wire/index.ts";
import type { ApiKeySpec } from "./signature.ts";
import type { SymbolOptions } from "./symbol-venue.ts";
import type { AccountLimitOptions } from "./venue-account.ts";
import type { FeeRates } from "./wallet.ts";

/** A simulated venue's settings. Everything random comes from `seed`. */
export interface VenueOptions {
  /** Epoch ms of session time 0. */
  readonly sessionStartMs: number;
  readonly symbols: readonly SymbolOptions[];
  readonly keys: readonly ApiKeySpec[];
  readonly fees?: FeeRates;
  readonly addressLimits?: Partial<AddressLimitOptions>;
  readonly accountLimits?: Partial<AccountLimitOptions>;
  /** From the client to the venue, for messages and REST requests. */
  readonly latencyIn?: LatencyOptions;
  /** From the venue to the client. Recorded frames are exempt: their times are those of a client's receipt. */
  readonly latencyOut?: LatencyOptions;
  readonly seed?: number;
  /** How long a new order stays unknown to queries (the venue answers them from a cache); 0 by default. */
  readonly queryDelayNs?: number;
  /** Pings, pong time-out and the 24 hours; true. A replay faster than its clients can answer switches them off. */
  readonly keepAlive?: boolean;
  /** Whether a request's user data events go out ahead of its answer; the venue promises neither order. False by default. */
  readonly eventsFirst?: boolean;
}
