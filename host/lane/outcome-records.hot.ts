import { ExecType, OrdStatus } from "../../abi/host/index.ts";
import type { OrderTable, OrderWitness } from "../execution/orders/index.ts";
import { FillCell } from "../execution/orders/index.ts";
import type { PositionBook } from "../execution/positions/index.ts";
import { RecordType } from "../journal/index.ts";
import type { LaneJournal } from "./lane-journal.hot.ts";
import { FillKind, FillRecord, OrderRecord, OrderRecordFlag } from "./outcome-layout.ts";

/**
 * Journals what became of orders: each change of state and each fill, behind the input that caused it. Positions over restarts, proofs
 * after a crash and the story of an order are read from these records; a replay has to come to the same ones.
 */
export class OutcomeRecords implements OrderWitness {
  private readonly orders: OrderTable;
  private readonly positions: PositionBook;
  private readonly journal: LaneJournal;
  private readonly words: Int32Array;
  private readonly numbers: Float64Array;
  private readonly bytes: Uint8Array;

  constructor(orders: OrderTable, positions: PositionBook, journal: LaneJournal) {
    this.orders = orders;
    this.positions = positions;
    this.journal = journal;
    // One buffer for all: each field of a record is written each time.
    this.numbers = new Float64Array(FillRecord.AMENDED_BYTES >> 3);
    this.words = new Int32Array(this.numbers.buffer);
    this.bytes = new Uint8Array(this.numbers.buffer);
  }

  onTransition(slot: number, trigger: number, lastStatus: number): void {
    const { columns, instruments } = this.orders;
    const { words, numbers } = this;
    // A denied draft has no number of its own: the next one gets it. The refusal is journalled with its code.
    if (lastStatus === OrdStatus.INITIALIZED && columns.status[slot] === OrdStatus.DENIED) return;
    this.writeIds(slot);
    numbers[OrderRecord.PRICE >> 3] = columns.price[slot]!;
    numbers[OrderRecord.QUANTITY >> 3] = columns.quantity[slot]!;
    numbers[OrderRecord.CUM_QTY >> 3] = columns.cumQty[slot]!;
    numbers[OrderRecord.VENUE_CUM_QTY >> 3] = columns.venueCumQty[slot]!;
    words[OrderRecord.INSTRUMENT_ID >> 2] = instruments.instrumentId[columns.instrument[slot]!]!;
    words[OrderRecord.TAG >> 2] = columns.tag[slot]!;
    words[OrderRecord.REASON >> 2] = columns.reason[slot]!;
    const isPrior = columns.epoch[slot] !== this.orders.epoch;
    const flags =
      (columns.proven[slot] === 1 ? OrderRecordFlag.PROVEN : 0) | (isPrior ? OrderRecordFlag.ADOPTED : 0);
    words[OrderRecord.STATUS >> 2] =
      columns.status[slot]! | (lastStatus << 8) | (trigger << 16) | (flags << 24);
    words[OrderRecord.TERMS >> 2] =
      columns.side[slot]! | (columns.orderType[slot]! << 8) | (columns.timeInForce[slot]! << 16);
    this.journal.outcome(RecordType.ORDER, this.bytes, OrderRecord.BYTES);
  }

  /** The fill that the order table left, after it was folded into the positions. */
  onFill(slot: number): void {
    const { fill, report } = this.orders;
    this.writeFill(slot, FillKind.APPLIED, fill, report.commissionAssetId);
    this.journal.outcome(RecordType.FILL, this.bytes, FillRecord.BYTES);
  }

