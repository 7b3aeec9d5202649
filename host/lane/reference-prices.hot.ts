import { Quote, readInt64 } from "../../abi/host/index.ts";
import type { ReferencePrices as JudgedPrices } from "../execution/risk/index.ts";

/** Columns of one instrument's row. Prices and sizes are mantissas, times nanoseconds since the session's start. */
export const ReferenceCell = {
  BID_PRICE: 0,
  BID_SIZE: 1,
  ASK_PRICE: 2,
  ASK_SIZE: 3,
  UPDATE_ID: 4,
  TIME_NS: 5,
} as const;
export const REFERENCE_CELLS = 8;

/** What became of a quote. */
export const QuoteCode = { TAKEN: 0, OLD: 1, REFUSED: -1 } as const;

/**
 * The best bid and offer by which orders are priced and judged: the newer, by update id, of what the quote stream and the book say.
 * Invalid (all zero) until both the book is live and a price is known, and again in the step in which the book is lost.
 */
export class ReferencePrices {
  readonly cells: Float64Array;
  private readonly nowNs: Float64Array;
  private readonly judged: JudgedPrices;

  /** `judged` is what the risk gate reads; it follows every change here. */
  constructor(instrumentCount: number, nowNs: Float64Array, judged: JudgedPrices) {
    this.cells = new Float64Array(instrumentCount * REFERENCE_CELLS);
    this.nowNs = nowNs;
    this.judged = judged;
  }

  /** Takes a Quote block at offset 0. Crossed, locked, empty, negative or unsafe quotes are refused [M3]. */
  takeQuote(i32: Int32Array, instrument: number): number {
    const row = instrument * REFERENCE_CELLS;
    const updateId = readInt64(i32, Quote.updateId >> 2);
    const bid = readInt64(i32, Quote.bidPrice >> 2);
    const ask = readInt64(i32, Quote.askPrice >> 2);
    const bidSize = readInt64(i32, Quote.bidSize >> 2);
    const askSize = readInt64(i32, Quote.askSize >> 2);
    // An id beyond all others would shut out every later quote.
    if (!(updateId <= Number.MAX_SAFE_INTEGER)) return QuoteCode.REFUSED;
    if (!(bid > 0 && bid < ask && ask <= Number.MAX_SAFE_INTEGER)) return QuoteCode.REFUSED;
    if (!(bidSize > 0 && askSize > 0 && bidSize + askSize <= Number.MAX_SAFE_INTEGER))
      return QuoteCode.REFUSED;
    if (updateId <= this.cells[row + ReferenceCell.UPDATE_ID]!) return QuoteCode.OLD;
    this.cells[row] = bid;
    this.cells[row + ReferenceCell.BID_SIZE] = bidSize;
    this.cells[row + ReferenceCell.ASK_PRICE] = ask;
    this.cells[row + ReferenceCell.ASK_SIZE] = askSize;
    this.cells[row + ReferenceCell.UPDATE_ID] = updateId;
    this.stamp(instrument, row);
    return QuoteCode.TAKEN;
  }

  /**
   * Takes the best levels of a live book (`best`: bid price, bid size, ask price, ask size) where they are newer. Returns whether one of them has
   * changed.
   */
  takeBook(instrument: number, best: Float64Array, updateId: Float64Array): boolean {
    const row = instrument * REFERENCE_CELLS;
    if (!(updateId[0]! > this.cells[row + ReferenceCell.UPDATE_ID]!)) return false;
    if (!(best[0]! > 0 && best[2]! > best[0]!)) return false;
    let hasMoved = false;
    for (let cell = 0; cell < 4; cell++) {
      if (this.cells[row + cell] !== best[cell]) hasMoved = true;
      this.cells[row + cell] = best[cell]!;
    }
    this.cells[row + ReferenceCell.UPDATE_ID] = updateId[0]!;
    this.stamp(instrument, row);
    return hasMoved;
  }

  /** Says whether the instrument's book is proven: without that no order may be judged by these prices. */
  prove(instrument: number, isProven: boolean): void {
    this.judged.isValid[instrument] = isProven ? 1 : 0;
  }

  /** Forgets an instrument's prices: its book is no longer proven [M1]. Update ids start over with the next session. */
  invalidate(instrument: number): void {
    const row = instrument * REFERENCE_CELLS;
    this.cells.fill(0, row, row + REFERENCE_CELLS);
    this.judged.isValid[instrument] = 0;
  }

  /** Whether there is a price at all; its age is for the risk gate to judge. */
  isKnown(instrument: number): boolean {
    return this.cells[instrument * REFERENCE_CELLS]! > 0;
  }

  private stamp(instrument: number, row: number): void {
    const nowNs = this.nowNs[0]!;
    this.cells[row + ReferenceCell.TIME_NS] = nowNs;
    this.judged.bidPrice[instrument] = this.cells[row]!;
    this.judged.askPrice[instrument] = this.cells[row + ReferenceCell.ASK_PRICE]!;
    this.judged.timeNs[instrument] = nowNs;
  }
}
