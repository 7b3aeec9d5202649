import {
  AccountQueryKind,
  committed,
  ExecType,
  ExecutionReport,
  OrdStatus,
  RequestReply,
} from "../../../abi/host/index.ts";
import { Failpoint, failpoint } from "../../platform/failpoints/index.ts";
import type { OrderTable } from "../orders/index.ts";
import { Outcome, readMantissa, RequestFlag } from "../orders/index.ts";
import type { BalanceBook } from "../positions/index.ts";
import { AbsenceProof, Source } from "./absence-proof.hot.ts";
import { BreakChecks } from "./break-checks.hot.ts";
import { ExternalOrders } from "./external-orders.hot.ts";
import { FindingKind } from "./finding.ts";
import type { ReconcileDesk } from "./reconcile-desk.ts";
import { nextReconcileState, ReconcileState, ReconcileTrigger } from "./reconcile-states.ts";
import { RecentTrades } from "./recent-trades.hot.ts";
import { RoundPhase, VenueRounds } from "./venue-rounds.ts";

/** As for an order: the venue gives up after 10 s. */
const ANSWER_MAX_NS = 10e9;
/** A venue's weight of questions is some 5 to 20 of 6,000 a minute: ten a second leave most of it to trading. */
const QUESTIONS_A_SECOND = 10;
const BACK_OFF_NS = 1e9;
/** 2^5 s at most after failures, 2^2 s between two questions about a doubt: it keeps everybody from arming. */
const FAILURE_DOUBLINGS = 5;
const DOUBT_DOUBLINGS = 2;
/** Entries of a list that is full: there may be more behind it. */
const PAGE_ENTRIES = 1_000;
const STATUS_OK = 200;
const STATUS_NOT_FOUND = 404;

export interface ReconcilerParts {
  readonly orders: OrderTable;
  readonly balances: BalanceBook;
  readonly desk: ReconcileDesk;
  readonly nowNs: Float64Array;
  /** By venue index: 1 where its codec asks. The others are reconciled by what they report alone. */
  readonly canBeAsked: Uint8Array;
  /** Between two rounds that ask everything. */
  readonly intervalNs: number;
}

/**
 * Asks venues what they hold for this host, and settles what is in doubt. Driven by lines, by the second, and by answers, so that the same inputs
 * ask the same questions. Nothing is repaired here: what differs is listed, and a person decides.
 *
 * ```
 *  line up ─► open orders ─► each order in doubt ─► trades ─► balances ─► RECONCILED, or doubts (again, with back-off), or breaks
 *               by instrument     by client id      by instrument
 * ```
 */
export class Reconciler {
  readonly rounds: VenueRounds;
  readonly external: ExternalOrders;
  readonly trades: RecentTrades;
  readonly breaks: BreakChecks;
  /** FindingKind cells: how often each was found. */
  readonly counters: Float64Array;
  private isPumpWanted: number;
  private readonly parts: ReconcilerParts;
  private readonly proof: AbsenceProof;
  private readonly times: Float64Array;
  private readonly from: Float64Array;
  private readonly shown: Float64Array;
  private readonly shownWords: Int32Array;
  /** By slot: the round in which it was asked about, or shown; and how often a list did not show it. */
  private readonly askedRound: Int32Array;
  private readonly shownRound: Int32Array;
  private readonly misses: Uint8Array;
  /** By slot: executed quantity that an adopted order came with, whose trades are known. */
  private readonly knownLeft: Float64Array;
  /** By instrument: 1 where its trades have to be asked for in a round about doubts. */
  private readonly tradesWanted: Uint8Array;

  constructor(parts: ReconcilerParts) {
    const { orders } = parts;
    const { capacity } = orders.columns;
    this.parts = parts;
    this.isPumpWanted = 0;
    this.rounds = new VenueRounds();
    this.external = new ExternalOrders();
    this.trades = new RecentTrades(orders.instruments.count);
    this.breaks = new BreakChecks(orders, parts.balances, parts.desk, parts.nowNs);
    this.counters = new Float64Array(16);
    this.proof = new AbsenceProof(capacity);
    this.times = new Float64Array(3);
    this.from = new Float64Array(1);
    this.shown = new Float64Array(3);
    this.shownWords = new Int32Array(5);
    this.askedRound = committed(new Int32Array(capacity));
    this.shownRound = committed(new Int32Array(capacity));
    this.misses = committed(new Uint8Array(capacity));
    this.knownLeft = committed(new Float64Array(capacity));
    this.tradesWanted = new Uint8Array(orders.instruments.count);
  }

