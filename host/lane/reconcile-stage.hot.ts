import type { AccountQueryKind } from "../../abi/host/index.ts";
import type { OrderTable } from "../execution/orders/index.ts";
import type { FindingKind, ReconcileDesk, Reconciler } from "../execution/reconcile/index.ts";
import { BreakNumber, BreakWord, FindingRecord } from "../execution/reconcile/index.ts";
import type { AssetTable } from "../execution/positions/index.ts";
import type { TradingModes } from "../execution/risk/index.ts";
import { TradingMode } from "../execution/risk/index.ts";
import { RecordType } from "../journal/index.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { LaneJournal } from "./lane-journal.hot.ts";
import type { OrderStage } from "./order-stage.hot.ts";

/** FindingKind from which on a finding is about a break. */
const BREAK_KINDS = 11;
const BREAK_KINDS_LAST = 13;

export interface ReconcileParts {
  readonly orders: OrderTable;
  readonly assets: AssetTable;
  readonly journal: LaneJournal;
  readonly modes: TradingModes;
  readonly counters: Float64Array;
}

/** The lane's hands for a reconciliation: questions go by the codec, answers by the way of all reports, findings to the journal. */
export class ReconcileStage implements ReconcileDesk {
  private readonly parts: ReconcileParts;
  private readonly words: Int32Array;
  private readonly numbers: Float64Array;
  private readonly bytes: Uint8Array;
  private orders: OrderStage | null;
  private reconciler: Reconciler | null;

  constructor(parts: ReconcileParts) {
    this.parts = parts;
    this.numbers = new Float64Array(FindingRecord.BYTES >> 3);
    this.words = new Int32Array(this.numbers.buffer);
    this.bytes = new Uint8Array(this.numbers.buffer);
    this.orders = null;
    this.reconciler = null;
  }

  /** To be called once, before the first input: the two know each other. */
  bind(orders: OrderStage, reconciler: Reconciler): void {
    this.orders = orders;
    this.reconciler = reconciler;
  }

  askAccount(venue: number, kind: AccountQueryKind, instrument: number, from: Float64Array): number {
    return this.orders === null ? 0 : this.orders.sender.sendQuery(venue, kind, instrument, from);
  }

  askOrder(venue: number, slot: number): number {
    return this.orders === null ? 0 : this.orders.sender.sendOrderQuery(venue, slot);
  }

  applyReport(venue: number, words: Int32Array): number {
    return this.orders === null ? 0 : this.orders.onReport(venue, words);
  }

  applyExternalTrade(venue: number, words: Int32Array): void {
    this.orders?.onExternalTrade(venue, words);
  }

  settle(slot: number): void {
    this.orders?.tellState(slot);
  }

  wantCancel(slot: number): void {
    this.orders?.wantCancel(slot);
  }

  restrict(instrument: number): void {
    this.orders?.restrict(instrument);
  }

  restrictAccount(): void {
    const { modes, counters } = this.parts;
    counters[LaneCounter.HALTS] = counters[LaneCounter.HALTS]! + 1;
    modes.restrictAccount(TradingMode.CANCEL_ONLY);
  }

  note(kind: FindingKind, code: number, venue: number, slot: number): void {
    const { words } = this;
    words.fill(0);
    words[FindingRecord.KINDS >> 2] = kind | (code << 8) | (venue << 16);
    if (slot >= 0) this.writeOrder(slot);
    if (kind >= BREAK_KINDS && kind <= BREAK_KINDS_LAST) this.writeBreak();
    this.parts.journal.outcome(RecordType.FINDING, this.bytes, FindingRecord.BYTES);
    this.reconciler?.counts.found(venue, kind);
  }

  private writeOrder(slot: number): void {
    const { columns, instruments } = this.parts.orders;
    const { words, numbers } = this;
    words[FindingRecord.EPOCH >> 2] = columns.epoch[slot]!;
    words[FindingRecord.SEQUENCE >> 2] = columns.sequence[slot]!;
    words[FindingRecord.VENUE_ID >> 2] = columns.venueOrderIdLow[slot]!;
    words[(FindingRecord.VENUE_ID >> 2) + 1] = columns.venueOrderIdHigh[slot]!;
    words[FindingRecord.INSTRUMENT_ID >> 2] = instruments.instrumentId[columns.instrument[slot]!]!;
    numbers[FindingRecord.OURS >> 3] = columns.cumQty[slot]!;
    numbers[FindingRecord.THEIRS >> 3] = columns.venueCumQty[slot]!;
  }

  private writeBreak(): void {
    const { words, numbers } = this;
    const { reconciler } = this;
    if (reconciler === null) return;
    const { list, notedPlace } = reconciler.breaks;
    const instrument = list.word(notedPlace, BreakWord.INSTRUMENT);
    const asset = list.word(notedPlace, BreakWord.ASSET);
    words[FindingRecord.EPOCH >> 2] = list.word(notedPlace, BreakWord.EPOCH);
    words[FindingRecord.SEQUENCE >> 2] = list.word(notedPlace, BreakWord.SEQUENCE);
    if (instrument >= 0)
      words[FindingRecord.INSTRUMENT_ID >> 2] = this.parts.orders.instruments.instrumentId[instrument]!;
    if (asset >= 0) words[FindingRecord.ASSET_ID >> 2] = this.parts.assets.assets[asset]!.assetId;
    words[FindingRecord.VENUE_ID >> 2] = list.word(notedPlace, BreakWord.TRADE_LOW);
    words[(FindingRecord.VENUE_ID >> 2) + 1] = list.word(notedPlace, BreakWord.TRADE_HIGH);
    words[FindingRecord.BREAK_ID >> 2] = list.word(notedPlace, BreakWord.ID);
    numbers[FindingRecord.OURS >> 3] = list.number(notedPlace, BreakNumber.OURS);
    numbers[FindingRecord.THEIRS >> 3] = list.number(notedPlace, BreakNumber.THEIRS);
  }
}
