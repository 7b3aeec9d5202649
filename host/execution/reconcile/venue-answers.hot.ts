import { committed, ExecType, ExecutionReport, OrdStatus, readInt64, Side } from "../../../abi/host/index.ts";
import type { OrderTable } from "../orders/index.ts";
import { Outcome, readMantissa, RequestFlag } from "../orders/index.ts";
import { AbsenceProof, Source } from "./absence-proof.hot.ts";
import type { BreakChecks } from "./break-checks.hot.ts";
import { ExternalOrders, Seen } from "./external-orders.hot.ts";
import { ExternalTrades } from "./external-trades.hot.ts";
import { FindingKind } from "./finding.ts";
import type { ReconcileDesk } from "./reconcile-desk.ts";
import { RecentTrades } from "./recent-trades.hot.ts";
import type { VenueRounds } from "./venue-rounds.ts";
import { RoundPhase } from "./venue-rounds.ts";

/** An order that was sent that shortly before a list was asked for may rightly be missing in it. */
const IN_FLIGHT_NS = 1e9;
const STATUS_NOT_FOUND = 404;
/** Code of a finding: the order of another found no place in the list. */
const UNLISTED = 1;

export interface AnswerParts {
  readonly orders: OrderTable;
  readonly desk: ReconcileDesk;
  readonly nowNs: Float64Array;
  readonly listsByTime: Uint8Array;
  readonly cancelsByVenueId: Uint8Array;
}

/** What a venue's answers come to: orders shown, trades listed, orders that it does not know; and which orders nobody can say the state of. */
export class VenueAnswers {
  readonly external: ExternalOrders;
  readonly trades: RecentTrades;
  readonly externalTrades: ExternalTrades;
  /** FindingKind cells: how often each was found. */
  readonly counters: Float64Array;
  /** By slot: the round in which it was asked about, or shown; and how often a list did not show it. */
  readonly askedRound: Int32Array;
  /** By instrument: 1 where its trades have to be asked for in a round about doubts. */
  readonly tradesWanted: Uint8Array;
  private readonly parts: AnswerParts;
  private readonly rounds: VenueRounds;
  private readonly breaks: BreakChecks;
  private readonly proof: AbsenceProof;
  private readonly times: Float64Array;
  private readonly shown: Float64Array;
  private readonly shownWords: Int32Array;
  private readonly shownRound: Int32Array;
  private readonly misses: Uint8Array;
  /** By slot: executed quantity that an adopted order came with, whose trades are known. */
  private readonly knownLeft: Float64Array;

  constructor(parts: AnswerParts, rounds: VenueRounds, breaks: BreakChecks) {
    const { orders } = parts;
    const { capacity } = orders.columns;
    this.parts = parts;
    this.rounds = rounds;
    this.breaks = breaks;
    this.external = new ExternalOrders(orders.external);
    this.trades = new RecentTrades(orders.instruments.count);
    this.externalTrades = new ExternalTrades(orders.instruments.count);
    this.counters = new Float64Array(16);
    this.proof = new AbsenceProof(capacity);
    this.times = new Float64Array(3);
    this.shown = new Float64Array(3);
    this.shownWords = new Int32Array(6);
    this.askedRound = committed(new Int32Array(capacity));
    this.shownRound = committed(new Int32Array(capacity));
    this.misses = committed(new Uint8Array(capacity));
    this.knownLeft = committed(new Float64Array(capacity));
    this.tradesWanted = new Uint8Array(orders.instruments.count);
  }

  /** A fill was applied, by whatever way. */
  onFill(slot: number, instrument: number, tradeLow: number, tradeHigh: number): void {
    this.misses[slot] = 0;
    this.trades.add(instrument, tradeLow, tradeHigh);
    // A list that comes late may show it after its order's slot has become another's: then it looks like a stranger's.
    this.externalTrades.add(instrument, this.parts.orders.columns.side[slot]!, tradeLow, tradeHigh);
  }

  /** An order of an earlier start was taken over with `knownQty` filled: the trades of that are in no position of this host. */
  onAdopted(venue: number, slot: number): void {
    this.knownLeft[slot] = this.parts.orders.columns.cumQty[slot]!;
    this.found(FindingKind.ADOPTED, 0, venue, slot);
  }

