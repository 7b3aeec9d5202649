import type { RestAnswer } from "../../host/platform/index.ts";

/** exchangeInfo of one symbol with the rules that the default configuration has, some of them another's. */
export function exchangeInfoText(filters: Readonly<Record<string, object>> = {}, symbol = "BTCUSDT"): string {
  const told = {
    PRICE_FILTER: { minPrice: "0.01000000", maxPrice: "1000000.00000000", tickSize: "0.01000000" },
    LOT_SIZE: { minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
    NOTIONAL: { minNotional: "5.00000000" },
    ...filters,
  };
  return JSON.stringify({
    rateLimits: [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6000 },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 50 },
      { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 160000 },
    ],
    symbols: [
      {
        symbol,
        status: "TRADING",
        filters: Object.entries(told).map(([filterType, rule]) => ({ filterType, ...rule })),
      },
    ],
  });
}

/** Answers exchangeInfo at once, and nothing else. */
export function answerRules(url: string, onAnswer: (answer: RestAnswer) => void): void {
  if (url.includes("/exchangeInfo"))
    onAnswer({ status: 200, retryAfterMs: 0, bytes: Buffer.from(exchangeInfoText()) });
}
