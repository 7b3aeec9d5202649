import type { Market, MarketListener, Side, SweepCost } from "../market/index.ts";

/** A market that can say what a market order would take from it now. */
export interface VenueMarket extends Market {
  sweepCost(side: Side, quantity: number): SweepCost;
}

/** Everything of a product's market that is not client orders, played in session time. */
export interface ProductFeed {
  /** When `advance` has something to do next; Infinity when nothing is left. */
  readonly nextNs: number;
  /** Plays what is due at `nowNs`. */
  advance(nowNs: number): void;
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