  /** The slot is another order's from now on. */
  onSubmitted(slot: number): void {
    this.knownLeft[slot] = 0;
    this.misses[slot] = 0;
    this.askedRound[slot] = 0;
    this.shownRound[slot] = 0;
  }

  /** Whether an order is open and nobody can say what it is. */
  isDoubtful(venue: number, slot: number): boolean {
    const { columns, instruments } = this.parts.orders;
    if (instruments.venue[columns.instrument[slot]!] !== venue) return false;
    if (columns.status[slot] === OrdStatus.UNKNOWN)
      return (columns.requestFlags[slot]! & RequestFlag.NEW_IN_FLIGHT) === 0;
    return this.misses[slot]! > 0;
  }

  countDoubts(venue: number): number {
    const { open } = this.parts.orders;
    let count = 0;
    for (let place = 0; place < open.count; place++)
      if (this.isDoubtful(venue, open.slots[place]!)) count += 1;
    return count + this.breaks.missingFills(venue, this.tradesWanted);
  }

  nextDoubt(venue: number): number {
    const { open } = this.parts.orders;
    for (let place = 0; place < open.count; place++) {
      const slot = open.slots[place]!;
      if (this.isDoubtful(venue, slot) && this.askedRound[slot] !== this.rounds.round[venue]!) return slot;
    }
    return -1;
  }

  /** What this host believes open and a list of open orders does not show is asked about by name. */
  missUnshown(instrument: number, venue: number): void {
    const { open, columns } = this.parts.orders;
    for (let place = 0; place < open.count; place++) {
      const slot = open.slots[place]!;
      const status = columns.status[slot]!;
      const isSure = status === OrdStatus.ACCEPTED || status === OrdStatus.PARTIALLY_FILLED;
      if (columns.instrument[slot] !== instrument || !isSure) continue;
      const wasShown = this.shownRound[slot] === this.rounds.round[venue]!;
      // One that was sent while the question was on its way may rightly be missing.
      const isOld = columns.submittedNs[slot]! < this.rounds.askedNs[venue]! - IN_FLIGHT_NS;
      if (wasShown) this.misses[slot] = 0;
      else if (isOld) this.misses[slot] = Math.min(this.misses[slot]! + 1, 255);
    }
  }

  /** An order as the venue has it. */
  onShown(venue: number, words: Int32Array): void {
    const { orders, desk } = this.parts;
    const epoch = words[ExecutionReport.clientOrderEpoch >> 2]!;
    if (epoch === 0) {
      if (this.isAtVenue(venue, words)) this.onExternal(venue, words);
      // No order at this venue: the way of all reports says what that is worth.
      else desk.applyReport(venue, words);
      return;
    }
    const slot = orders.findById(epoch, words[ExecutionReport.clientOrderSequence >> 2]!);
    const codes = words[ExecutionReport.execType >> 2]!;
    const status = (codes >>> 8) & 0xff;
    words[ExecutionReport.execType >> 2] = (codes & ~0xff) | eventOf(status);
    if (slot >= 0) {
      this.proof.void(slot);
      this.misses[slot] = 0;
      this.shownRound[slot] = this.rounds.round[venue]!;
      if (this.rounds.phase[venue] === RoundPhase.DOUBTS) this.found(FindingKind.FOUND, status, venue, slot);
    }
    desk.applyReport(venue, words);
    const known = orders.findById(epoch, words[ExecutionReport.clientOrderSequence >> 2]!);
    if (known < 0) return;
    const { columns } = orders;
    if (columns.venueCumQty[known]! > columns.cumQty[known]!)
      this.tradesWanted[columns.instrument[known]!] = 1;
    if (columns.status[known] !== OrdStatus.UNKNOWN || !isWorking(status)) return;
    if (orders.proveOpen(known) !== Outcome.CHANGED) return;
    this.found(FindingKind.PROVEN_OPEN, status, venue, known);
    desk.settle(known);
  }

