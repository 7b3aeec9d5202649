import { FillCell, type FillHistory, type InstrumentTable } from "../orders/index.ts";
import { POSITION_OK, PositionBook } from "./position-book.hot.ts";

/**
 * [V16] Positions as they were before the oldest fill that is remembered. A trade that is undone or corrected changes what every later fill of the instrument came to: at average
 * cost a fill realises by what was paid before it. So positions are folded anew, as if the trade had never been, or had always been what it is now.
 *
 * ```
 *  base ── fills that are remembered, without those undone ──► positions
 * ```
 *
 * The fold of 8,192 fills takes some milliseconds of a step, once for a report of which most accounts never see one.
 */
export class PositionHistory {
  readonly base: PositionBook;
  readonly #positions: PositionBook;
  readonly #work: PositionBook;
  readonly #fills: FillHistory;
  readonly #cells: Float64Array;

  constructor(positions: PositionBook, instruments: InstrumentTable, agentsMax: number, fills: FillHistory) {
    this.base = new PositionBook(instruments, agentsMax);
    this.#positions = positions;
    this.#work = new PositionBook(instruments, agentsMax);
    this.#fills = fills;
    this.#cells = new Float64Array(3);
  }

  /** To be called after each fill: one more must find room, and what leaves belongs to the base from then on. */
  settle(instrument: number): void {
    const fills = this.#fills;
    if (!fills.isFull(instrument)) return;
    // What has overflowed once halts the instrument, and is no more right in the base than in the positions.
    this.#foldInto(this.base, instrument, fills.indexOf(instrument, 0));
    fills.dropOldest(instrument);
  }

  /** The positions of an instrument from its base and its fills as they are now. POSITION_OVERFLOW: nothing was changed. */
  refold(instrument: number): number {
    const fills = this.#fills;
    const work = this.#work;
    work.copyFrom(this.base, instrument);
    for (let place = 0; place < fills.counts[instrument]!; place += 1) {
      const code = this.#foldInto(work, instrument, fills.indexOf(instrument, place));
      if (code !== POSITION_OK) return code;
    }
    this.#positions.copyFrom(work, instrument);
    return POSITION_OK;
  }

  #foldInto(book: PositionBook, instrument: number, index: number): number {
    const fills = this.#fills;
    const cells = this.#cells;
    if (fills.isUndone[index] === 1) return POSITION_OK;
    cells[FillCell.PRICE] = fills.price[index]!;
    cells[FillCell.QUANTITY] = fills.quantity[index]!;
    return book.applyFill(cells, fills.agent[index]!, instrument, fills.side[index]!);
  }
}