  /** Whether a venue's codec can ask it. */
  isAskable(venue: number): boolean {
    return this.parts.canBeAsked[venue] === 1;
  }

  /** The order line is usable: everything is asked, since what happened before is unknown. */
  onLineUp(venue: number): void {
    const { rounds } = this;
    rounds.lineUp[venue] = 1;
    this.move(venue, ReconcileTrigger.LINE_UP);
    rounds.attempts[venue] = 0;
    rounds.nextNs[venue] = 0;
    rounds.nextFullNs[venue] = 0;
    rounds.budget[venue] = QUESTIONS_A_SECOND;
    if (this.isAskable(venue)) this.beginRound(venue);
  }

  onLineDown(venue: number): void {
    const { rounds } = this;
    rounds.lineUp[venue] = 0;
    rounds.phase[venue] = RoundPhase.IDLE;
    rounds.inFlight[venue] = 0;
    this.move(venue, ReconcileTrigger.LINE_DOWN);
  }

  /** By the second. */
  onTimer(): void {
    const { rounds } = this;
    const { nowNs, canBeAsked } = this.parts;
    for (let venue = 0; venue < canBeAsked.length; venue++) {
      if (canBeAsked[venue] !== 1 || rounds.lineUp[venue] !== 1) continue;
      rounds.budget[venue] = QUESTIONS_A_SECOND;
      if (rounds.inFlight[venue] !== 0) {
        if (nowNs[0]! - rounds.askedNs[venue]! > ANSWER_MAX_NS) this.fail(venue);
        continue;
      }
      if (rounds.phase[venue] !== RoundPhase.IDLE) {
        if (nowNs[0]! >= rounds.nextNs[venue]!) this.advance(venue);
      } else if (nowNs[0]! >= rounds.nextFullNs[venue]! || this.isDue(venue)) this.beginRound(venue);
    }
  }

  /** A report that answers a question: true, and it is dealt with. */
  takesReport(venue: number, words: Int32Array): boolean {
    const requestId = words[ExecutionReport.requestId >> 2]!;
    if (requestId === 0) return false;
    const { rounds } = this;
    // An answer to a question that was given up: what it shows may be older than what has been heard since.
    if (requestId !== rounds.inFlight[venue]!) return true;
    rounds.listed[venue] = rounds.listed[venue]! + 1;
    if (rounds.phase[venue] === RoundPhase.TRADES) this.onTrade(venue, words);
    else this.onShown(venue, words);
    return true;
  }

  /** A reply to a question: true, and it is dealt with. */
  takesReply(venue: number, words: Int32Array): boolean {
    const { rounds } = this;
    const requestId = words[RequestReply.requestId >> 2]!;
    if (requestId === 0 || requestId !== rounds.inFlight[venue]!) return false;
    const status = words[RequestReply.status >> 2]!;
    const isMissing = status === STATUS_NOT_FOUND && rounds.phase[venue] === RoundPhase.DOUBTS;
    if (status !== STATUS_OK && !isMissing) {
      this.fail(venue);
      return true;
    }
    rounds.inFlight[venue] = 0;
    if (isMissing) this.onNotFound(rounds.askedSlot[venue]!, Source.QUERY, rounds.askedNs[venue]!, venue);
    else this.onAnswered(venue);
    failpoint(Failpoint.RECONCILE_ANSWERED);
    this.isPumpWanted = 1;
    return true;
  }

  /** Asks what comes next; at the end of a frame, whose records lie where the codec writes a question. */
  pump(): void {
    if (this.isPumpWanted === 0) return;
    this.isPumpWanted = 0;
    const { canBeAsked } = this.parts;
    for (let venue = 0; venue < canBeAsked.length; venue++) if (canBeAsked[venue] === 1) this.advance(venue);
  }

  /** The matching engine refused a cancel: it has no such order. */
  onEngineNotFound(venue: number, slot: number, askedNs: number): void {
    if (this.isAskable(venue)) this.onNotFound(slot, Source.ENGINE, askedNs, venue);
  }

