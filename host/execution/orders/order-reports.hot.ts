import { ExecType, OrdStatus } from "../../../abi/host/index.ts";
import { FillCell } from "./fill-cell.ts";
import { FillHistory } from "./fill-history.hot.ts";
import type { InstrumentTable } from "./instrument-table.ts";
import type { OrderColumns } from "./order-columns.ts";
import type { OrderSlots } from "./order-slots.hot.ts";
import { OrderTrigger } from "./order-states.ts";
import type { OrderTransitions } from "./order-transitions.hot.ts";
import { HaltReason, Outcome } from "./outcome.ts";
import { ReportNumber, ReportReader } from "./report-reader.hot.ts";
import { NO_TRIGGER, TradeAmendments } from "./trade-amendments.hot.ts";
import { TradeIdSet } from "./trade-id-set.hot.ts";

/** Of a fill that is no order's of this host. */
const NO_ORDER = -1;

/** Execution reports: find the order, judge the report, apply fills once, move the order; adopt orders of earlier epochs. */
export class OrderReports {
  readonly fill: Float64Array;
  readonly report: ReportReader;
  readonly #slots: OrderSlots;
  readonly #columns: OrderColumns;
  readonly #transitions: OrderTransitions;
  readonly #clock: Float64Array;
  readonly #agentsMax: number;
  /** By instrument: the executions that are remembered. */
  readonly tradeIds: TradeIdSet[];
  readonly fills: FillHistory;
  readonly amendments: TradeAmendments;
  readonly #instruments: InstrumentTable;

  constructor(
    slots: OrderSlots,
    transitions: OrderTransitions,
    instruments: InstrumentTable,
    clock: Float64Array,
    agentsMax: number,
    tradeIdsRetained: number,
    fillsRetained: number,
  ) {
    this.fill = new Float64Array(3);
    this.report = new ReportReader(instruments);
    this.fills = new FillHistory(instruments.count, fillsRetained);
    this.amendments = new TradeAmendments(this.fills, slots.columns, this.report);
    this.#instruments = instruments;
    this.#slots = slots;
    this.#columns = slots.columns;
    this.#transitions = transitions;
    this.#clock = clock;
    this.#agentsMax = agentsMax;
    this.tradeIds = [];
    for (let row = 0; row < instruments.count; row += 1) {
      this.tradeIds.push(new TradeIdSet(tradeIdsRetained));
    }
  }

  /** See OrderTable.applyReport. */
  applyReport(words: Int32Array, byteOffset: number): number {
    this.#transitions.begin(-1);
    const report = this.report;
    const fault = report.read(words, byteOffset);
    if (fault !== 0) return this.#quarantine(fault);
    const slot = this.#findReported();
    if (slot < 0) return this.#refuseUnknown();
    this.#transitions.lastIndex = slot;
    const mismatch = report.checkMatch(this.#columns, slot);
    if (mismatch !== 0) return this.#quarantine(mismatch);
    if (report.isAmendment) return this.#applyAmendment(slot);
    if (report.execType === ExecType.TRADE) return this.#applyTrade(slot);
    const cumQty = report.numbers[ReportNumber.CUM_QTY]!;
    if (cumQty > this.#columns.quantity[slot]! && cumQty > this.#columns.cumQty[slot]!) {
      // Its sum is not believed, its name is: without one the list of trades cannot say what was filled.
      this.#slots.learnVenueOrderId(slot, report.venueOrderIdLow, report.venueOrderIdHigh);
      return this.#quarantine(HaltReason.MALFORMED_REPORT);
    }
    this.#learnReported(slot);
    return this.#transitions.apply(slot, this.#triggerOf(slot));
  }

  /** See OrderTable.takeExternalTrade. */
  takeExternalTrade(words: Int32Array): number {
    this.#transitions.begin(-1);
    const report = this.report;
    const fault = report.read(words, 0);
    if (fault !== 0) return this.#quarantine(fault);
    const isTrade =
      report.execType === ExecType.TRADE &&
      report.numbers[ReportNumber.LAST_PRICE]! > 0 &&
      report.numbers[ReportNumber.LAST_QTY]! > 0;
    if (!isTrade) return this.#quarantine(HaltReason.MALFORMED_REPORT);
    this.#remember(NO_ORDER);
    this.fill[FillCell.PRICE] = report.numbers[ReportNumber.LAST_PRICE]!;
    this.fill[FillCell.QUANTITY] = report.numbers[ReportNumber.LAST_QTY]!;
    this.fill[FillCell.COMMISSION] = report.numbers[ReportNumber.COMMISSION]!;
    return Outcome.FILLED;
  }

  /** See OrderTable.adopt. */
  adopt(words: Int32Array, byteOffset: number, agent: number, tag: number): number {
    this.#transitions.begin(-1);
    const report = this.report;
    const fault = report.read(words, byteOffset);
    if (fault !== 0) return this.#quarantine(fault);
    if (report.execType !== ExecType.NEW && report.execType !== ExecType.TRADE) return Outcome.IGNORED;
    if (report.epoch === 0 || report.epoch === this.#slots.epoch) {
      return this.#quarantine(HaltReason.FOREIGN_ORDER);
    }
    const quantity = report.numbers[ReportNumber.ORDER_QTY]!;
    const isTrade = report.execType === ExecType.TRADE;
    const knownQty =
      report.numbers[ReportNumber.CUM_QTY]! - (isTrade ? report.numbers[ReportNumber.LAST_QTY]! : 0);
    if (quantity <= 0 || knownQty < 0 || knownQty > quantity)
      return this.#quarantine(HaltReason.MALFORMED_REPORT);
    const isAdopted = this.#slots.byPriorId.find(report.epoch, report.sequence, 0) >= 0;
    if (knownQty === quantity || isAdopted) return Outcome.IGNORED;
    const slot = this.#slots.claim();
    if (slot < 0) return this.#quarantine(HaltReason.UNKNOWN_ORDER);
    this.#columns.cumQty[slot] = knownQty;
    this.#columns.venueCumQty[slot] = knownQty;
    this.#columns.knownQty[slot] = knownQty;
    this.#columns.knownUntilNs[slot] = report.tsEvent[0]!;
    this.#fillAdopted(slot, agent, tag);
    return isTrade ? this.#applyTrade(slot) : Outcome.CHANGED;
  }

  /**
   * Whether a trade that says nothing of the order's sum belongs to what was taken as known when the order was adopted: it happened before
   * that report, or would bring more than the venue has told of in all. One that is younger than the last such word is left out too, and is
   * not lost: its id is not remembered, and the word that counts it makes whoever lists trades tell it again. `cumQty` is the sum with it.
   */
  #isKnown(slot: number, cumQty: number): boolean {
    const columns = this.#columns;
    if (columns.knownQty[slot] === 0) return false;
    return this.report.tsEvent[0]! <= columns.knownUntilNs[slot]! || cumQty > columns.venueCumQty[slot]!;
  }

