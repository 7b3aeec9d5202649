import type { VenueConfiguration } from "../../../host/control/configuration-shape.ts";
import type { VenueRecord } from "../judges/venue-record.ts";
import type { ChaosWire, ChaosWirePlace } from "./chaos-wire.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { StrikePlace } from "./strikes.ts";

export type VenueKind = VenueConfiguration["kind"];
export type ChaosLine = "market" | "orders" | "all";

export interface ChaosVenueOptions {
  readonly seed: number;
  readonly startWallMs: number;
  /** Of the account's key, which is Ed25519 at both kinds. */
  readonly publicKeyPem: string;
  /** One way: fixed, and drawn on top of it. */
  readonly latencyNs: number;
  readonly jitterNs: number;
  readonly commandsPerSecond: number;
}

/** What an account has in one asset at a venue, exponent -16. */
export interface VenuePurse {
  readonly free: bigint;
  readonly locked: bigint;
}

/** A simulated venue with the judges' record of what happens in its market, and all that can go wrong there. */
export interface ChaosVenue {
  readonly kind: VenueKind;
  readonly record: VenueRecord;
  /** In which its instrument is paid. */
  readonly quoteAsset: string;
  /** When `advance` has something to do next. */
  readonly nextNs: number;
  advance(untilNs: number): void;
  purse(asset: string): VenuePurse;
  /** What ends the connections of now, whenever it is called: the venue learns late that a host has died. */
  cutOf(line: ChaosLine): (nowNs: number) => void;
  /** Whether a cancel that leaves now is heard, and can be answered: not where a fault refuses, delays or hides just that. */
  takesCancels(nowNs: number): boolean;
  /** The kinds of faults that it has of its own. */
  readonly faults: ReadonlySet<FaultKind>;
  strike(kind: FaultKind, place: StrikePlace): void;
  /** Ends what lasts. A connection that has fallen silent stays so: the host has to find out. */
  heal(): void;
  /** A host's wire to it. */
  openWire(place: ChaosWirePlace): ChaosWire;
}
