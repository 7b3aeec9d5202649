import { TradeIdSet } from "../orders/index.ts";

/** Far more than a list shows (1,000), of all instruments: what is behind the end of the last whole list is remembered until the next one. */
const TRADES_RETAINED = 65_536;

/**
 * Which trades of others are in the account's position already: those up to the end of the last list that was read whole, and those that were applied since. A list is read
 * again where its round fails, and shows what it showed before.
 */
export class ExternalTrades {
  /** By instrument: the place (number, or time) at which the last whole list ended. */
  private readonly floor: Float64Array;
  /** By instrument: 1 while the rest of a list waits, since a trade in it may be of an order of this host whose name at the venue is not known yet. */
  private readonly isWaiting: Uint8Array;
  private readonly applied: TradeIdSet;

  constructor(instrumentCount: number) {
    this.floor = new Float64Array(instrumentCount);
    this.isWaiting = new Uint8Array(instrumentCount);
    this.applied = new TradeIdSet(TRADES_RETAINED);
  }

  /** Whether a trade, whose place is in `cells[at]`, has not been looked at. A trade has one buyer and one seller: with its side its number names it. */
  isNew(
    instrument: number,
    side: number,
    low: number,
    high: number,
    cells: Float64Array,
    at: number,
  ): boolean {
    if (this.isWaiting[instrument] === 1 || !(cells[at]! > this.floor[instrument]!)) return false;
    return this.applied.has(instrument * 2 + side - 1, low, high) === 0;
  }

  add(instrument: number, side: number, low: number, high: number): void {
    this.applied.add(instrument * 2 + side - 1, low, high);
  }

  wait(instrument: number): void {
    this.isWaiting[instrument] = 1;
  }

  /** A list, or a page of one, was read to its end, `listedMax[instrument]`. False where a part of it waits: the next one shows it again. */
  endList(instrument: number, listedMax: Float64Array): boolean {
    const isWhole = this.isWaiting[instrument] === 0;
    this.isWaiting[instrument] = 0;
    if (isWhole) this.floor[instrument] = listedMax[instrument]!;
    return isWhole;
  }
}
