import { ExecType } from "../../../abi/host/index.ts";
import type { OrderTable } from "../orders/index.ts";
import { FillCell, ReportNumber } from "../orders/index.ts";
import type { BalanceBook } from "../positions/index.ts";
import { ANSWERS_APART_NS } from "./absence-proof.hot.ts";
import { BREAKS_MAX, BreakList, BreakNumber, BreakWord, isNotice } from "./break-list.hot.ts";
import { BreakCode, FindingKind } from "./finding.ts";
import type { ReconcileDesk } from "./reconcile-desk.ts";

const ROUNDS_NEEDED = 2;
const NOBODY = -1;

/** Compares what this host has with what a venue said in a round, and keeps the list of what differs. Nothing is repaired. */
export class BreakChecks {
  readonly list: BreakList;
  /** Place of the break that was noted last: what a FINDING of it says is read there. */
  notedPlace: number;
  private readonly orders: OrderTable;
  private readonly balances: BalanceBook;
  private readonly desk: ReconcileDesk;
  private readonly nowNs: Float64Array;
  private readonly about: Int32Array;
  private readonly values: Float64Array;

  constructor(orders: OrderTable, balances: BalanceBook, desk: ReconcileDesk, nowNs: Float64Array) {
    this.list = new BreakList();
    this.notedPlace = -1;
    this.orders = orders;
    this.balances = balances;
    this.desk = desk;
    this.nowNs = nowNs;
    this.about = new Int32Array(8);
    this.values = new Float64Array(3);
  }

  /** Instruments of a venue where reported fills are missing; each is marked, so that its trades are asked for. */
  missingFills(venue: number, marks: Uint8Array): number {
    const { instruments } = this.orders;
    let count = 0;
    for (let instrument = 0; instrument < instruments.count; instrument++) {
      if (instruments.venue[instrument] !== venue || !this.isMissingFills(instrument)) continue;
      marks[instrument] = 1;
      count += 1;
    }
    return count;
  }

  /** The balances of a venue are from now on what fills are counted from. */
  takeBaseline(venue: number): void {
    const { balances } = this;
    for (let asset = 0; asset < balances.assetCount; asset++)
      balances.rebase(venue * balances.assetCount + asset);
  }

  /** At the end of a round: what differs, what does so for the second time, and what does no more. */
  checkRound(venue: number, round: number, isFull: boolean): void {
    const { instruments } = this.orders;
    this.list.overflowed = 0;
    for (let instrument = 0; instrument < instruments.count; instrument++) {
      if (instruments.venue[instrument] === venue && this.isMissingFills(instrument))
        this.differ(BreakCode.FILLS_MISSING, venue, instrument, NOBODY, round, false);
    }
    if (isFull) this.checkBalances(venue, round);
    this.endAgreed(venue, round, isFull);
  }

  /** The venue had an order and knows it no more: proven already, so that it is a break at once. */
  vanished(venue: number, slot: number, round: number): void {
    const { columns } = this.orders;
    this.values[0] = columns.quantity[slot]! - columns.cumQty[slot]!;
    this.values[1] = 0;
    this.about[4] = columns.epoch[slot]!;
    this.about[5] = columns.sequence[slot]!;
    this.differ(BreakCode.ORDER_VANISHED, venue, columns.instrument[slot]!, NOBODY, round, true);
  }

  /** [V16] A trade was undone or corrected, and everything has followed. Nothing is held for it; a person accepts it. Returns its BreakCode. */
  tradeAmended(venue: number, slot: number): BreakCode {
    const { report, amendments, fill } = this.orders;
    const isCorrection = report.execType === ExecType.TRADE_CORRECT;
    this.values[0] = amendments.undone[FillCell.QUANTITY]!;
    this.values[1] = fill[FillCell.QUANTITY]!;
    const code = isCorrection ? BreakCode.TRADE_CORRECTED : BreakCode.TRADE_UNDONE;
    this.aboutTrade(slot);
    this.differ(code, venue, report.instrument, NOBODY, 0, true);
    return code;
  }

