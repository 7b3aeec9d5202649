import type { Market, Side, SweepCost } from "../market/index.ts";

/** A market that can say what a MARKET order would take from it now. */
export interface VenueMarket extends Market {
  sweepCost(side: Side, quantity: number): SweepCost;
}
