import type { MarketListener } from "./types.ts";

/**
 * What happens when an order would trade with an order of its own account: the arriving order's rest expires, the
 * resting order expires and matching goes on, or both expire.
 */
export type SelfTradePrevention = "EXPIRE_TAKER" | "EXPIRE_MAKER" | "EXPIRE_BOTH";

/** What every market takes; all but the listener have defaults. */
export interface MarketOptions {
  readonly listener: MarketListener;
  /** EXPIRE_TAKER. */
  readonly selfTradePrevention?: SelfTradePrevention;
  /** 1. Order ids count up from here. */
  readonly firstOrderId?: number;
  /** 1. Trade ids count up from here. */
  readonly firstTradeId?: number;
  /** 1,048,576 open orders; a submit beyond it throws, since a venue's own order limits lie far below. */
  readonly openOrdersMax?: number;
  /** 100,000 ended client orders stay known to find. */
  readonly endedOrdersMax?: number;
}

export const MARKET_DEFAULTS: Required<Omit<MarketOptions, "listener">> = {
  selfTradePrevention: "EXPIRE_TAKER",
  firstOrderId: 1,
  firstTradeId: 1,
  openOrdersMax: 1_048_576,
  endedOrdersMax: 100_000,
};

/** What a MARKET order would take now. */
export interface SweepCost {
  /** At most the quantity asked for. */
  readonly quantity: number;
  /** Exponent -16. */
  readonly quote: bigint;
}
