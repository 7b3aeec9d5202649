import type { MarketListener } from "../market/index.ts";
import type { VenueMarket } from "./venue-market.ts";

/** Everything of a symbol's market that is not client orders, played in session time. */
export interface SymbolFeed {
  /** When `advance` has something to do next; Infinity when nothing is left. */
  readonly nextNs: number;
  /** Plays what is due at `nowNs`. */
  advance(nowNs: number): void;
  /** A client's command has changed the market. */
  commandDone(nowNs: number): void;
  /** The body of a depth snapshot with at most that many levels a side. */
  snapshot(levelsMax: number): string;
}

/** Anonymous orders for a matching engine, as a flow generator makes them. */
export interface MarketFlow {
  /** Submits and cancels everything up to and including that session time. */
  advance(untilNs: number): void;
  /** When the next command is due. */
  readonly nextNs: number;
}

/** A market with a flow, opened by the venue because the market's one listener is the venue. */
export interface LiveSource {
  readonly kind: "live";
  open(listener: MarketListener): { readonly market: VenueMarket; readonly flow: MarketFlow | null };
}
