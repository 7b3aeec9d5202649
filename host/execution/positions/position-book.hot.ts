import {
  FillCell,
  MAX_SAFE,
  multiplyExact,
  NOTIONAL_OK,
  NotionalCell,
  PARTS_PER_WHOLE,
  type InstrumentTable,
} from "../orders/index.ts";
import { Side } from "../../../abi/host/index.ts";
import { AverageCell, AVERAGE_CELLS, averagePrice } from "./average-price.hot.ts";

export const POSITION_OK = 0;
/** A sum would pass 2^53 − 1: nothing was changed, the instrument must halt. */
export const POSITION_OVERFLOW = 1;

/** Cells of a fold that waits to be written. */
const QUANTITY = 0;
const COST_WHOLE = 1;
const COST_PARTS = 2;
const GAIN_WHOLE = 3;
const GAIN_PARTS = 4;
const STAGE_CELLS = 5;

/** Layout of `PositionBook.valuation`. */
export const ValuationCell = { UNREALIZED_WHOLE: 0, UNREALIZED_PARTS: 1, AVERAGE_PRICE: 2 } as const;

/**
 * Positions as a fold of fills, by (agent, instrument) and for the account. Row = agent * instrumentCount + instrument; the
 * row `agentsMax` of agents is the host (adopted orders), the one after it the account, and the last what others have traded on it.
 *
 * Money is WHOLE quote mantissas and PARTS (0 to 10^8 − 1) hundred-millionths of one; negative sums have a negative WHOLE and
 * PARTS of 0 or more. The rule, at average cost:
 * - a fill that opens adds its exact notional to the cost;
 * - a fill that closes a part of the position releases closedQuantity × ⌊cost / quantity⌋ of the cost: the average price is
 *   rounded down to a price mantissa, and the rest stays in the cost of what is still held;
 * - a fill that closes all of it releases all of the cost, so that realised P&L of a flat position is its cash flow, exactly.
 * Realised plus unrealised P&L is cash flow plus position × mark, exactly, at all times. Fees are apart (fee-book).
 */
export class PositionBook {
  readonly quantity: Float64Array;
  readonly costWhole: Float64Array;
  readonly costParts: Float64Array;
  readonly realizedWhole: Float64Array;
  readonly realizedParts: Float64Array;
  /** ValuationCell: result of `value`. */
  readonly valuation: Float64Array;
  readonly instrumentCount: number;
  /** Agent row of the account. */
  readonly accountRow: number;
  /** Agent row of whoever else trades on the account. */
  readonly externalRow: number;
  readonly #instruments: InstrumentTable;
  readonly #cells: Float64Array;
  readonly #stage: Float64Array;

  constructor(instruments: InstrumentTable, agentsMax: number) {
    const rows = (agentsMax + 3) * instruments.count;
    this.quantity = new Float64Array(rows);
    this.costWhole = new Float64Array(rows);
    this.costParts = new Float64Array(rows);
    this.realizedWhole = new Float64Array(rows);
    this.realizedParts = new Float64Array(rows);
    this.valuation = new Float64Array(3);
    this.instrumentCount = instruments.count;
    this.accountRow = agentsMax + 1;
    this.externalRow = agentsMax + 2;
    this.#instruments = instruments;
    this.#cells = new Float64Array(AVERAGE_CELLS);
    this.#stage = new Float64Array(STAGE_CELLS * 2);
  }

  /** Row of an agent's (or the account's, with `accountRow`) position in an instrument. */
  rowOf(agent: number, instrument: number): number {
    return agent * this.instrumentCount + instrument;
  }

