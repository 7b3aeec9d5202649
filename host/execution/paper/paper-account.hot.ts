import { OrderType, Side, TimeInForce } from "../../../abi/host/index.ts";
import type { InstrumentTable, IntentReader } from "../orders/index.ts";

/** Orders that may rest at once; an agent that wants more is told nothing, they are counted as dropped. */
export const PAPER_ORDERS_MAX = 64;

/** Places in `totals`. */
export const PaperTotal = { ORDERS: 0, FILLS: 1, CANCELS: 2, DROPPED: 3 } as const;
const TOTALS = 4;

/**
 * What an agent's intents would have come to, for comparison alone: nothing is decided by it, so its money is in doubles, and there are no fees.
 *
 * The model is the same for everyone who is compared: an order that the best opposite price allows fills whole, at that price; a limit order
 * that it does not rests, and fills whole at its limit when the best opposite price reaches it; IOC and FOK do not rest; LIMIT_MAKER does not
 * fill at once. Neither size nor queue is looked at, so that its profit is an upper bound.
 */
export class PaperAccount {
  /** By instrument: quantity mantissas, and what was paid (-) or received (+) as price mantissa × quantity mantissa. */
  readonly position: Float64Array;
  readonly cash: Float64Array;
  /** By PaperTotal. */
  readonly totals: Float64Array;
  resting: number;
  private readonly tags: Int32Array;
  private readonly sides: Int32Array;
  private readonly places: Int32Array;
  private readonly prices: Float64Array;
  private readonly quantities: Float64Array;

  constructor(instruments: InstrumentTable) {
    this.position = new Float64Array(instruments.count);
    this.cash = new Float64Array(instruments.count);
    this.totals = new Float64Array(TOTALS);
    this.resting = 0;
    this.tags = new Int32Array(PAPER_ORDERS_MAX);
    this.sides = new Int32Array(PAPER_ORDERS_MAX);
    this.places = new Int32Array(PAPER_ORDERS_MAX);
    this.prices = new Float64Array(PAPER_ORDERS_MAX);
    this.quantities = new Float64Array(PAPER_ORDERS_MAX);
  }

  reset(): void {
    this.position.fill(0);
    this.cash.fill(0);
    this.totals.fill(0);
    this.resting = 0;
  }

  /** A new order on an instrument (its row) at these best prices (`prices[at]` bid, `prices[ask]` offer; 0 where there is none). */
  submit(intent: IntentReader, instrument: number, prices: Float64Array, bid: number, ask: number): void {
    this.count(PaperTotal.ORDERS);
    const isBuy = intent.side === Side.BUY;
    const best = prices[isBuy ? ask : bid]!;
    const limit = intent.numbers[0]!;
    const isMarket = intent.orderType === OrderType.MARKET;
    const isCrossing = best > 0 && (isMarket || (isBuy ? limit >= best : limit <= best));
    if (isCrossing && intent.orderType !== OrderType.LIMIT_MAKER) {
      this.fill(instrument, isBuy, best, intent.numbers[1]!);
      return;
    }
    if (isCrossing || isMarket || intent.timeInForce !== TimeInForce.GTC) return;
    if (this.resting === PAPER_ORDERS_MAX) {
      this.count(PaperTotal.DROPPED);
      return;
    }
    const row = this.resting;
    this.tags[row] = intent.tag;
    this.sides[row] = intent.side;
    this.places[row] = instrument;
    this.prices[row] = limit;
    this.quantities[row] = intent.numbers[1]!;
    this.resting = row + 1;
  }

  /** The resting order of a tag goes; none, when there is no such one. */
  cancel(tag: number): void {
    for (let row = 0; row < this.resting; row++) {
      if (this.tags[row] !== tag) continue;
      this.count(PaperTotal.CANCELS);
      this.remove(row);
      return;
    }
  }

  /** The best prices of an instrument are these now: what they reach is filled, at its limit. */
  onPrices(instrument: number, prices: Float64Array, bid: number, ask: number): void {
    const bestBid = prices[bid]!;
    const bestAsk = prices[ask]!;
    if (!(bestBid > 0 && bestAsk > 0)) return;
    for (let row = this.resting - 1; row >= 0; row--) {
      if (this.places[row] !== instrument) continue;
      const limit = this.prices[row]!;
      const isBuy = this.sides[row] === Side.BUY;
      if (isBuy ? bestAsk > limit : bestBid < limit) continue;
      this.fill(instrument, isBuy, limit, this.quantities[row]!);
      this.remove(row);
    }
  }

  private fill(instrument: number, isBuy: boolean, price: number, quantity: number): void {
    const sign = isBuy ? 1 : -1;
    this.count(PaperTotal.FILLS);
    this.position[instrument] = this.position[instrument]! + sign * quantity;
    this.cash[instrument] = this.cash[instrument]! - sign * price * quantity;
  }

  private remove(row: number): void {
    const last = this.resting - 1;
    this.tags[row] = this.tags[last]!;
    this.sides[row] = this.sides[last]!;
    this.places[row] = this.places[last]!;
    this.prices[row] = this.prices[last]!;
    this.quantities[row] = this.quantities[last]!;
    this.resting = last;
  }

  private count(total: number): void {
    this.totals[total] = this.totals[total]! + 1;
  }
}
