import { ExecType, ExecutionReport, OrderType, readInt64, Side } from "../../../abi/host/index.ts";
import { readMantissa } from "./mantissa.hot.ts";
import type { InstrumentTable } from "./instrument-table.ts";
import type { OrderColumns } from "./order-columns.ts";
import { HaltReason } from "./outcome.ts";

/** Layout of `ReportReader.numbers`. */
export const ReportNumber = {
  PRICE: 0,
  ORDER_QTY: 1,
  LAST_PRICE: 2,
  LAST_QTY: 3,
  CUM_QTY: 4,
  COMMISSION: 5,
} as const;

/**
 * One ExecutionReport, taken apart and judged. It comes out of a plugin, from a venue: nothing in it is believed before the
 * check. Checks return a HaltReason, 0 when all is well.
 */
export class ReportReader {
  /** ReportNumber. */
  readonly numbers: Float64Array;
  instrument: number;
  execType: number;
  side: number;
  liquiditySide: number;
  epoch: number;
  sequence: number;
  venueOrderIdLow: number;
  venueOrderIdHigh: number;
  tradeIdLow: number;
  tradeIdHigh: number;
  commissionAssetId: number;
  rejectCode: number;
  orderType: number;
  timeInForce: number;
  ordStatus: number;
  /** The venue's number of the report itself; of a trade that is undone or corrected alone. */
  execIdLow: number;
  execIdHigh: number;
  /** The venue's, nanoseconds since 1970, exact to 256 ns. */
  readonly tsEvent: Float64Array;
  readonly #instruments: InstrumentTable;

  constructor(instruments: InstrumentTable) {
    this.numbers = new Float64Array(6);
    this.instrument = -1;
    this.execType = 0;
    this.side = 0;
    this.liquiditySide = 0;
    this.epoch = 0;
    this.sequence = 0;
    this.venueOrderIdLow = 0;
    this.venueOrderIdHigh = 0;
    this.tradeIdLow = 0;
    this.tradeIdHigh = 0;
    this.commissionAssetId = 0;
    this.rejectCode = 0;
    this.orderType = 0;
    this.timeInForce = 0;
    this.ordStatus = 0;
    this.execIdLow = 0;
    this.execIdHigh = 0;
    this.tsEvent = new Float64Array(1);
    this.#instruments = instruments;
  }

  /** Whether it undoes or corrects a trade that was reported before. */
  get isAmendment(): boolean {
    return this.execType === ExecType.TRADE_CANCEL || this.execType === ExecType.TRADE_CORRECT;
  }

  /** Reads the record at `byteOffset` (a multiple of 4). */
  read(words: Int32Array, byteOffset: number): number {
    const at = byteOffset >> 2;
    const codes = words[at + (ExecutionReport.execType >> 2)]!;
    this.execType = codes & 255;
    this.ordStatus = (codes >>> 8) & 255;
    this.side = (codes >>> 16) & 255;
    this.liquiditySide = (codes >>> 24) & 255;
    const kinds = words[at + (ExecutionReport.orderType >> 2)]!;
    this.orderType = kinds & 255;
    this.timeInForce = (kinds >>> 8) & 255;
    this.instrument = this.#instruments.indexOf(words[at + (ExecutionReport.instrumentId >> 2)]!);
    this.epoch = words[at + (ExecutionReport.clientOrderEpoch >> 2)]!;
    this.sequence = words[at + (ExecutionReport.clientOrderSequence >> 2)]!;
    this.venueOrderIdLow = words[at + (ExecutionReport.venueOrderId >> 2)]!;
    this.venueOrderIdHigh = words[at + (ExecutionReport.venueOrderId >> 2) + 1]!;
    this.tradeIdLow = words[at + (ExecutionReport.tradeId >> 2)]!;
    this.tradeIdHigh = words[at + (ExecutionReport.tradeId >> 2) + 1]!;
    this.commissionAssetId = words[at + (ExecutionReport.commissionAssetId >> 2)]!;
    this.tsEvent[0] = readInt64(words, at + (ExecutionReport.tsEvent >> 2));
    this.rejectCode = words[at + (ExecutionReport.rejectCode >> 2)]!;
    this.execIdLow = words[at + (ExecutionReport.execId >> 2)]!;
    this.execIdHigh = words[at + (ExecutionReport.execId >> 2) + 1]!;
    return this.#readNumbers(words, byteOffset);
  }

