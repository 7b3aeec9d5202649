import type { VenueAccount } from "./venue-account.ts";

/** The two ORDERS entries of a `rateLimits` array, with counts. */
export function orderLimits(account: VenueAccount, nowMs: number): string {
  const { tenSeconds, day } = account;
  return (
    `{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":${tenSeconds.limit},` +
    `"count":${tenSeconds.count(nowMs)}},` +
    `{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":${day.limit},"count":${day.count(nowMs)}}`
  );
}

/** The REQUEST_WEIGHT entry of a `rateLimits` array, with its count. */
export function weightLimit(limit: number, count: number): string {
  return `{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":${limit},"count":${count}}`;
}