  private isAtVenue(venue: number, words: Int32Array): boolean {
    const { instruments } = this.parts.orders;
    const instrument = instruments.indexOf(words[ExecutionReport.instrumentId >> 2]!);
    const side = (words[ExecutionReport.side >> 2]! >>> 16) & 0xff;
    return (
      instrument >= 0 && instruments.venue[instrument] === venue && (side === Side.BUY || side === Side.SELL)
    );
  }

  /** An order that this host did not make: it is listed, counts at worst case, and is never touched. */
  private onExternal(venue: number, words: Int32Array): void {
    const { instruments } = this.parts.orders;
    const { shown, shownWords } = this;
    shownWords[0] = instruments.indexOf(words[ExecutionReport.instrumentId >> 2]!);
    shownWords[1] = words[ExecutionReport.venueOrderId >> 2]!;
    shownWords[2] = words[(ExecutionReport.venueOrderId >> 2) + 1]!;
    shownWords[3] = (words[ExecutionReport.side >> 2]! >>> 16) & 0xff;
    shownWords[4] = this.rounds.round[venue]!;
    readMantissa(words, ExecutionReport.price, shown, 0);
    readMantissa(words, ExecutionReport.orderQty, shown, 1);
    readMantissa(words, ExecutionReport.cumQty, shown, 2);
    const seen = this.external.see(shownWords, shown);
    if (seen === Seen.NEW) this.found(FindingKind.EXTERNAL_ORDER, 0, venue, -1);
    else if (seen === Seen.UNLISTED) this.found(FindingKind.EXTERNAL_ORDER, UNLISTED, venue, -1);
  }

  /** A trade of the account: of an order of this host it goes the way of every fill, and is applied if no report had brought it. */
  onTrade(venue: number, words: Int32Array): void {
    const { orders, desk } = this.parts;
    const instrument = orders.instruments.indexOf(words[ExecutionReport.instrumentId >> 2]!);
    if (instrument < 0) return;
    const low = words[ExecutionReport.venueOrderId >> 2]!;
    const slot = orders.findByVenueOrderId(instrument, low, words[(ExecutionReport.venueOrderId >> 2) + 1]!);
    if (isAmendment(words)) {
      this.onAmendment(venue, slot, words);
      return;
    }
    const { knownUntilNs } = orders.columns;
    const tradeNs = readInt64(words, ExecutionReport.tsEvent >> 2);
    readMantissa(words, ExecutionReport.tradeId, this.shown, 0);
    const lastListed = this.trades.listedMax[instrument]!;
    const place = this.parts.listsByTime[venue] === 1 ? tradeNs : this.shown[0]!;
    if (place > lastListed) this.trades.listedMax[instrument] = place;
    if (slot < 0) {
      this.times[0] = place;
      this.onExternalTrade(venue, instrument, words);
      return;
    }
    readMantissa(words, ExecutionReport.lastQty, this.shown, 1);
    if (this.knownLeft[slot]! > 0) {
      this.knownLeft[slot] = Math.max(0, this.knownLeft[slot]! - this.shown[1]!);
      // A list that goes by time shows it again in each round.
      if (tradeNs > knownUntilNs[slot]!) knownUntilNs[slot] = tradeNs;
      return;
    }
    if (desk.applyReport(venue, words) === Outcome.FILLED)
      this.found(FindingKind.MISSED_FILL, 0, venue, slot);
  }

  /** [V21] A trade of an order that this host did not make, once; its place in the list is in `times[0]`. What the first lists show was before this host looked. */
  private onExternalTrade(venue: number, instrument: number, words: Int32Array): void {
    const { externalTrades } = this;
    const side = (words[ExecutionReport.side >> 2]! >>> 16) & 0xff;
    const low = words[ExecutionReport.tradeId >> 2]!;
    const high = words[(ExecutionReport.tradeId >> 2) + 1]!;
    if (this.rounds.completed[venue] === 0) return;
    if (!externalTrades.isNew(instrument, side, low, high, this.times, 0)) return;
    if (this.mayBeOwn(instrument, side)) {
      externalTrades.wait(instrument);
      return;
    }
    externalTrades.add(instrument, side, low, high);
    // Of an order of this host that is over and forgotten: its trades were applied in its time.
    if (words[ExecutionReport.clientOrderEpoch >> 2] !== 0) return;
    this.found(FindingKind.EXTERNAL_TRADE, 0, venue, -1);
    this.parts.desk.applyExternalTrade(venue, words);
  }

