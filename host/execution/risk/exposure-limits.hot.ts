import { Side } from "../../../abi/host/index.ts";
import {
  MAX_SAFE,
  multiplyExact,
  NOTIONAL_OK,
  NotionalCell,
  NOTIONAL_CELLS,
  type ExternalReserves,
  type InstrumentTable,
  type OpenOrders,
  type OrderColumns,
} from "../orders/index.ts";
import type { PositionBook } from "../positions/index.ts";
import { DenialCode } from "./denial-code.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import type { RiskLimits } from "./risk-limits.ts";

/** Behind the cells of the product: the sum. */
const GROSS = NOTIONAL_CELLS;

/**
 * What an order does to the account: position and gross exposure, with every open and UNKNOWN order of its side filled, those of others included. Each
 * side is judged alone, so an order that leads out of an excessive position is never denied for that position.
 */
export class ExposureLimits {
  /** 1 when the order checked last can only shrink the position, open orders of its side included. */
  isReducing: number;
  /** What the order checked last adds to the open orders of its side: its quantity, less what it can never come on top of. In cell 0. */
  readonly #added: Float64Array;
  readonly #columns: OrderColumns;
  readonly #open: OpenOrders;
  readonly #external: ExternalReserves;
  readonly #instruments: InstrumentTable;
  readonly #positions: PositionBook;
  readonly #limits: RiskLimits;
  readonly #references: ReferencePrices;
  readonly #cells: Float64Array;
  /** By instrument: what its worst position is worth, and the quantity and the price for which that was worked out. */
  readonly #worth: Float64Array;
  readonly #worthQuantity: Float64Array;
  readonly #worthPrice: Float64Array;

  constructor(
    columns: OrderColumns,
    open: OpenOrders,
    external: ExternalReserves,
    instruments: InstrumentTable,
    positions: PositionBook,
    limits: RiskLimits,
    references: ReferencePrices,
  ) {
    this.isReducing = 0;
    this.#added = new Float64Array(1);
    this.#columns = columns;
    this.#open = open;
    this.#external = external;
    this.#instruments = instruments;
    this.#positions = positions;
    this.#limits = limits;
    this.#references = references;
    this.#cells = new Float64Array(NOTIONAL_CELLS + 1);
    this.#worth = new Float64Array(instruments.count);
    this.#worthQuantity = new Float64Array(instruments.count).fill(Number.NaN);
    this.#worthPrice = new Float64Array(instruments.count).fill(Number.NaN);
  }

  /** Finds out whether the order reduces; to be called before `check`. `credit` as of OrderReplacements. Returns `isReducing`. */
  classify(slot: number, instrument: number, credit: number): number {
    const position = this.#positions.quantity[this.#positions.rowOf(this.#positions.accountRow, instrument)]!;
    const quantity = this.#columns.quantity[slot]! - credit;
    this.#added[0] = quantity;
    const isBuy = this.#columns.side[slot] === Side.BUY;
    const isWithin = isBuy
      ? position < 0 && position + this.#buyQty(instrument) + quantity <= 0
      : position > 0 && position - this.#sellQty(instrument) - quantity >= 0;
    this.isReducing = isWithin ? 1 : 0;
    return this.isReducing;
  }

  check(slot: number, instrument: number): number {
    const position = this.#positions.quantity[this.#positions.rowOf(this.#positions.accountRow, instrument)]!;
    const quantity = this.#added[0]!;
    const worst =
      this.#columns.side[slot] === Side.BUY
        ? position + this.#buyQty(instrument) + quantity
        : this.#sellQty(instrument) + quantity - position;
    if (worst > this.#limits.positionMax[instrument]!) return DenialCode.POSITION_LIMIT;
    return this.isReducing === 1 ? 0 : this.#checkGross(slot, instrument);
  }

  /**
   * Σ over the instruments of one quote asset of worst |position| × last ask, each rounded up. The product, exact to the last digit, takes some 60 ns:
   * with 500 instruments it was 30 µs of each order, so it is kept for as long as quantity and price stay what they are.
   */
  #checkGross(slot: number, instrument: number): number {
    const group = this.#instruments.quoteGroup[instrument]!;
    const limit = this.#limits.grossNotionalMax[group]!;
    // The order's own row first: it differs from order to order, all others seldom.
    const fault = this.#worthWith(slot, instrument);
    if (fault !== 0) return fault;
    this.#cells[GROSS] = this.#worth[instrument]!;
    const others = this.#addOthers(group, instrument);
    if (others !== 0) return others;
    return this.#cells[GROSS] <= limit ? 0 : DenialCode.GROSS_EXPOSURE_LIMIT;
  }

