import { committed } from "../../../abi/host/index.ts";

/**
 * The last fills of each instrument with their terms, oldest first: what a venue may still undo or correct, and what positions are folded from anew when it does.
 *
 * ```
 *  index = instrument × retainedMax + place        first ─► oldest … newest (a ring)
 * ```
 */
export class FillHistory {
  readonly retainedMax: number;
  /** Columns, by index. `isUndone` 1: the venue took the trade back. */
  readonly order: Int32Array;
  readonly agent: Int32Array;
  readonly side: Uint8Array;
  readonly isUndone: Uint8Array;
  readonly tradeIdLow: Int32Array;
  readonly tradeIdHigh: Int32Array;
  readonly commissionAssetId: Int32Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly commission: Float64Array;
  /** By instrument: place of the oldest, and how many there are. */
  readonly first: Int32Array;
  readonly counts: Int32Array;

  constructor(instrumentCount: number, retainedMax: number) {
    if (!Number.isInteger(retainedMax) || retainedMax < 1 || retainedMax > 65_536)
      throw new RangeError(`retained fills ${retainedMax}: expected 1 to 65,536; correct the configuration`);
    const rows = instrumentCount * retainedMax;
    this.retainedMax = retainedMax;
    this.order = committed(new Int32Array(rows));
    this.agent = committed(new Int32Array(rows));
    this.side = committed(new Uint8Array(rows));
    this.isUndone = committed(new Uint8Array(rows));
    this.tradeIdLow = committed(new Int32Array(rows));
    this.tradeIdHigh = committed(new Int32Array(rows));
    this.commissionAssetId = committed(new Int32Array(rows));
    this.price = committed(new Float64Array(rows));
    this.quantity = committed(new Float64Array(rows));
    this.commission = committed(new Float64Array(rows));
    this.first = new Int32Array(instrumentCount);
    this.counts = new Int32Array(instrumentCount);
  }

  /** Index of the fill at a place, 0 for the oldest. */
  indexOf(instrument: number, place: number): number {
    const at = this.first[instrument]! + place;
    return instrument * this.retainedMax + (at < this.retainedMax ? at : at - this.retainedMax);
  }

  /** Index of an empty row behind the newest, for the caller to fill in. The oldest leaves where there is no room. */
  claim(instrument: number): number {
    if (this.isFull(instrument)) this.dropOldest(instrument);
    const index = this.indexOf(instrument, this.counts[instrument]!);
    this.counts[instrument] = this.counts[instrument]! + 1;
    this.isUndone[index] = 0;
    return index;
  }

  isFull(instrument: number): boolean {
    return this.counts[instrument] === this.retainedMax;
  }

  dropOldest(instrument: number): void {
    const next = this.first[instrument]! + 1;
    this.first[instrument] = next === this.retainedMax ? 0 : next;
    this.counts[instrument] = this.counts[instrument]! - 1;
  }

  /** Index of an order's fill by its trade id, or −1. The newest first: what is undone was mostly done a moment ago. */
  find(instrument: number, order: number, tradeIdLow: number, tradeIdHigh: number): number {
    for (let place = this.counts[instrument]! - 1; place >= 0; place -= 1) {
      const index = this.indexOf(instrument, place);
      if (
        this.tradeIdLow[index] === tradeIdLow &&
        this.tradeIdHigh[index] === tradeIdHigh &&
        this.order[index] === order
      )
        return index;
    }
    return -1;
  }
}
