import { ExecType, OrdStatus } from "../../../abi/host/index.ts";
import type { FillHistory } from "./fill-history.hot.ts";
import type { OrderColumns } from "./order-columns.ts";
import { FillCell } from "./fill-cell.ts";
import { IS_OPEN, OrderTrigger } from "./order-states.ts";
import { HaltReason } from "./outcome.ts";
import { ReportNumber, type ReportReader } from "./report-reader.hot.ts";
import { TradeIdSet } from "./trade-id-set.hot.ts";

/** Reports of this kind that are remembered, so that each is applied once: busts are rare, one in some hundred thousand trades. */
const AMENDMENTS_RETAINED = 1_024;
/** No trigger: the order stays as it is. */
export const NO_TRIGGER = -1;

/**
 * [V16] A venue takes a trade back (TRADE_CANCEL), or gives it other terms (TRADE_CORRECT). What was applied is found by the trade's id and its own terms are
 * undone, never what the report says that they were; what cannot be found, was undone before, or would leave less than nothing is not believed.
 */
export class TradeAmendments {
  /** FillCell: the terms that the last amendment undid, and the asset of their commission. */
  readonly undone: Float64Array;
  undoneAssetId: number;
  /** By (venue, number of the report). */
  readonly seen: TradeIdSet;
  readonly #fills: FillHistory;
  readonly #columns: OrderColumns;
  readonly #report: ReportReader;

  constructor(fills: FillHistory, columns: OrderColumns, report: ReportReader) {
    this.undone = new Float64Array(3);
    this.undoneAssetId = 0;
    this.seen = new TradeIdSet(AMENDMENTS_RETAINED);
    this.#fills = fills;
    this.#columns = columns;
    this.#report = report;
  }

  /** Whether the report at hand was applied before. */
  isRepeated(venue: number): boolean {
    return this.seen.has(venue, this.#report.execIdLow, this.#report.execIdHigh) === 1;
  }

  /** Index of the fill that the report is about; or −HaltReason. */
  find(slot: number): number {
    const report = this.#report;
    const fills = this.#fills;
    if ((report.execIdLow | report.execIdHigh) === 0) return -HaltReason.MALFORMED_REPORT;
    const index = fills.find(report.instrument, slot, report.tradeIdLow, report.tradeIdHigh);
    if (index < 0) return -HaltReason.UNKNOWN_TRADE;
    if (fills.isUndone[index] === 1) return -HaltReason.UNDONE_TWICE;
    const fault =
      report.execType === ExecType.TRADE_CORRECT
        ? report.checkTrade(this.#columns, slot)
        : this.#checkTerms(index);
    if (fault !== 0) return -fault;
    const cumQty = this.#columns.cumQty[slot]! + this.#change(index);
    if (cumQty < 0) return -HaltReason.NEGATIVE_CUM_QTY;
    if (!(cumQty <= Number.MAX_SAFE_INTEGER)) return -HaltReason.MALFORMED_REPORT;
    const reported = report.numbers[ReportNumber.CUM_QTY]!;
    return reported !== 0 && cumQty > reported ? -HaltReason.CUM_QTY_INCONSISTENT : index;
  }

  /** Gives the fill at `index` its new terms and moves the order's sums; `fill` gets the terms in force, a quantity of 0 where there are none. */
  apply(slot: number, index: number, venue: number, fill: Float64Array): void {
    const { undone } = this;
    const fills = this.#fills;
    const columns = this.#columns;
    const report = this.#report;
    const { numbers } = report;
    const change = this.#change(index);
    undone[FillCell.PRICE] = fills.price[index]!;
    undone[FillCell.QUANTITY] = fills.quantity[index]!;
    undone[FillCell.COMMISSION] = fills.commission[index]!;
    this.undoneAssetId = fills.commissionAssetId[index]!;
    const isCorrection = report.execType === ExecType.TRADE_CORRECT;
    if (isCorrection) {
      fills.price[index] = numbers[ReportNumber.LAST_PRICE]!;
      fills.quantity[index] = numbers[ReportNumber.LAST_QTY]!;
      fills.commission[index] = numbers[ReportNumber.COMMISSION]!;
      fills.commissionAssetId[index] = report.commissionAssetId;
    } else fills.isUndone[index] = 1;
    fill[FillCell.PRICE] = isCorrection ? fills.price[index]! : 0;
    fill[FillCell.QUANTITY] = isCorrection ? fills.quantity[index]! : 0;
    fill[FillCell.COMMISSION] = isCorrection ? fills.commission[index]! : 0;
    const cumQty = columns.cumQty[slot]! + change;
    const reported = numbers[ReportNumber.CUM_QTY]!;
    // A report that tells no sum (0) changes the venue's by what it changes ours.
    const venueCumQty = reported === 0 ? columns.venueCumQty[slot]! + change : reported;
    columns.cumQty[slot] = cumQty;
    columns.venueCumQty[slot] = venueCumQty > cumQty ? venueCumQty : cumQty;
    this.seen.add(venue, report.execIdLow, report.execIdHigh);
  }

  /** What follows for the order's state, after `apply`. One that is over stays so, unless the venue says that it works again. */
  triggerOf(slot: number): number {
    const columns = this.#columns;
    const { ordStatus } = this.#report;
    const isOpen = IS_OPEN[columns.status[slot]!] === 1;
    const cumQty = columns.cumQty[slot]!;
    const quantity = columns.quantity[slot]!;
    if (cumQty > quantity) return OrderTrigger.REPORT_TRADE_OVER;
    if (isOpen && cumQty === quantity) return OrderTrigger.REPORT_TRADE_FULL;
    if (isOpen && ordStatus === OrdStatus.CANCELED) return OrderTrigger.REPORT_CANCELED;
    if (isOpen && ordStatus === OrdStatus.EXPIRED) return OrderTrigger.REPORT_EXPIRED;
    const isWorking = ordStatus >= OrdStatus.PENDING_NEW && ordStatus <= OrdStatus.PENDING_CANCEL;
    return isOpen || isWorking ? OrderTrigger.REPORT_TRADE_AMENDED : NO_TRIGGER;
  }

  /** A bust that tells terms, tells those of the trade. */
  #checkTerms(index: number): number {
    const { numbers } = this.#report;
    const price = numbers[ReportNumber.LAST_PRICE]!;
    const quantity = numbers[ReportNumber.LAST_QTY]!;
    const isOther =
      (price !== 0 && price !== this.#fills.price[index]!) ||
      (quantity !== 0 && quantity !== this.#fills.quantity[index]!);
    return isOther ? HaltReason.MISMATCHED_REPORT : HaltReason.NONE;
  }

  /** By how much the order's filled quantity changes. */
  #change(index: number): number {
    const isCorrection = this.#report.execType === ExecType.TRADE_CORRECT;
    const next = isCorrection ? this.#report.numbers[ReportNumber.LAST_QTY]! : 0;
    return next - this.#fills.quantity[index]!;
  }
}
