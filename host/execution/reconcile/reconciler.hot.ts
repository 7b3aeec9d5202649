import { AccountQueryKind, ExecutionReport, RequestReply } from "../../../abi/host/index.ts";
import { Failpoint, failpoint } from "../../platform/failpoints/index.ts";
import type { OrderTable } from "../orders/index.ts";
import type { BalanceBook } from "../positions/index.ts";
import { Source } from "./absence-proof.hot.ts";
import { BreakChecks } from "./break-checks.hot.ts";
import { FindingKind } from "./finding.ts";
import { ReconcileCount, ReconcileCounts } from "./reconcile-counts.hot.ts";
import type { ReconcileDesk } from "./reconcile-desk.ts";
import { nextReconcileState, ReconcileState, ReconcileTrigger } from "./reconcile-states.ts";
import { VenueAnswers } from "./venue-answers.hot.ts";
import { Baseline, RoundPhase, VenueRounds } from "./venue-rounds.ts";

/** As for an order: the venue gives up after 10 s. */
const ANSWER_MAX_NS = 10e9;
/** A venue's weight of questions is some 5 to 20 of 6,000 a minute: ten a second leave most of it to trading. */
const QUESTIONS_A_SECOND = 10;
const BACK_OFF_NS = 1e9;
/** Reports of others may come many times a second; a round takes a question or two for each instrument. */
const LOOK_SOON_NS = 5e9;
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
  /** By venue index, see VenueAsking. */
  readonly listsByTime: Uint8Array;
  readonly cancelsByVenueId: Uint8Array;
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
  readonly breaks: BreakChecks;
  readonly answers: VenueAnswers;
  readonly counts: ReconcileCounts;
  private isPumpWanted: number;
  private readonly parts: ReconcilerParts;
  private readonly from: Float64Array;

  constructor(parts: ReconcilerParts) {
    this.parts = parts;
    this.isPumpWanted = 0;
    this.rounds = new VenueRounds();
    this.breaks = new BreakChecks(parts.orders, parts.balances, parts.desk, parts.nowNs);
    this.answers = new VenueAnswers(parts, this.rounds, this.breaks);
    this.counts = new ReconcileCounts();
    this.from = new Float64Array(1);
  }

  /** Whether a venue's codec can ask it. */
  isAskable(venue: number): boolean {
    return this.parts.canBeAsked[venue] === 1;
  }

  /** The order line is usable: everything is asked, since what happened before is unknown. */
  onLineUp(venue: number): void {
    const { rounds } = this;
    rounds.lineUp[venue] = 1;
    this.counts.add(venue, ReconcileCount.RESYNCS);
    this.move(venue, ReconcileTrigger.LINE_UP);
    rounds.attempts[venue] = 0;
    rounds.nextNs[venue] = 0;
    rounds.nextFullNs[venue] = 0;
    rounds.budget[venue] = QUESTIONS_A_SECOND;
    if (this.isAskable(venue)) this.beginRound(venue);
  }

  /** Somebody else trades on the account: lists tell what, and are asked for soon, however often a report says so. */
  lookSoon(venue: number): void {
    const { nextFullNs } = this.rounds;
    nextFullNs[venue] = Math.min(nextFullNs[venue]!, this.parts.nowNs[0]! + LOOK_SOON_NS);
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
    if (rounds.phase[venue] === RoundPhase.TRADES) this.answers.onTrade(venue, words);
    else this.answers.onShown(venue, words);
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
    this.counts.add(venue, isMissing ? ReconcileCount.QUERIES_NOT_FOUND : ReconcileCount.QUERIES_ANSWERED);
    if (isMissing)
      this.answers.onNotFound(rounds.askedSlot[venue]!, Source.QUERY, rounds.askedNs[venue]!, venue);
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
    if (this.isAskable(venue)) this.answers.onNotFound(slot, Source.ENGINE, askedNs, venue);
  }

  /** The second computation of positions differs from the lane's; see BreakChecks. Also of a venue that cannot be asked: it is about this host. */
  disagree(about: Int32Array, values: Float64Array): void {
    this.breaks.disagree(about, values);
    const venue = about[1]!;
    if (this.breaks.openCount(venue) > 0) this.move(venue, ReconcileTrigger.BREAK);
  }

  /** A person has accepted a break, which is then no obstacle any more. False where there is none of that number. */
  acceptBreak(id: number): boolean {
    const venue = this.breaks.accept(id);
    if (venue < 0) return false;
    this.answers.count(FindingKind.BREAK_ACCEPTED);
    if (this.breaks.openCount(venue) === 0) {
      this.move(venue, ReconcileTrigger.BREAKS_OVER);
      this.rounds.nextFullNs[venue] = 0;
    }
    return true;
  }

  /** A doubt that is due: rounds about doubts come with a pause that doubles. */
  private isDue(venue: number): boolean {
    return this.parts.nowNs[0]! >= this.rounds.nextNs[venue]! && this.answers.countDoubts(venue) > 0;
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

  /** [V16] A trade was undone or corrected, and everything has followed: a person is shown it. */
  onAmended(venue: number, slot: number): void {
    const { rounds } = this;
    if (rounds.baseline[venue] === Baseline.ON_TRIAL) rounds.baseline[venue] = Baseline.NONE;
    this.answers.found(FindingKind.AMENDED, this.breaks.tradeAmended(venue, slot), venue, slot);
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
    const slot = this.answers.nextDoubt(venue);
    if (slot < 0) {
      rounds.phase[venue] = RoundPhase.TRADES;
      rounds.cursor[venue] = -1;
      return false;
    }
    this.answers.askedRound[slot] = rounds.round[venue]!;
    rounds.askedSlot[venue] = slot;
    this.answers.found(FindingKind.ASKED, Math.min(rounds.attempts[venue]! + 1, 255), venue, slot);
    return this.sent(venue, this.parts.desk.askOrder(venue, slot));
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
      const isListed = isTrades && rounds.isFull[venue] === 1;
      if (isListed && rounds.baseline[venue] === Baseline.ON_TRIAL) rounds.baseline[venue] = Baseline.FIRM;
      return false;
    }
    if (this.parts.listsByTime[venue] === 1) this.from[0] = 0;
    else this.answers.trades.writeFirst(next, this.from);
    return this.ask(venue, isTrades ? AccountQueryKind.TRADES : AccountQueryKind.OPEN_ORDERS, next);
  }

  /** A list was full: from its last entry on. */
  private askPage(venue: number): boolean {
    const instrument = this.rounds.cursor[venue]!;
    this.rounds.hasMore[venue] = 0;
    this.from[0] = this.answers.trades.listedMax[instrument]! + 1;
    return this.ask(venue, AccountQueryKind.TRADES, instrument);
  }

  /** The next instrument of a venue after `last`, or −1; in a round about doubts only those whose trades are wanted. */
  private nextInstrument(venue: number, last: number, isEvery: number): number {
    const { instruments } = this.parts.orders;
    for (let instrument = last + 1; instrument < instruments.count; instrument++) {
      if (
        instruments.venue[instrument] === venue &&
        (isEvery === 1 || this.answers.tradesWanted[instrument] === 1)
      )
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
    this.counts.add(venue, ReconcileCount.QUERIES_SENT);
    rounds.inFlight[venue] = requestId;
    rounds.askedNs[venue] = this.parts.nowNs[0]!;
    rounds.budget[venue] = rounds.budget[venue]! - 1;
    return false;
  }

  /** No answer, or none that can be used: the round begins anew after a pause. */
  private fail(venue: number): void {
    const { rounds } = this;
    this.counts.add(venue, ReconcileCount.QUERIES_FAILED);
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
      this.answers.external.endRound(instrument, rounds.round[venue]!);
      this.answers.missUnshown(instrument, venue);
    } else if (phase === RoundPhase.TRADES) {
      const hasMore = rounds.listed[venue]! >= PAGE_ENTRIES && this.parts.listsByTime[venue] === 0;
      this.answers.endTrades(instrument, !hasMore);
      if (hasMore) rounds.hasMore[venue] = 1;
      else this.answers.tradesWanted[instrument] = 0;
    } else if (phase === RoundPhase.BALANCES && rounds.baseline[venue] === Baseline.NONE) {
      rounds.baseline[venue] = Baseline.ON_TRIAL;
      this.breaks.takeBaseline(venue);
    }
  }

  private endRound(venue: number): void {
    const { rounds, breaks } = this;
    const { nowNs, intervalNs } = this.parts;
    rounds.phase[venue] = RoundPhase.IDLE;
    rounds.completed[venue] = rounds.completed[venue]! + 1;
    const isFull = rounds.isFull[venue] === 1;
    const doubts = this.answers.countDoubts(venue);
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
    if (next !== last) this.answers.found(FindingKind.STATE, next, venue, -1);
  }
}
