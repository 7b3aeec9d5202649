import { symbolInfo } from "./symbol.ts";
import type { SymbolSpec } from "./symbol.ts";

/** The limits that `exchangeInfo` publishes. */
export interface InfoLimits {
  readonly weightMax: number;
  readonly connectsMax: number;
  readonly ordersTenSecondsMax: number;
  readonly ordersDayMax: number;
}

/** The `exchangeInfo` reply for some symbols. */
export function exchangeInfo(symbols: readonly SymbolSpec[], limits: InfoLimits, serverTime: number): string {
  return (
    `{"timezone":"UTC","serverTime":${serverTime},"rateLimits":[` +
    `{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":${limits.weightMax}},` +
    `{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":${limits.ordersTenSecondsMax}},` +
    `{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":${limits.ordersDayMax}},` +
    `{"rateLimitType":"CONNECTIONS","interval":"MINUTE","intervalNum":5,"limit":${limits.connectsMax}}],` +
    `"exchangeFilters":[],"symbols":[${symbols.map(symbolInfo).join(",")}]}`
  );
}
