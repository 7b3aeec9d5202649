/** A book that is obviously right and slow: one map a side, sorted when asked. Prices and sizes are mantissas. */
export class SortedBook {
  readonly bids: Map<number, number> = new Map();
  readonly asks: Map<number, number> = new Map();

  /** Sets the absolute size at a price; 0 removes. */
  set(side: "bid" | "ask", price: number, size: number): void {
    const levels = side === "bid" ? this.bids : this.asks;
    if (size === 0) levels.delete(price);
    else levels.set(price, size);
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** All levels as [price, size], best first. */
  levels(side: "bid" | "ask"): (readonly [number, number])[] {
    const direction = side === "bid" ? -1 : 1;
    const levels = side === "bid" ? this.bids : this.asks;
    return [...levels].sort((one, other) => direction * (one[0] - other[0]));
  }
}
