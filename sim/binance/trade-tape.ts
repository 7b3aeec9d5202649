import type { Execution } from "../market/index.ts";

/** A public trade. */
export interface TapeTrade {
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly timeNs: number;
  readonly buyerIsMaker: boolean;
}

/** What a ticker says of the trades since the session began, which the venue's 24 hours stand for here. */
export interface TapeTotals {
  readonly firstId: number;
  readonly count: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Exponent -8. */
  readonly volume: bigint;
  /** Exponent -16. */
  readonly turnover: bigint;
}

const KEPT = 1_000;

/** The latest public trades of one symbol and their totals. In a replay these are our own: the rest is in the recording's frames. */
export class TradeTape {
  readonly #latest: TapeTrade[] = [];
  #totals: TapeTotals = { firstId: -1, count: 0, open: 0, high: 0, low: 0, volume: 0n, turnover: 0n };

  add({ tradeId, price, quantity, maker, timeNs }: Execution): void {
    if (this.#latest.length >= KEPT * 2) this.#latest.splice(0, KEPT);
    this.#latest.push({ tradeId, price, quantity, timeNs, buyerIsMaker: maker.side === 1 });
    const before = this.#totals;
    const isFirst = before.count === 0;
    this.#totals = {
      firstId: isFirst ? tradeId : before.firstId,
      count: before.count + 1,
      open: isFirst ? price : before.open,
      high: Math.max(before.high, price),
      low: isFirst ? price : Math.min(before.low, price),
      volume: before.volume + BigInt(quantity),
      turnover: before.turnover + BigInt(price) * BigInt(quantity),
    };
  }

  get totals(): TapeTotals {
    return this.#totals;
  }

  /** The last trade, or null. */
  get last(): TapeTrade | null {
    return this.#latest.at(-1) ?? null;
  }

  /** The latest trades, oldest first. */
  latest(countMax: number): readonly TapeTrade[] {
    return this.#latest.slice(-Math.min(countMax, KEPT));
  }
}
