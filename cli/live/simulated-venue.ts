import type { VenueConfiguration } from "../../host/control/configuration-shape.ts";
import type { FaultSwitch, SessionSpeed } from "../../sim/server/index.ts";
import type { KeyFolder } from "./key-folder.ts";
import type { LiveMarket } from "./live-market.ts";

/** What a simulated venue is to be. */
export interface VenueChoice {
  /** As the configuration names it. */
  readonly name: string;
  /** A real venue whose market this one follows; null: none. */
  readonly live: LiveMarket | null;
  /** In their order; none: a generated market. */
  readonly recordings: readonly string[];
  /** Of a replay; a generated market runs in real time. */
  readonly speed: SessionSpeed;
  readonly seed: number;
  readonly keys: KeyFolder;
}

/** What a venue's ledger has of one asset, exponent -16. */
export interface LedgerBalance {
  readonly asset: string;
  readonly opening: bigint;
  readonly free: bigint;
  readonly locked: bigint;
  /** See VenueBalance. */
  readonly feesRoundedUp?: bigint;
}

/** A simulated venue on loopback, as a host that trades there and a person who watches see it. */
export interface SimulatedVenue {
  readonly faults: FaultSwitch;
  /** The venue with its addresses, its key and its authority in the places of those that it had. */
  access(venue: VenueConfiguration): VenueConfiguration;
  /** Wall clock at session time 0, milliseconds since 1970. */
  readonly startMs: number;
  /** Session time now. */
  nowNs(): number;
  /** Whether its recording is over. A generated market never ends. */
  isOver(): boolean;
  /** What the account has, asset by asset. */
  balances(): LedgerBalance[];
  close(): Promise<void>;
}