  /** Whether an open order of this host has not been named by the venue yet: a trade of it looks like one of another's order. */
  private mayBeOwn(instrument: number, side: number): boolean {
    const { open, columns } = this.parts.orders;
    for (let place = 0; place < open.count; place++) {
      const slot = open.slots[place]!;
      const isNamed = (columns.venueOrderIdLow[slot]! | columns.venueOrderIdHigh[slot]!) !== 0;
      if (!isNamed && columns.instrument[slot] === instrument && columns.side[slot] === side) return true;
    }
    return false;
  }

  /** A list of an instrument's trades was read to the end of a page, or to its own: what had gone from the list of open orders has traded what it was to trade. */
  endTrades(instrument: number, isLast: boolean): void {
    const isWhole = this.externalTrades.endList(instrument, this.trades.listedMax);
    if (isWhole && isLast) this.external.endTrades(instrument);
  }

  /** [V16] A trade that was undone or corrected. Of orders that nobody knows, what the first lists show was before this host looked. */
  private onAmendment(venue: number, slot: number, words: Int32Array): void {
    const { orders, desk } = this.parts;
    if (slot < 0 && this.rounds.completed[venue] === 0) orders.passAmendment(venue, words);
    else desk.applyReport(venue, words);
  }

  onNotFound(slot: number, source: number, askedNs: number, venue: number): void {
    const { orders, nowNs, desk } = this.parts;
    const { columns } = orders;
    this.found(FindingKind.NOT_FOUND, source + 1, venue, slot);
    this.times[0] = columns.submittedNs[slot]!;
    this.times[1] = askedNs;
    this.times[2] = nowNs[0]!;
    const isProven = this.isAbsent(venue, slot, source);
    if (columns.status[slot] !== OrdStatus.UNKNOWN) {
      // Believed open, in no list, and unknown by name, twice: from here on it is a doubt like any other.
      if (this.misses[slot]! >= 2 && orders.doubt(slot) === Outcome.CHANGED) desk.settle(slot);
      return;
    }
    if (!isProven) {
      if (source === Source.QUERY) desk.wantCancel(slot);
      return;
    }
    const wasThere = columns.proven[slot] === 1;
    if (orders.proveAbsent(slot, STATUS_NOT_FOUND) !== Outcome.CHANGED) return;
    this.found(FindingKind.PROVEN_ABSENT, 0, venue, slot);
    desk.settle(slot);
    if (wasThere) this.breaks.vanished(venue, slot, this.rounds.round[venue]!);
  }

  private isAbsent(venue: number, slot: number, source: number): boolean {
    const { columns } = this.parts.orders;
    const isProven = this.proof.take(slot, columns.epoch[slot]!, columns.sequence[slot]!, source, this.times);
    return this.parts.cancelsByVenueId[venue] === 1 ? this.proof.isSaidForLong(slot) : isProven;
  }

  found(kind: FindingKind, code: number, venue: number, slot: number): void {
    this.count(kind);
    this.parts.desk.note(kind, code, venue, slot);
  }

  count(kind: FindingKind): void {
    this.counters[kind] = this.counters[kind]! + 1;
  }
}

/** The event that a state at the venue is as good as. A state may be shown late, so that only its end is believed; fills come from the list of trades. */
function eventOf(status: number): number {
  if (status === OrdStatus.CANCELED) return ExecType.CANCELED;
  if (status === OrdStatus.REJECTED) return ExecType.REJECTED;
  if (status === OrdStatus.EXPIRED) return ExecType.EXPIRED;
  return ExecType.NEW;
}

function isAmendment(words: Int32Array): boolean {
  const execType = words[ExecutionReport.execType >> 2]! & 0xff;
  return execType === ExecType.TRADE_CANCEL || execType === ExecType.TRADE_CORRECT;
}

function isWorking(status: number): boolean {
  return (
    status === OrdStatus.ACCEPTED ||
    status === OrdStatus.PARTIALLY_FILLED ||
    status === OrdStatus.PENDING_CANCEL
  );
}