  /** [V16] The fill that the order table undid or corrected, after the positions have followed. */
  onAmendment(slot: number): void {
    const { fill, report, amendments } = this.orders;
    const { words, numbers } = this;
    const { undone, undoneAssetId } = amendments;
    const isCorrection = report.execType === ExecType.TRADE_CORRECT;
    if (isCorrection) this.writeFill(slot, FillKind.CORRECTED, fill, report.commissionAssetId);
    else this.writeFill(slot, FillKind.REVERSED, undone, undoneAssetId);
    words[FillRecord.EXEC_ID >> 2] = report.execIdLow;
    words[(FillRecord.EXEC_ID >> 2) + 1] = report.execIdHigh;
    numbers[FillRecord.LAST_PRICE >> 3] = isCorrection ? undone[FillCell.PRICE]! : 0;
    numbers[FillRecord.LAST_QUANTITY >> 3] = isCorrection ? undone[FillCell.QUANTITY]! : 0;
    numbers[FillRecord.LAST_COMMISSION >> 3] = isCorrection ? undone[FillCell.COMMISSION]! : 0;
    words[FillRecord.LAST_COMMISSION_ASSET >> 2] = isCorrection ? undoneAssetId : 0;
    words[(FillRecord.LAST_COMMISSION_ASSET >> 2) + 1] = 0;
    this.journal.outcome(RecordType.FILL, this.bytes, FillRecord.AMENDED_BYTES);
  }

  /** A trade of an order that this host did not make, after it was folded: it has no client order id. */
  onExternalFill(): void {
    const { fill, report } = this.orders;
    const { words } = this;
    words[FillRecord.EPOCH >> 2] = 0;
    words[FillRecord.SEQUENCE >> 2] = 0;
    words[FillRecord.VENUE_ORDER_ID >> 2] = report.venueOrderIdLow;
    words[(FillRecord.VENUE_ORDER_ID >> 2) + 1] = report.venueOrderIdHigh;
    words[FillRecord.AGENT >> 2] = this.positions.externalRow;
    this.writeTerms(report.instrument, report.side, FillKind.APPLIED, fill, report.commissionAssetId);
    this.journal.outcome(RecordType.FILL, this.bytes, FillRecord.BYTES);
  }

  private writeFill(slot: number, kind: number, fill: Float64Array, commissionAssetId: number): void {
    const { columns } = this.orders;
    this.writeIds(slot);
    this.writeTerms(columns.instrument[slot]!, columns.side[slot]!, kind, fill, commissionAssetId);
  }

  private writeTerms(
    instrument: number,
    side: number,
    kind: number,
    fill: Float64Array,
    commissionAssetId: number,
  ): void {
    const { instruments, report } = this.orders;
    const { words, numbers, positions } = this;
    numbers[FillRecord.PRICE >> 3] = fill[FillCell.PRICE]!;
    numbers[FillRecord.QUANTITY >> 3] = fill[FillCell.QUANTITY]!;
    numbers[FillRecord.COMMISSION >> 3] = fill[FillCell.COMMISSION]!;
    numbers[FillRecord.POSITION >> 3] =
      positions.quantity[positions.rowOf(positions.accountRow, instrument)]!;
    words[FillRecord.INSTRUMENT_ID >> 2] = instruments.instrumentId[instrument]!;
    words[FillRecord.COMMISSION_ASSET >> 2] = commissionAssetId;
    words[FillRecord.KINDS >> 2] = side | (report.liquiditySide << 8) | (kind << 16);
    words[FillRecord.TRADE_ID >> 2] = report.tradeIdLow;
    words[(FillRecord.TRADE_ID >> 2) + 1] = report.tradeIdHigh;
  }

  /** The first 16 bytes and the agent, which both layouts have at one place. */
  private writeIds(slot: number): void {
    const { columns } = this.orders;
    const { words } = this;
    words[OrderRecord.EPOCH >> 2] = columns.epoch[slot]!;
    words[OrderRecord.SEQUENCE >> 2] = columns.sequence[slot]!;
    words[OrderRecord.VENUE_ORDER_ID >> 2] = columns.venueOrderIdLow[slot]!;
    words[(OrderRecord.VENUE_ORDER_ID >> 2) + 1] = columns.venueOrderIdHigh[slot]!;
    words[OrderRecord.AGENT >> 2] = columns.agent[slot]!;
  }
}