  /** Folds one fill (FillCell layout) into the agent's and the account's position: both or neither. */
  applyFill(fill: Float64Array, agent: number, instrument: number, side: number): number {
    const agentRow = this.rowOf(agent, instrument);
    const accountRow = this.rowOf(this.accountRow, instrument);
    if (this.#fold(fill, agentRow, instrument, side, 0) !== POSITION_OK) return POSITION_OVERFLOW;
    if (this.#fold(fill, accountRow, instrument, side, STAGE_CELLS) !== POSITION_OK) return POSITION_OVERFLOW;
    this.#write(agentRow, 0);
    this.#write(accountRow, STAGE_CELLS);
    return POSITION_OK;
  }

  /** Takes the rows of an instrument, of every agent and of the account, from another book. */
  copyFrom(other: PositionBook, instrument: number): void {
    for (let agent = 0; agent <= this.externalRow; agent += 1) {
      const row = this.rowOf(agent, instrument);
      this.quantity[row] = other.quantity[row]!;
      this.costWhole[row] = other.costWhole[row]!;
      this.costParts[row] = other.costParts[row]!;
      this.realizedWhole[row] = other.realizedWhole[row]!;
      this.realizedParts[row] = other.realizedParts[row]!;
    }
  }

  /** Values a row at `mark[0]` (a price mantissa) into `valuation`. */
  value(row: number, instrument: number, mark: Float64Array): number {
    const cells = this.#cells;
    const valuation = this.valuation;
    const quantity = this.quantity[row]!;
    valuation.fill(0);
    if (quantity === 0) return POSITION_OK;
    this.#prepare(instrument, Math.abs(quantity));
    cells[AverageCell.COST_WHOLE] = this.costWhole[row]!;
    cells[AverageCell.COST_PARTS] = this.costParts[row]!;
    if (averagePrice(cells) !== 0) return POSITION_OVERFLOW;
    valuation[ValuationCell.AVERAGE_PRICE] = cells[AverageCell.AVERAGE]!;
    cells[NotionalCell.PRICE] = mark[0]!;
    if (multiplyExact(cells) !== NOTIONAL_OK) return POSITION_OVERFLOW;
    const direction = quantity > 0 ? 1 : -1;
    let whole = direction * (cells[NotionalCell.WHOLE]! - this.costWhole[row]!);
    let parts = direction * (cells[NotionalCell.PARTS]! - this.costParts[row]!);
    if (parts < 0) {
      parts += PARTS_PER_WHOLE;
      whole -= 1;
    }
    valuation[ValuationCell.UNREALIZED_WHOLE] = whole;
    valuation[ValuationCell.UNREALIZED_PARTS] = parts;
    return POSITION_OK;
  }

  #prepare(instrument: number, quantity: number): void {
    const cells = this.#cells;
    cells[NotionalCell.DIVISOR] = this.#instruments.divisor[instrument]!;
    cells[NotionalCell.PARTS_SCALE] = this.#instruments.partsScale[instrument]!;
    cells[NotionalCell.QUANTITY] = quantity * this.#instruments.multiplier[instrument]!;
  }

  /** The row after the fill, into the stage at `to`. */
  #fold(fill: Float64Array, row: number, instrument: number, side: number, to: number): number {
    const stage = this.#stage;
    const held = this.quantity[row]!;
    const filled = fill[FillCell.QUANTITY]!;
    const signed = side === Side.BUY ? filled : -filled;
    const next = held + signed;
    const isOpening = held === 0 || held > 0 === signed > 0;
    if (!(Math.abs(next) * this.#instruments.multiplier[instrument]! <= MAX_SAFE)) return POSITION_OVERFLOW;
    stage[to + QUANTITY] = next;
    stage[to + COST_WHOLE] = this.costWhole[row]!;
    stage[to + COST_PARTS] = this.costParts[row]!;
    stage[to + GAIN_WHOLE] = this.realizedWhole[row]!;
    stage[to + GAIN_PARTS] = this.realizedParts[row]!;
    if (!isOpening && this.#release(fill, row, instrument, to) !== POSITION_OK) return POSITION_OVERFLOW;
    const isCrossing = !isOpening && held > 0 !== next > 0 && next !== 0;
    if (!isOpening && !isCrossing) return POSITION_OK;
    this.#prepare(instrument, isCrossing ? Math.abs(next) : filled);
    this.#cells[NotionalCell.PRICE] = fill[FillCell.PRICE]!;
    return this.#addProduct(to + COST_WHOLE, 1);
  }

  /** Closes what the fill closes: cost down, gain up, both exact. */
  #release(fill: Float64Array, row: number, instrument: number, to: number): number {
    const cells = this.#cells;
    const held = this.quantity[row]!;
    const heldSize = Math.abs(held);
    const filled = fill[FillCell.QUANTITY]!;
    const direction = held > 0 ? 1 : -1;
    const closed = filled < heldSize ? filled : heldSize;
    this.#prepare(instrument, heldSize);
    cells[AverageCell.COST_WHOLE] = this.costWhole[row]!;
    cells[AverageCell.COST_PARTS] = this.costParts[row]!;
    if (closed < heldSize) {
      if (averagePrice(cells) !== 0) return POSITION_OVERFLOW;
      this.#prepare(instrument, closed);
      cells[NotionalCell.PRICE] = cells[AverageCell.AVERAGE]!;
      if (multiplyExact(cells) !== NOTIONAL_OK) return POSITION_OVERFLOW;
    } else {
      cells[NotionalCell.WHOLE] = this.costWhole[row]!;
      cells[NotionalCell.PARTS] = this.costParts[row]!;
    }
    if (this.#addStaged(to + COST_WHOLE, -1) !== POSITION_OK) return POSITION_OVERFLOW;
    if (this.#addStaged(to + GAIN_WHOLE, -direction) !== POSITION_OK) return POSITION_OVERFLOW;
    this.#prepare(instrument, closed);
    cells[NotionalCell.PRICE] = fill[FillCell.PRICE]!;
    return this.#addProduct(to + GAIN_WHOLE, direction);
  }

  #addProduct(at: number, sign: number): number {
    const cells = this.#cells;
    if (!(cells[NotionalCell.QUANTITY]! <= MAX_SAFE) || multiplyExact(cells) !== NOTIONAL_OK) {
      return POSITION_OVERFLOW;
    }
    return this.#addStaged(at, sign);
  }

  /** Adds sign × (WHOLE, PARTS) to the stage's pair at `at`, with carry or borrow. */
  #addStaged(at: number, sign: number): number {
    const stage = this.#stage;
    const cells = this.#cells;
    let whole = stage[at]! + sign * cells[NotionalCell.WHOLE]!;
    let parts = stage[at + 1]! + sign * cells[NotionalCell.PARTS]!;
    if (parts >= PARTS_PER_WHOLE) {
      parts -= PARTS_PER_WHOLE;
      whole += 1;
    } else if (parts < 0) {
      parts += PARTS_PER_WHOLE;
      whole -= 1;
    }
    if (!(Math.abs(whole) <= MAX_SAFE)) return POSITION_OVERFLOW;
    stage[at] = whole;
    stage[at + 1] = parts;
    return POSITION_OK;
  }

  #write(row: number, from: number): void {
    const stage = this.#stage;
    this.quantity[row] = stage[from + QUANTITY]!;
    this.costWhole[row] = stage[from + COST_WHOLE]!;
    this.costParts[row] = stage[from + COST_PARTS]!;
    this.realizedWhole[row] = stage[from + GAIN_WHOLE]!;
    this.realizedParts[row] = stage[from + GAIN_PARTS]!;
  }
}