  /** Adds up all rows of a group but one. A loop over columns, without a call for each row: it runs over every instrument for each order. */
  #addOthers(group: number, own: number): number {
    const { quoteGroup, multiplier, count } = this.#instruments;
    const { buyQty, sellQty } = this.#open;
    const othersBuyQty = this.#external.buyQty;
    const othersSellQty = this.#external.sellQty;
    const { askPrice } = this.#references;
    const { quantity } = this.#positions;
    const worth = this.#worth;
    const worthQuantity = this.#worthQuantity;
    const worthPrice = this.#worthPrice;
    const first = this.#positions.rowOf(this.#positions.accountRow, 0);
    let gross = this.#cells[GROSS]!;
    for (let row = 0; row < count; row += 1) {
      if (quoteGroup[row] !== group || row === own) continue;
      const up = Math.abs(quantity[first + row]! + buyQty[row]! + othersBuyQty[row]!);
      const down = Math.abs(quantity[first + row]! - sellQty[row]! - othersSellQty[row]!);
      const worst = (up > down ? up : down) * multiplier[row]!;
      if (worst === 0) continue;
      if (worst !== worthQuantity[row] || askPrice[row] !== worthPrice[row]) {
        this.#cells[NotionalCell.QUANTITY] = worst;
        const fault = this.#value(row);
        if (fault !== 0) return fault;
      }
      gross += worth[row]!;
    }
    this.#cells[GROSS] = gross;
    return 0;
  }

  /** What open orders may still buy, this host's own and those of others. */
  #buyQty(row: number): number {
    return this.#open.buyQty[row]! + this.#external.buyQty[row]!;
  }

  #sellQty(row: number): number {
    return this.#open.sellQty[row]! + this.#external.sellQty[row]!;
  }

  /** Works out the worth of the row of the order in `slot`, with the order. 0, or why there is none. */
  #worthWith(slot: number, row: number): number {
    const position = this.#positions.quantity[this.#positions.rowOf(this.#positions.accountRow, row)]!;
    const isBuy = this.#columns.side[slot] === Side.BUY;
    const quantity = this.#added[0]!;
    const up = Math.abs(position + this.#buyQty(row) + (isBuy ? quantity : 0));
    const down = Math.abs(position - this.#sellQty(row) - (isBuy ? 0 : quantity));
    this.#cells[NotionalCell.QUANTITY] = (up > down ? up : down) * this.#instruments.multiplier[row]!;
    return this.#value(row);
  }

  /** Works out the worth of the quantity in QUANTITY. 0, or why there is none. */
  #value(row: number): number {
    const cells = this.#cells;
    // Of what others may do nobody knows the end.
    if (cells[NotionalCell.QUANTITY] === Number.POSITIVE_INFINITY) return DenialCode.GROSS_EXPOSURE_LIMIT;
    if (!(cells[NotionalCell.QUANTITY]! <= MAX_SAFE)) return DenialCode.NOTIONAL_OVERFLOW;
    cells[NotionalCell.PRICE] = this.#references.askPrice[row]!;
    cells[NotionalCell.DIVISOR] = this.#instruments.divisor[row]!;
    cells[NotionalCell.PARTS_SCALE] = this.#instruments.partsScale[row]!;
    if (multiplyExact(cells) !== NOTIONAL_OK) return DenialCode.NOTIONAL_OVERFLOW;
    if (!(cells[NotionalCell.PRICE]! > 0)) return DenialCode.REFERENCE_INVALID;
    this.#worth[row] = cells[NotionalCell.WHOLE]! + (cells[NotionalCell.PARTS]! > 0 ? 1 : 0);
    this.#worthQuantity[row] = cells[NotionalCell.QUANTITY]!;
    this.#worthPrice[row] = cells[NotionalCell.PRICE]!;
    return 0;
  }
}
