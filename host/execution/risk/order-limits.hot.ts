import { OrderType, Side } from "../../../abi/host/index.ts";
import {
  MAX_SAFE,
  multiplyExact,
  NOTIONAL_OK,
  NotionalCell,
  NOTIONAL_CELLS,
  type InstrumentTable,
  type OrderColumns,
} from "../orders/index.ts";
import { DenialCode } from "./denial-code.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import type { RiskLimits } from "./risk-limits.ts";

const MILLION = 1_000_000;
const BAND_PARTS_SCALE = 100;

/** What one order may be, whatever else is open: grid, reference price, collar, size, value. Codes are DenialCode, 0 is well. */
export class OrderLimits {
  /** Cell 0: the limit, or for MARKET the worst price that is assumed. Cell 1: age of the reference, ns. Set by `check`. */
  readonly judged: Float64Array;
  readonly #columns: OrderColumns;
  readonly #instruments: InstrumentTable;
  readonly #limits: RiskLimits;
  readonly #references: ReferencePrices;
  readonly #clock: Float64Array;
  readonly #cells: Float64Array;

  constructor(
    columns: OrderColumns,
    instruments: InstrumentTable,
    limits: RiskLimits,
    references: ReferencePrices,
    clock: Float64Array,
  ) {
    this.judged = new Float64Array(2);
    this.#columns = columns;
    this.#instruments = instruments;
    this.#limits = limits;
    this.#references = references;
    this.#clock = clock;
    this.#cells = new Float64Array(NOTIONAL_CELLS);
  }

  check(slot: number, instrument: number): number {
    const grid = this.#checkGrid(slot, instrument);
    if (grid !== 0) return grid;
    const reference = this.#checkReference(instrument);
    if (reference !== 0) return reference;
    const collar = this.#checkCollar(slot, instrument);
    if (collar !== 0) return collar;
    if (this.#columns.quantity[slot]! > this.#limits.orderQuantityMax[instrument]!) {
      return DenialCode.ORDER_QUANTITY_LIMIT;
    }
    return this.#checkNotional(slot, instrument);
  }

  #checkGrid(slot: number, instrument: number): number {
    const instruments = this.#instruments;
    const quantity = this.#columns.quantity[slot]!;
    if (quantity < instruments.minQuantity[instrument]!) return DenialCode.QUANTITY_BELOW_MINIMUM;
    if (quantity > instruments.maxQuantity[instrument]!) return DenialCode.QUANTITY_ABOVE_MAXIMUM;
    if (quantity % instruments.lotSize[instrument]! !== 0) return DenialCode.OFF_LOT;
    return this.#columns.price[slot]! % instruments.tickSize[instrument]! === 0 ? 0 : DenialCode.OFF_TICK;
  }

  #checkReference(instrument: number): number {
    const references = this.#references;
    const bid = references.bidPrice[instrument]!;
    const ask = references.askPrice[instrument]!;
    if (references.isValid[instrument] !== 1 || !(bid > 0) || !(ask > bid)) {
      return DenialCode.REFERENCE_INVALID;
    }
    const ageNs = this.#clock[0]! - references.timeNs[instrument]!;
    this.judged[1] = ageNs;
    // A reference from the future is no reference either.
    return ageNs >= 0 && ageNs <= this.#limits.referenceAgeMaxNs[instrument]!
      ? 0
      : DenialCode.REFERENCE_STALE;
  }

  /**
   * The distance from the middle, doubled to stay an integer: |2 × price − (bid + ask)| ≤ ⌊(bid + ask) × ppm / 10^6⌋, which
   * for integers is the same as comparing the exact products.
   */
  #checkCollar(slot: number, instrument: number): number {
    const references = this.#references;
    const isBuy = this.#columns.side[slot] === Side.BUY;
    const isMarket = this.#columns.orderType[slot] === OrderType.MARKET;
    const touch = isBuy ? references.askPrice[instrument]! : references.bidPrice[instrument]!;
    const price = isMarket ? touch : this.#columns.price[slot]!;
    const sum = references.bidPrice[instrument]! + references.askPrice[instrument]!;
    if (!(sum <= MAX_SAFE)) return DenialCode.NOTIONAL_OVERFLOW;
    const reach = isBuy ? 2 * price - sum : sum - 2 * price;
    const ppm =
      reach > 0 ? this.#limits.collarAggressivePpm[instrument]! : this.#limits.collarPassivePpm[instrument]!;
    const cells = this.#cells;
    cells[NotionalCell.PRICE] = sum;
    cells[NotionalCell.QUANTITY] = ppm;
    cells[NotionalCell.DIVISOR] = MILLION;
    cells[NotionalCell.PARTS_SCALE] = BAND_PARTS_SCALE;
    if (multiplyExact(cells) !== NOTIONAL_OK) return DenialCode.NOTIONAL_OVERFLOW;
    const band = cells[NotionalCell.WHOLE]!;
    if (Math.abs(reach) > band) return DenialCode.PRICE_COLLAR;
    // A MARKET order is assumed to trade through to the end of its collar.
    const worst = isBuy ? Math.ceil((sum + band) / 2) : Math.floor((sum - band) / 2);
    this.judged[0] = isMarket ? worst : price;
    return 0;
  }

  /** Rounded up against the limit, down against the venue's minimum. A sale may trade at the bid when that is above its limit. */
  #checkNotional(slot: number, instrument: number): number {
    const cells = this.#cells;
    const quantity = this.#columns.quantity[slot]! * this.#instruments.multiplier[instrument]!;
    if (!(quantity <= MAX_SAFE)) return DenialCode.NOTIONAL_OVERFLOW;
    const bid = this.#references.bidPrice[instrument]!;
    const judged = this.judged[0]!;
    const isSell = this.#columns.side[slot] === Side.SELL;
    cells[NotionalCell.PRICE] = isSell && bid > judged ? bid : judged;
    cells[NotionalCell.QUANTITY] = quantity;
    cells[NotionalCell.DIVISOR] = this.#instruments.divisor[instrument]!;
    cells[NotionalCell.PARTS_SCALE] = this.#instruments.partsScale[instrument]!;
    if (multiplyExact(cells) !== NOTIONAL_OK) return DenialCode.NOTIONAL_OVERFLOW;
    const notional = cells[NotionalCell.WHOLE]! + (cells[NotionalCell.PARTS]! > 0 ? 1 : 0);
    if (notional > this.#limits.orderNotionalMax[instrument]!) return DenialCode.ORDER_NOTIONAL_LIMIT;
    const price = this.#columns.price[slot]!;
    cells[NotionalCell.PRICE] = price > 0 ? price : bid;
    if (multiplyExact(cells) !== NOTIONAL_OK) return DenialCode.NOTIONAL_OVERFLOW;
    const isBelow = cells[NotionalCell.WHOLE]! < this.#instruments.minNotional[instrument]!;
    return isBelow ? DenialCode.NOTIONAL_BELOW_MINIMUM : 0;
  }
}
