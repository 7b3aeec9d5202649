import type { StubMarket } from "./stub-market.ts";

const RULES = {
  rateLimits: [
    { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6_000 },
    { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 100_000_000 },
  ],
  symbols: [
    {
      symbol: "BTCUSDT",
      status: "TRADING",
      filters: [
        { filterType: "PRICE_FILTER", tickSize: "0.01000000" },
        { filterType: "LOT_SIZE", stepSize: "0.00001000", minQty: "0.00001000", maxQty: "9000.00000000" },
        { filterType: "NOTIONAL", minNotional: "5.00000000" },
      ],
    },
  ],
};

/** The REST pages that a host reads before it may be armed and while it makes its book: the venue's clock, its rules, a snapshot. */
export function stubPage(path: string, market: StubMarket): string {
  if (path.startsWith("/api/v3/time")) return JSON.stringify({ serverTime: Date.now() });
  if (path.startsWith("/api/v3/exchangeInfo")) return JSON.stringify(RULES);
  return market.snapshot();
}
