import { FixedWindow } from "./fixed-window.ts";

/** Limits that the venue keeps for each account. */
export interface AccountLimitOptions {
  /** Unfilled orders in ten calendar seconds. */
  readonly ordersTenSecondsMax: number;
  /** Unfilled orders in one UTC day. */
  readonly ordersDayMax: number;
  /** How much a first fill takes back: 1 for a taker's, more for a maker's. 0 and 0 switch it off, which is the stricter venue. */
  readonly takerFillCredit: number;
  readonly makerFillCredit: number;
}

export const ACCOUNT_LIMITS: AccountLimitOptions = {
  ordersTenSecondsMax: 50,
  ordersDayMax: 160_000,
  takerFillCredit: 0,
  makerFillCredit: 0,
};

const TEN_SECONDS_MS = 10_000;
const DAY_MS = 86_400_000;

/** One account's unfilled-order counts. */
export class VenueAccount {
  readonly id: number;
  readonly tenSeconds: FixedWindow;
  readonly day: FixedWindow;
  readonly #options: AccountLimitOptions;

  constructor(id: number, options: AccountLimitOptions) {
    this.id = id;
    this.tenSeconds = new FixedWindow(TEN_SECONDS_MS, options.ordersTenSecondsMax);
    this.day = new FixedWindow(DAY_MS, options.ordersDayMax);
    this.#options = options;
  }

  /** The window that has no room for another order, or null. */
  exhausted(nowMs: number): FixedWindow | null {
    if (this.tenSeconds.count(nowMs) >= this.tenSeconds.limit) return this.tenSeconds;
    return this.day.count(nowMs) >= this.day.limit ? this.day : null;
  }

  /** Counts a new order. */
  countOrder(nowMs: number): void {
    this.tenSeconds.add(nowMs, 1);
    this.day.add(nowMs, 1);
  }

  /** An order has had its first fill. */
  creditFill(nowMs: number, maker: boolean): void {
    const credit = maker ? this.#options.makerFillCredit : this.#options.takerFillCredit;
    this.tenSeconds.subtract(nowMs, credit);
    this.day.subtract(nowMs, credit);
  }
}

/** How a window is called in error -1015. */
export function windowName(window: FixedWindow): string {
  return window.lengthMs === DAY_MS ? "1 DAY" : "10 SECOND";
}