  /** Does the report speak of the order in `slot`? V12: another order's report must not move this one. */
  checkMatch(columns: OrderColumns, slot: number): number {
    const orderQty = this.numbers[ReportNumber.ORDER_QTY]!;
    if (columns.instrument[slot] !== this.instrument || columns.side[slot] !== this.side) {
      return HaltReason.MISMATCHED_REPORT;
    }
    if (orderQty !== 0 && orderQty !== columns.quantity[slot]!) return HaltReason.MISMATCHED_REPORT;
    const low = columns.venueOrderIdLow[slot]!;
    const high = columns.venueOrderIdHigh[slot]!;
    if ((low | high) === 0 || (this.venueOrderIdLow | this.venueOrderIdHigh) === 0) return HaltReason.NONE;
    if (low !== this.venueOrderIdLow || high !== this.venueOrderIdHigh) return HaltReason.MISMATCHED_REPORT;
    return HaltReason.NONE;
  }

  /** Could this trade have happened to the order in `slot`? */
  checkTrade(columns: OrderColumns, slot: number): number {
    const numbers = this.numbers;
    const lastPrice = numbers[ReportNumber.LAST_PRICE]!;
    const lastQty = numbers[ReportNumber.LAST_QTY]!;
    const cumQty = numbers[ReportNumber.CUM_QTY]!;
    if (lastPrice <= 0 || lastQty <= 0 || (this.tradeIdLow | this.tradeIdHigh) === 0) {
      return HaltReason.MALFORMED_REPORT;
    }
    if (cumQty !== 0 && cumQty < lastQty) return HaltReason.MALFORMED_REPORT;
    if (lastPrice % this.#instruments.tickSize[this.instrument]! !== 0) return HaltReason.OFF_TICK_FILL;
    if (columns.orderType[slot] === OrderType.MARKET) return HaltReason.NONE;
    const limit = columns.price[slot]!;
    const isWorse = columns.side[slot] === Side.BUY ? lastPrice > limit : lastPrice < limit;
    return isWorse ? HaltReason.WORSE_THAN_LIMIT : HaltReason.NONE;
  }

  #readNumbers(words: Int32Array, byteOffset: number): number {
    const numbers = this.numbers;
    const read =
      readMantissa(words, byteOffset + ExecutionReport.price, numbers, ReportNumber.PRICE) &
      readMantissa(words, byteOffset + ExecutionReport.orderQty, numbers, ReportNumber.ORDER_QTY) &
      readMantissa(words, byteOffset + ExecutionReport.lastPrice, numbers, ReportNumber.LAST_PRICE) &
      readMantissa(words, byteOffset + ExecutionReport.lastQty, numbers, ReportNumber.LAST_QTY) &
      readMantissa(words, byteOffset + ExecutionReport.cumQty, numbers, ReportNumber.CUM_QTY) &
      readMantissa(words, byteOffset + ExecutionReport.commission, numbers, ReportNumber.COMMISSION);
    if (read === 0 || this.instrument < 0) return HaltReason.MALFORMED_REPORT;
    // The commission may be negative: a rebate.
    if (numbers[ReportNumber.PRICE]! < 0 || numbers[ReportNumber.ORDER_QTY]! < 0)
      return HaltReason.MALFORMED_REPORT;
    if (numbers[ReportNumber.LAST_PRICE]! < 0) return HaltReason.MALFORMED_REPORT;
    if (numbers[ReportNumber.LAST_QTY]! < 0 || numbers[ReportNumber.CUM_QTY]! < 0) {
      return HaltReason.MALFORMED_REPORT;
    }
    if (this.side !== Side.BUY && this.side !== Side.SELL) return HaltReason.MALFORMED_REPORT;
    if (this.execType === ExecType.REPLACED) return HaltReason.UNEXPECTED_REPLACE;
    const known = this.execType >= ExecType.NEW && this.execType <= ExecType.EXPIRED;
    return known || this.isAmendment ? HaltReason.NONE : HaltReason.MALFORMED_REPORT;
  }
}