  /** [V16] The venue takes back, or changes, what this host cannot: the instrument is held until a person has looked. */
  amendmentRefused(venue: number, slot: number): void {
    const { report } = this.orders;
    if (report.instrument < 0) return;
    this.values[0] = 0;
    this.values[1] = report.numbers[ReportNumber.LAST_QTY]!;
    this.aboutTrade(slot);
    const place = this.differ(BreakCode.AMENDMENT_REFUSED, venue, report.instrument, NOBODY, 0, true);
    // Where the list has no room for it, it is held all the same.
    if (place < 0) this.desk.restrict(report.instrument);
  }

  /**
   * The second computation has come to something else than the lane: `about` holds BreakCode, venue, instrument and asset (−1: none), `values` what the
   * lane has and what it came to. A break at once, and it stays one, since no later look can undo it, until a person accepts it; then it opens again
   * once it is another difference than the one that was accepted.
   */
  disagree(about: Int32Array, values: Float64Array): void {
    const code = about[0]! as BreakCode;
    const venue = about[1]!;
    const instrument = about[2]!;
    const asset = about[3]!;
    this.values[0] = values[0]!;
    this.values[1] = values[1]!;
    if (this.isAccepted(code, venue, instrument, asset)) return;
    this.differ(code, venue, instrument, asset, 0, true);
    // Here, since a list that is full names nothing, and what is not named is no less wrong.
    if (instrument >= 0) this.desk.restrict(instrument);
    else this.desk.restrictAccount();
  }

  /** Whether a person has accepted this very difference. One that has grown since is taken off the list, to be listed anew. */
  private isAccepted(code: number, venue: number, instrument: number, asset: number): boolean {
    const { list, about, values } = this;
    about[0] = code;
    about[1] = venue;
    about[2] = instrument;
    about[3] = asset;
    about[4] = 0;
    about[5] = 0;
    about[6] = 0;
    about[7] = 0;
    const place = list.placeOf(about);
    if (place < 0 || list.word(place, BreakWord.IS_ACCEPTED) === 0) return false;
    const accepted = list.number(place, BreakNumber.OURS) - list.number(place, BreakNumber.THEIRS);
    if (accepted === values[0]! - values[1]!) return true;
    list.close(place);
    return false;
  }

  /** Marks a break as accepted; a balance is counted anew from what the venue says. Its venue, or −1 where there is no such break. */
  accept(id: number): number {
    const { list, balances } = this;
    const place = list.find(id);
    if (place < 0 || list.word(place, BreakWord.IS_CONFIRMED) === 0) return -1;
    const venue = list.word(place, BreakWord.VENUE);
    const asset = list.word(place, BreakWord.ASSET);
    const code = list.word(place, BreakWord.CODE);
    if (code === BreakCode.BALANCE_DIFFERS) balances.rebase(venue * balances.assetCount + asset);
    list.set(place, BreakWord.IS_ACCEPTED, 1);
    this.notedPlace = place;
    this.desk.note(FindingKind.BREAK_ACCEPTED, code, venue, -1);
    if (code === BreakCode.BALANCE_DIFFERS || isNotice(code)) list.close(place);
    return venue;
  }

  openCount(venue: number): number {
    return this.list.openCount(venue) + this.list.overflowed;
  }

  /** An instrument's reserve beyond that of its open orders is fills that the venue counts and nobody has shown. */
  private isMissingFills(instrument: number): boolean {
    const { open, columns } = this.orders;
    let reserved = open.buyQty[instrument]! + open.sellQty[instrument]!;
    let reported = 0;
    for (let place = 0; place < open.count; place++) {
      const slot = open.slots[place]!;
      if (columns.instrument[slot] !== instrument) continue;
      reserved -= columns.exposureQty[slot]!;
      if (columns.venueCumQty[slot]! > columns.cumQty[slot]!)
        reported += columns.venueCumQty[slot]! - columns.cumQty[slot]!;
    }
    this.values[0] = 0;
    this.values[1] = reserved + reported;
    return reserved + reported > 0;
  }

