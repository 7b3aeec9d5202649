import { Side } from "../../../abi/host/index.ts";

/**
 * What orders on the account that this host did not make may still trade, by instrument: kept apart from this host's own reserves, which missing fills are told by,
 * and counted beside them by every control that counts those.
 */
export class ExternalReserves {
  /** Infinite where nobody can say how much it is: more orders than are listed, or one without a quantity. */
  readonly buyQty: Float64Array;
  readonly sellQty: Float64Array;
  /** The best price of each side: what an order of our own must not meet. −Infinity and Infinity where there is none, the reverse where an order has no limit. */
  readonly bidPrice: Float64Array;
  readonly askPrice: Float64Array;

  constructor(instrumentCount: number) {
    this.buyQty = new Float64Array(instrumentCount);
    this.sellQty = new Float64Array(instrumentCount);
    this.bidPrice = new Float64Array(instrumentCount).fill(Number.NEGATIVE_INFINITY);
    this.askPrice = new Float64Array(instrumentCount).fill(Number.POSITIVE_INFINITY);
  }

  clear(instrument: number): void {
    this.buyQty[instrument] = 0;
    this.sellQty[instrument] = 0;
    this.bidPrice[instrument] = Number.NEGATIVE_INFINITY;
    this.askPrice[instrument] = Number.POSITIVE_INFINITY;
  }

  /** Adds what may still trade, `cells[at]`; a sum beyond 2^53 is no number any more that could be counted by. */
  addQuantity(instrument: number, side: number, cells: Float64Array, at: number): void {
    const column = side === Side.BUY ? this.buyQty : this.sellQty;
    const sum = column[instrument]! + cells[at]!;
    column[instrument] = sum <= Number.MAX_SAFE_INTEGER ? sum : Number.POSITIVE_INFINITY;
  }

  /** Adds an order that rests at the price `cells[at]`; 0 is an order without a limit, which meets whatever there is. */
  addPrice(instrument: number, side: number, cells: Float64Array, at: number): void {
    const price = cells[at]!;
    if (side !== Side.BUY) {
      if (price < this.askPrice[instrument]!) this.askPrice[instrument] = price;
    } else if (price <= 0) this.bidPrice[instrument] = Number.POSITIVE_INFINITY;
    else if (price > this.bidPrice[instrument]!) this.bidPrice[instrument] = price;
  }
}