  /** A fill was applied, by whatever way. */
  onFill(slot: number, instrument: number, tradeLow: number, tradeHigh: number): void {
    this.misses[slot] = 0;
    this.trades.add(instrument, tradeLow, tradeHigh);
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

  /** A person has accepted a break, which is then no obstacle any more. False where there is none of that number. */
  acceptBreak(id: number): boolean {
    const venue = this.breaks.accept(id);
    if (venue < 0) return false;
    this.count(FindingKind.BREAK_ACCEPTED);
    if (this.breaks.openCount(venue) === 0) {
      this.move(venue, ReconcileTrigger.BREAKS_OVER);
      this.rounds.nextFullNs[venue] = 0;
    }
    return true;
  }

  /** Whether an order is open and nobody can say what it is. */
  isDoubtful(venue: number, slot: number): boolean {
    const { columns, instruments } = this.parts.orders;
    if (instruments.venue[columns.instrument[slot]!] !== venue) return false;
    if (columns.status[slot] === OrdStatus.UNKNOWN)
      return (columns.requestFlags[slot]! & RequestFlag.NEW_IN_FLIGHT) === 0;
    return this.misses[slot]! > 0;
  }

  /** A doubt that is due: rounds about doubts come with a pause that doubles. */
  private isDue(venue: number): boolean {
    return this.parts.nowNs[0]! >= this.rounds.nextNs[venue]! && this.countDoubts(venue) > 0;
  }

  private countDoubts(venue: number): number {
    const { open } = this.parts.orders;
    let count = 0;
    for (let place = 0; place < open.count; place++)
      if (this.isDoubtful(venue, open.slots[place]!)) count += 1;
    return count + this.breaks.missingFills(venue, this.tradesWanted);
  }

  private beginRound(venue: number): void {
    const { rounds } = this;
    const isFull = this.parts.nowNs[0]! >= rounds.nextFullNs[venue]!;
    rounds.isFull[venue] = isFull ? 1 : 0;
    rounds.nextNs[venue] = this.parts.nowNs[0]!;
    rounds.round[venue] = rounds.round[venue]! + 1;
    rounds.phase[venue] = isFull ? RoundPhase.OPEN_ORDERS : RoundPhase.DOUBTS;
    rounds.cursor[venue] = -1;
    rounds.hasMore[venue] = 0;
    this.advance(venue);
  }

  /** Asks the next question of the round, or ends it. */
  private advance(venue: number): void {
    const { rounds } = this;
    while (rounds.inFlight[venue] === 0 && rounds.phase[venue] !== RoundPhase.IDLE) {
      if (rounds.budget[venue]! <= 0) return;
      if (rounds.phase[venue] === RoundPhase.DOUBTS ? this.askDoubt(venue) : this.askNext(venue)) return;
    }
  }

  /** True where the venue cannot be asked just now. */
  private askDoubt(venue: number): boolean {
    const { rounds } = this;
    const slot = this.nextDoubt(venue);
    if (slot < 0) {
      rounds.phase[venue] = RoundPhase.TRADES;
      rounds.cursor[venue] = -1;
      return false;
    }
    this.askedRound[slot] = rounds.round[venue]!;
    rounds.askedSlot[venue] = slot;
    this.found(FindingKind.ASKED, Math.min(rounds.attempts[venue]! + 1, 255), venue, slot);
    return this.sent(venue, this.parts.desk.askOrder(venue, slot));
  }

  private nextDoubt(venue: number): number {
    const { open } = this.parts.orders;
    for (let place = 0; place < open.count; place++) {
      const slot = open.slots[place]!;
      if (this.isDoubtful(venue, slot) && this.askedRound[slot] !== this.rounds.round[venue]!) return slot;
    }
    return -1;
  }

  private askNext(venue: number): boolean {
    const { rounds } = this;
    const phase = rounds.phase[venue]!;
    if (rounds.hasMore[venue] === 1) return this.askPage(venue);
    if (phase === RoundPhase.BALANCES) {
      if (rounds.isFull[venue] === 0 || rounds.cursor[venue] !== -1) {
        this.endRound(venue);
        return false;
      }
      rounds.cursor[venue] = 0;
      return this.ask(venue, AccountQueryKind.BALANCES, this.nextInstrument(venue, -1, 1));
    }
    const isTrades = phase === RoundPhase.TRADES;
    const next = this.nextInstrument(venue, rounds.cursor[venue]!, isTrades ? rounds.isFull[venue]! : 1);
    rounds.cursor[venue] = next;
    if (next < 0) {
      rounds.phase[venue] = isTrades ? RoundPhase.BALANCES : RoundPhase.DOUBTS;
      return false;
    }
    this.trades.writeFirst(next, this.from);
    return this.ask(venue, isTrades ? AccountQueryKind.TRADES : AccountQueryKind.OPEN_ORDERS, next);
  }

  /** A list was full: from its last entry on. */
  private askPage(venue: number): boolean {
    const instrument = this.rounds.cursor[venue]!;
    this.rounds.hasMore[venue] = 0;
    this.from[0] = this.trades.listedMax[instrument]! + 1;
    return this.ask(venue, AccountQueryKind.TRADES, instrument);
  }

  /** The next instrument of a venue after `last`, or −1; in a round about doubts only those whose trades are wanted. */
  private nextInstrument(venue: number, last: number, isEvery: number): number {
    const { instruments } = this.parts.orders;
    for (let instrument = last + 1; instrument < instruments.count; instrument++) {
      if (instruments.venue[instrument] === venue && (isEvery === 1 || this.tradesWanted[instrument] === 1))
        return instrument;
    }
    return -1;
  }

  private ask(venue: number, kind: AccountQueryKind, instrument: number): boolean {
    this.rounds.listed[venue] = 0;
    return this.sent(venue, this.parts.desk.askAccount(venue, kind, instrument, this.from));
  }

  private sent(venue: number, requestId: number): boolean {
    const { rounds } = this;
    if (requestId === 0) {
      this.fail(venue);
      return true;
    }
    failpoint(Failpoint.RECONCILE_ASKED);
    rounds.inFlight[venue] = requestId;
    rounds.askedNs[venue] = this.parts.nowNs[0]!;
    rounds.budget[venue] = rounds.budget[venue]! - 1;
    return false;
  }

  /** No answer, or none that can be used: the round begins anew after a pause. */
  private fail(venue: number): void {
    const { rounds } = this;
    rounds.inFlight[venue] = 0;
    rounds.phase[venue] = RoundPhase.IDLE;
    if (rounds.isFull[venue] === 1) rounds.nextFullNs[venue] = 0;
    this.pause(venue, FAILURE_DOUBLINGS);
    if (rounds.nextFullNs[venue] === 0) rounds.nextFullNs[venue] = rounds.nextNs[venue]!;
  }

  private pause(venue: number, doublingsMax: number): void {
    const { rounds } = this;
    rounds.nextNs[venue] =
      this.parts.nowNs[0]! + BACK_OFF_NS * 2 ** Math.min(rounds.attempts[venue]!, doublingsMax);
    rounds.attempts[venue] = rounds.attempts[venue]! + 1;
  }

  /** A list, or an order, has been told whole. */
  private onAnswered(venue: number): void {
    const { rounds } = this;
    const instrument = rounds.cursor[venue]!;
    const phase = rounds.phase[venue]!;
    if (phase === RoundPhase.OPEN_ORDERS) {
      this.external.endRound(instrument, rounds.round[venue]!);
      this.missUnshown(instrument, venue);
    } else if (phase === RoundPhase.TRADES) {
      if (rounds.listed[venue]! >= PAGE_ENTRIES) rounds.hasMore[venue] = 1;
      else this.tradesWanted[instrument] = 0;
    } else if (phase === RoundPhase.BALANCES && rounds.hasBaseline[venue] === 0) {
      rounds.hasBaseline[venue] = 1;
      this.breaks.takeBaseline(venue);
    }
  }

  /** What this host believes open and a list of open orders does not show is asked about by name. */
  private missUnshown(instrument: number, venue: number): void {
    const { open, columns } = this.parts.orders;
    for (let place = 0; place < open.count; place++) {
      const slot = open.slots[place]!;
      const status = columns.status[slot]!;
      const isSure = status === OrdStatus.ACCEPTED || status === OrdStatus.PARTIALLY_FILLED;
      if (columns.instrument[slot] !== instrument || !isSure) continue;
      const wasShown = this.shownRound[slot] === this.rounds.round[venue]!;
      // One that was sent while the question was on its way may rightly be missing.
      const isOld = columns.submittedNs[slot]! < this.rounds.askedNs[venue]! - BACK_OFF_NS;
      if (wasShown) this.misses[slot] = 0;
      else if (isOld) this.misses[slot] = Math.min(this.misses[slot]! + 1, 255);
    }
  }

  /** An order as the venue has it. */
  private onShown(venue: number, words: Int32Array): void {
    const { orders, desk } = this.parts;
    const epoch = words[ExecutionReport.clientOrderEpoch >> 2]!;
    if (epoch === 0) {
      this.onExternal(venue, words);
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
    if (this.external.see(shownWords, shown)) this.found(FindingKind.EXTERNAL_ORDER, 0, venue, -1);
  }

  /** A trade of the account: of an order of this host it goes the way of every fill, and is applied if no report had brought it. */
  private onTrade(venue: number, words: Int32Array): void {
    const { orders, desk } = this.parts;
    const instrument = orders.instruments.indexOf(words[ExecutionReport.instrumentId >> 2]!);
    if (instrument < 0) return;
    const low = words[ExecutionReport.venueOrderId >> 2]!;
    const slot = orders.findByVenueOrderId(instrument, low, words[(ExecutionReport.venueOrderId >> 2) + 1]!);
    readMantissa(words, ExecutionReport.tradeId, this.shown, 0);
    const lastListed = this.trades.listedMax[instrument]!;
    const tradeId = this.shown[0]!;
    if (tradeId > lastListed) this.trades.listedMax[instrument] = tradeId;
    if (slot < 0) {
      // What the first lists show was before this host looked.
      if (tradeId > lastListed && this.rounds.completed[venue]! > 0)
        this.found(FindingKind.EXTERNAL_TRADE, 0, venue, -1);
      return;
    }
    readMantissa(words, ExecutionReport.lastQty, this.shown, 1);
    if (this.knownLeft[slot]! > 0) {
      this.knownLeft[slot] = Math.max(0, this.knownLeft[slot]! - this.shown[1]!);
      return;
    }
    if (desk.applyReport(venue, words) === Outcome.FILLED)
      this.found(FindingKind.MISSED_FILL, 0, venue, slot);
  }

  private onNotFound(slot: number, source: number, askedNs: number, venue: number): void {
    const { orders, nowNs, desk } = this.parts;
    const { columns } = orders;
    this.found(FindingKind.NOT_FOUND, source + 1, venue, slot);
    this.times[0] = columns.submittedNs[slot]!;
    this.times[1] = askedNs;
    this.times[2] = nowNs[0]!;
    const isProven = this.proof.take(slot, columns.epoch[slot]!, columns.sequence[slot]!, source, this.times);
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

  private endRound(venue: number): void {
    const { rounds, breaks } = this;
    const { nowNs, intervalNs } = this.parts;
    rounds.phase[venue] = RoundPhase.IDLE;
    rounds.completed[venue] = rounds.completed[venue]! + 1;
    const isFull = rounds.isFull[venue] === 1;
    const doubts = this.countDoubts(venue);
    rounds.doubts[venue] = doubts;
    breaks.checkRound(venue, rounds.round[venue]!, isFull);
    if (isFull) rounds.nextFullNs[venue] = nowNs[0]! + intervalNs;
    if (doubts > 0) this.pause(venue, DOUBT_DOUBLINGS);
    else rounds.attempts[venue] = 0;
    if (breaks.openCount(venue) > 0) this.move(venue, ReconcileTrigger.BREAK);
    else {
      if (rounds.state[venue] === ReconcileState.BROKEN) this.move(venue, ReconcileTrigger.BREAKS_OVER);
      this.move(venue, doubts > 0 ? ReconcileTrigger.DOUBT : ReconcileTrigger.CLEAN);
    }
    if (rounds.state[venue] === ReconcileState.RECONCILED) failpoint(Failpoint.RECONCILED);
  }

  private move(venue: number, trigger: number): void {
    const { rounds } = this;
    const last = rounds.state[venue]!;
    const next = nextReconcileState(last, trigger);
    rounds.state[venue] = next;
    if (next !== last) this.found(FindingKind.STATE, next, venue, -1);
  }

  private found(kind: FindingKind, code: number, venue: number, slot: number): void {
    this.count(kind);
    this.parts.desk.note(kind, code, venue, slot);
  }

  private count(kind: FindingKind): void {
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

function isWorking(status: number): boolean {
  return (
    status === OrdStatus.ACCEPTED ||
    status === OrdStatus.PARTIALLY_FILLED ||
    status === OrdStatus.PENDING_CANCEL
  );
}