  private checkBalances(venue: number, round: number): void {
    const { balances, values } = this;
    for (let asset = 0; asset < balances.assetCount; asset++) {
      const row = venue * balances.assetCount + asset;
      if (balances.isReported[row] === 0) continue;
      values[0] = balances.expectedWhole[row]!;
      values[1] = balances.reportedFree[row]! + balances.reportedLocked[row]!;
      // Each fill's value is rounded by the venue, by at most one mantissa.
      if (Math.abs(values[1] - values[0]) <= balances.roundings[row]! + 1) continue;
      this.differ(BreakCode.BALANCE_DIFFERS, venue, NOBODY, asset, round, false);
    }
  }

  private differ(
    code: BreakCode,
    venue: number,
    instrument: number,
    asset: number,
    round: number,
    isProven: boolean,
  ): number {
    const { about, values, list } = this;
    about[0] = code;
    about[1] = venue;
    about[2] = instrument;
    about[3] = asset;
    if (code < BreakCode.TRADE_UNDONE) {
      about[6] = 0;
      about[7] = 0;
      if (code !== BreakCode.ORDER_VANISHED) {
        about[4] = 0;
        about[5] = 0;
      }
    }
    values[2] = this.nowNs[0]!;
    const place = list.see(about, values, round);
    if (place < 0 || list.word(place, BreakWord.IS_CONFIRMED) === 1) return place;
    const lastedNs = list.number(place, BreakNumber.LAST_NS) - list.number(place, BreakNumber.FIRST_NS);
    const isSeenTwice = list.word(place, BreakWord.SEEN) >= ROUNDS_NEEDED && lastedNs >= ANSWERS_APART_NS;
    if (!isSeenTwice && !isProven) return place;
    list.set(place, BreakWord.IS_CONFIRMED, 1);
    this.notedPlace = place;
    if (isNotice(code)) return place;
    this.desk.note(FindingKind.BREAK, code, venue, -1);
    this.restrict(venue, instrument, asset);
    return place;
  }

  private aboutTrade(slot: number): void {
    const { report, columns } = this.orders;
    this.about[4] = slot < 0 ? report.epoch : columns.epoch[slot]!;
    this.about[5] = slot < 0 ? report.sequence : columns.sequence[slot]!;
    this.about[6] = report.tradeIdLow;
    this.about[7] = report.tradeIdHigh;
  }

  private restrict(venue: number, instrument: number, asset: number): void {
    const { instruments } = this.orders;
    if (instrument >= 0) {
      this.desk.restrict(instrument);
      return;
    }
    for (let row = 0; row < instruments.count; row++)
      if (instruments.venue[row] === venue && this.balances.isMovedBy(row, asset)) this.desk.restrict(row);
  }

  /** Differences that the round did not show again are over: those that it looked for. */
  private endAgreed(venue: number, round: number, isFull: boolean): void {
    const { list } = this;
    for (let place = 0; place < BREAKS_MAX; place++) {
      const code = list.word(place, BreakWord.CODE);
      const wasLookedFor = code === BreakCode.FILLS_MISSING || (isFull && code === BreakCode.BALANCE_DIFFERS);
      const isOver =
        list.word(place, BreakWord.VENUE) === venue && list.word(place, BreakWord.ROUND) !== round;
      if (list.word(place, BreakWord.ID) === 0 || !wasLookedFor || !isOver) continue;
      this.notedPlace = place;
      if (list.word(place, BreakWord.IS_CONFIRMED) === 1)
        this.desk.note(FindingKind.BREAK_ENDED, code, venue, -1);
      list.close(place);
    }
  }
}
