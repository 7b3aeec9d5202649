/** Fees in basis points of the notional, paid in the quote currency. */
export interface FeeRates {
  readonly makerBps: number;
  readonly takerBps: number;
}

/** The venue's first tier: 0.6 % for makers, 1.2 % for takers. */
export const FIRST_TIER: FeeRates = { makerBps: 60, takerBps: 120 };

/** `0.006` for 60 basis points. */
export function rateText(bps: number): string {
  return String(bps / 10_000);
}