  #fillAdopted(slot: number, agent: number, tag: number): void {
    const columns = this.#columns;
    const report = this.report;
    this.#slots.useSequence();
    columns.epoch[slot] = report.epoch;
    columns.sequence[slot] = report.sequence;
    columns.side[slot] = report.side;
    columns.orderType[slot] = report.orderType;
    columns.timeInForce[slot] = report.timeInForce;
    columns.agent[slot] = agent >= 0 && agent < this.#agentsMax ? agent : this.#agentsMax;
    columns.instrument[slot] = report.instrument;
    columns.tag[slot] = tag;
    columns.price[slot] = report.numbers[ReportNumber.PRICE]!;
    columns.quantity[slot] = report.numbers[ReportNumber.ORDER_QTY]!;
    columns.status[slot] = OrdStatus.UNKNOWN;
    columns.submittedNs[slot] = this.#clock[0]!;
    this.#slots.byPriorId.insert(report.epoch, report.sequence, 0, slot);
    this.#transitions.lastIndex = slot;
    this.#learnReported(slot);
    this.#transitions.apply(slot, OrderTrigger.PROVEN_OPEN);
  }

  #quarantine(reason: number): number {
    this.#transitions.halt(reason, this.report.instrument);
    return Outcome.QUARANTINED;
  }

  #refuseUnknown(): number {
    const { epoch, sequence, instrument, isAmendment } = this.report;
    // A list shows it long after its order was forgotten, in this start or the next ones.
    if (isAmendment && this.amendments.isRepeated(this.#instruments.venue[instrument]!))
      return Outcome.DUPLICATE;
    if (epoch === 0) return this.#quarantine(HaltReason.FOREIGN_ORDER);
    if (isAmendment) return this.#quarantine(HaltReason.UNKNOWN_TRADE);
    if (epoch === this.#slots.epoch || sequence === 0) return this.#quarantine(HaltReason.UNKNOWN_ORDER);
    return Outcome.PRIOR_EPOCH;
  }

  #findReported(): number {
    const report = this.report;
    if (report.epoch === this.#slots.epoch) return this.#slots.findBySequence(report.sequence);
    if (report.epoch !== 0) return this.#slots.byPriorId.find(report.epoch, report.sequence, 0);
    const { venueOrderIdLow, venueOrderIdHigh } = report;
    if ((venueOrderIdLow | venueOrderIdHigh) === 0) return -1;
    return this.#slots.byVenueOrderId.find(report.instrument, venueOrderIdLow, venueOrderIdHigh);
  }

  /** What a believed report teaches whatever the state: the order existed, its venue id, its cumulative quantity. */
  #learnReported(slot: number): void {
    const columns = this.#columns;
    const report = this.report;
    const cumQty = report.numbers[ReportNumber.CUM_QTY]!;
    if (cumQty > columns.venueCumQty[slot]!) columns.venueCumQty[slot] = cumQty;
    if (report.execType !== ExecType.REJECTED) columns.proven[slot] = 1;
    this.#slots.learnVenueOrderId(slot, report.venueOrderIdLow, report.venueOrderIdHigh);
  }

  #triggerOf(slot: number): number {
    const execType = this.report.execType;
    if (execType === ExecType.NEW) return OrderTrigger.REPORT_NEW;
    if (execType === ExecType.CANCELED) return OrderTrigger.REPORT_CANCELED;
    if (execType === ExecType.EXPIRED) return OrderTrigger.REPORT_EXPIRED;
    this.#columns.reason[slot] = this.report.rejectCode;
    return this.#columns.cumQty[slot]! > 0 ? OrderTrigger.REJECTED_AFTER_PROOF : OrderTrigger.REPORT_REJECTED;
  }

  #applyTrade(slot: number): number {
    const columns = this.#columns;
    const report = this.report;
    const fault = report.checkTrade(columns, slot);
    if (fault !== 0) return this.#quarantine(fault);
    const tradeIds = this.tradeIds[report.instrument]!;
    if (tradeIds.has(slot, report.tradeIdLow, report.tradeIdHigh) === 1) return Outcome.DUPLICATE;
    const cumQty = columns.cumQty[slot]! + report.numbers[ReportNumber.LAST_QTY]!;
    const reported = report.numbers[ReportNumber.CUM_QTY]!;
    const known = columns.venueCumQty[slot]!;
    if (reported === 0 && this.#isKnown(slot, cumQty)) return Outcome.DUPLICATE;
    // A source without cumulative quantities (a list of trades) says 0: then our own sum is all there is.
    if (reported !== 0 && cumQty > reported && cumQty > known) {
      return this.#quarantine(HaltReason.CUM_QTY_INCONSISTENT);
    }
    if (!(cumQty <= Number.MAX_SAFE_INTEGER)) return this.#quarantine(HaltReason.MALFORMED_REPORT);
    tradeIds.add(slot, report.tradeIdLow, report.tradeIdHigh);
    this.#remember(slot);
    this.#learnReported(slot);
    columns.cumQty[slot] = cumQty;
    if (cumQty > columns.venueCumQty[slot]!) columns.venueCumQty[slot] = cumQty;
    this.fill[FillCell.PRICE] = report.numbers[ReportNumber.LAST_PRICE]!;
    this.fill[FillCell.QUANTITY] = report.numbers[ReportNumber.LAST_QTY]!;
    this.fill[FillCell.COMMISSION] = report.numbers[ReportNumber.COMMISSION]!;
    this.#transitions.apply(slot, tradeTrigger(columns, slot));
    // An over-fill that is told while a fill before it is missing: our own sum does not show it yet.
    if (reported > columns.quantity[slot]!) this.#transitions.halt(HaltReason.OVER_FILL, report.instrument);
    return Outcome.FILLED;
  }

  /** The terms of the fill at hand, for the day on which the venue undoes it. */
  #remember(slot: number): void {
    const { fills, report } = this;
    const index = fills.claim(report.instrument);
    fills.order[index] = slot;
    // Behind the agents are the host, the account, and whoever else trades on it.
    fills.agent[index] = slot < 0 ? this.#agentsMax + 2 : this.#columns.agent[slot]!;
    fills.side[index] = report.side;
    fills.tradeIdLow[index] = report.tradeIdLow;
    fills.tradeIdHigh[index] = report.tradeIdHigh;
    fills.commissionAssetId[index] = report.commissionAssetId;
    fills.price[index] = report.numbers[ReportNumber.LAST_PRICE]!;
    fills.quantity[index] = report.numbers[ReportNumber.LAST_QTY]!;
    fills.commission[index] = report.numbers[ReportNumber.COMMISSION]!;
  }

  /** [V16] A trade that was applied is undone, or gets other terms: once, whatever brings it. */
  #applyAmendment(slot: number): number {
    const { amendments, report } = this;
    const venue = this.#instruments.venue[report.instrument]!;
    if (amendments.isRepeated(venue)) return Outcome.DUPLICATE;
    const index = amendments.find(slot);
    if (index < 0) return this.#quarantine(-index);
    amendments.apply(slot, index, venue, this.fill);
    this.#slots.move(slot, this.#columns.status[slot]!);
    const trigger = amendments.triggerOf(slot);
    if (trigger !== NO_TRIGGER) this.#transitions.apply(slot, trigger);
    return Outcome.AMENDED;
  }
}

function tradeTrigger(columns: OrderColumns, slot: number): number {
  const cumQty = columns.cumQty[slot]!;
  const quantity = columns.quantity[slot]!;
  if (cumQty < quantity) return OrderTrigger.REPORT_TRADE_PARTIAL;
  return cumQty > quantity ? OrderTrigger.REPORT_TRADE_OVER : OrderTrigger.REPORT_TRADE_FULL;
}
