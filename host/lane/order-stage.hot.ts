import {
  ExecType,
  ExecutionReport,
  IntentAction,
  OrderIntent,
  OrdStatus,
  RequestReply,
} from "../../abi/host/index.ts";
import { LANE_VENUES_MAX } from "../execution/gateways/index.ts";
import { execTypeOfStatus, HaltReason, IS_OPEN, Outcome, RequestFlag } from "../execution/orders/index.ts";
import type { RiskApproved, TradingModes } from "../execution/risk/index.ts";
import { DenialCode, isApproved, TradingMode } from "../execution/risk/index.ts";
import { Failpoint, failpoint } from "../platform/failpoints/index.ts";
import type { IntentTaker } from "./agent-stage.hot.ts";
import { CancelPace } from "./cancel-pace.hot.ts";
import type { FillParts } from "./fill-stage.hot.ts";
import { FillStage } from "./fill-stage.hot.ts";
import { LaneCounter } from "./lane-counters.ts";
import { OrderDenials } from "./order-denials.hot.ts";
import type { NoticeParts } from "./order-notices.hot.ts";
import { OrderNotices } from "./order-notices.hot.ts";
import type { SenderParts } from "./order-sender.hot.ts";
import { VenueHold } from "./venue-hold.hot.ts";
import { OrderSender } from "./order-sender.hot.ts";
import { SecondHalves } from "./second-halves.hot.ts";

/** Intents that one agent may have acted upon in one step; the rest are denied. */
const INTENTS_MAX = 32;
/** Binance gives up on a request after 10 s; its engine may still act. */
const ANSWER_MAX_NS = 10e9;
const STATUS_NOT_FOUND = 404;
const EVERY_INSTRUMENT = -1;
const NONE = -1;

export interface OrderParts extends SenderParts, NoticeParts, FillParts {
  readonly modes: TradingModes;
  readonly agentCount: number;
}

/**
 * Intents to orders on the wire, and reports to positions.
 *
 * intent → order table → risk gate (limits, share, rules) → last hop → venue codec (bytes) → journal → effect
 */
export class OrderStage implements IntentTaker {
  private readonly parts: OrderParts;
  readonly sender: OrderSender;
  private readonly notices: OrderNotices;
  private readonly denials: OrderDenials;
  private readonly fills: FillStage;
  private readonly intentCounts: Int32Array;
  /** By venue index: 1 while its order line is usable. */
  readonly lineUp: Uint8Array;
  /** By venue index: 1 where requests may go over REST while the line is down: cancels do, new orders wait for the events that would tell of their fills. */
  readonly fallbackUp: Uint8Array;
  readonly pace: CancelPace;
  readonly hold: VenueHold;
  readonly secondHalves: SecondHalves;

  constructor(parts: OrderParts) {
    this.parts = parts;
    this.sender = new OrderSender(parts);
    this.notices = new OrderNotices(parts);
    this.denials = new OrderDenials(parts.orders, parts.gate, this.notices);
    this.fills = new FillStage(parts, this.notices);
    this.intentCounts = new Int32Array(parts.agentCount);
    this.lineUp = new Uint8Array(LANE_VENUES_MAX);
    this.fallbackUp = new Uint8Array(LANE_VENUES_MAX);
    this.pace = new CancelPace(parts.orders.columns.capacity, parts.nowNs);
    this.hold = new VenueHold(parts.nowNs, parts.wall);
    const { notices, pace, hold, lineUp } = this;
    this.secondHalves = new SecondHalves({ parts, notices, pace, hold, lineUp });
  }

  /** Effects of the step that wait for the commit; 0 when nothing is to be made durable. */
  get pendingSends(): number {
    return this.sender.pendingSends;
  }

  /** The agent, once, that missed an event because the queue was full; -1 when there is none. */
  takeOverflown(): number {
    const agent = this.notices.overflownAgent;
    this.notices.overflownAgent = -1;
    return agent;
  }

  /** To be called at the start of a step. */
  begin(): void {
    const { intentCounts } = this;
    // A loop: the built-in fill is a call of some 40 ns, for a few cells, in every step.
    for (let agent = 0; agent < intentCounts.length; agent++) intentCounts[agent] = 0;
    this.sender.pendingSends = 0;
  }

  onIntent(agent: number, block: Int32Array, isLate: boolean): void {
    const { counters } = this.parts;
    counters[LaneCounter.INTENTS] = counters[LaneCounter.INTENTS]! + 1;
    this.intentCounts[agent] = this.intentCounts[agent]! + 1;
    const action = block[OrderIntent.action >> 2]! & 0xff;
    if (action !== IntentAction.CANCEL && action !== IntentAction.REPLACE)
      return this.submit(agent, block, isLate, NONE);
    // An agent names what it calls by this tag on this instrument; another agent's or instrument's order it cannot name [P11].
    const { orders } = this.parts;
    const slot = orders.findByTag(agent, block[OrderIntent.tag >> 2]!);
    const instrument = orders.instruments.indexOf(block[OrderIntent.instrumentId >> 2]!);
    if (slot < 0 || orders.columns.instrument[slot] !== instrument)
      return this.denials.refuse(agent, block, NONE, DenialCode.UNKNOWN_TAG);
    if (action === IntentAction.REPLACE) return this.submit(agent, block, isLate, slot);
    this.cancel(slot);
    const newer = orders.newerOf(slot);
    if (newer >= 0 && IS_OPEN[orders.columns.status[newer]!] === 1) this.cancel(newer);
  }

  writePosition(agent: number, instrument: number, cells: Float64Array, index: number): void {
    const { positions } = this.parts;
    cells[index] = positions.quantity[positions.rowOf(agent, instrument)]!;
  }

  onAgentFault(agent: number): void {
    const { counters } = this.parts;
    counters[LaneCounter.AGENT_FAULTS] = counters[LaneCounter.AGENT_FAULTS]! + 1;
    this.cancelAll(agent);
  }

  /** Asks the venue to cancel every open order of an agent, or of all (-1). */
  cancelAll(agent: number): void {
    const { open } = this.parts.orders;
    for (
      let place = open.placeBefore(open.count, agent, -1);
      place >= 0;
      place = open.placeBefore(place, agent, -1)
    ) {
      this.pace.relax(open.slots[place]!);
      this.cancel(open.slots[place]!);
    }
  }

  /** A new order; in place of the one in `older`, if there is one (−1: none). Then it is judged like any other, and the older one stays where it is denied. */
  private submit(agent: number, block: Int32Array, isLate: boolean, older: number): void {
    const { orders, gate } = this.parts;
    const { denials, sender } = this;
    const slot = this.draft(agent, block, older);
    if (slot < 0) return denials.refuse(agent, block, older, -slot);
    if (this.intentCounts[agent]! > INTENTS_MAX) return denials.denyUnjudged(slot, DenialCode.INTENT_FLOOD);
    if (isLate) return denials.denyUnjudged(slot, DenialCode.STALE_DECISION);
    const venue = sender.venueOf(slot);
    if (this.lineUp[venue] === 0) return denials.denyUnjudged(slot, DenialCode.LINE_DOWN);
    if (this.hold.isHeld(venue)) return denials.denyUnjudged(slot, DenialCode.VENUE_BACK_OFF);
    const decision = gate.evaluate(slot);
    if (!isApproved(decision)) return denials.deny(slot, Math.abs(decision));
    const requestId = older < 0 ? sender.nextRequestId() : sender.nextRequestPair();
    this.pace.clear(slot);
    this.parts.reconciler.answers.onSubmitted(slot);
    const outcome = older < 0 ? orders.submit(slot, requestId) : orders.submitReplacement(slot, requestId);
    if (outcome !== Outcome.CHANGED) return denials.denyUnjudged(slot, DenialCode.MALFORMED_INTENT);
    const code = sender.sendOrder(slot, requestId, decision);
    if (code !== 0) this.notSent(slot, code, decision);
  }

  private draft(agent: number, block: Int32Array, older: number): number {
    const { orders } = this.parts;
    if (older < 0) return orders.create(block, 0, agent);
    // What is to go is not replaced: its cancel may only not have left yet.
    if (this.pace.wanted[older] === 1) return -DenialCode.NOT_REPLACEABLE;
    return orders.createReplacement(block, 0, agent, older);
  }

  /** Cancels are counted but never blocked by a limit of this host; one under way is not repeated, one that cannot be sent yet is remembered. */
  private cancel(slot: number): void {
    const { orders } = this.parts;
    this.pace.wanted[slot] = 1;
    const venue = this.sender.venueOf(slot);
    const isReachable = this.lineUp[venue] === 1 || this.fallbackUp[venue] === 1;
    if (!isReachable || orders.columns.cancelRequestId[slot]! !== 0) return;
    if (this.hold.areCancelsHeld(venue) || !this.pace.isDue(slot, venue)) return;
    const requestId = this.sender.nextRequestId();
    if (orders.requestCancel(slot, requestId) === Outcome.REFUSED) return;
    if (this.sender.sendCancel(slot, requestId) === 0) this.pace.sent(slot);
    else orders.cancelSendFailed(slot);
  }

  /** Tries again what should be gone and is not, where it is due. To be called by the second. */
  retryCancels(): void {
    const { open } = this.parts.orders;
    for (let place = open.count - 1; place >= 0; place--) {
      const slot = open.slots[place]!;
      if (this.pace.wanted[slot] === 1) this.cancel(slot);
    }
  }

  private notSent(slot: number, code: number, approval: RiskApproved | null): void {
    const { orders, gate, lastHop } = this.parts;
    // The venue has shown the order after all: then it was sent, whatever the line said.
    if (orders.sendFailed(slot, code) === Outcome.REFUSED) return;
    if (approval !== null) lastHop.revoke(approval);
    const older = orders.olderOf(slot);
    if (older >= 0 && (orders.columns.requestFlags[older]! & RequestFlag.REPLACE_IN_FLIGHT) !== 0)
      orders.cancelSendFailed(older);
    gate.countDenial(code);
    this.notices.noteDenial(orders.columns.agent[slot]!, slot, code);
    this.notices.emit(slot, ExecType.DENIED, 0);
  }

  /** Whether a request of an order is its cancel. */
  isCancel(slot: number, requestId: number): boolean {
    return this.parts.orders.columns.cancelRequestId[slot] === requestId;
  }

  /** The bytes of an order provably never left: the commit failed, or the line was not open. */
  onNotSent(slot: number, requestId: number): void {
    const { orders } = this.parts;
    if (this.isCancel(slot, requestId)) {
      orders.cancelSendFailed(slot);
      this.pace.relax(slot);
      return;
    }
    if (orders.columns.newRequestId[slot] !== requestId) return;
    this.notSent(slot, DenialCode.NOT_SENT, null);
  }

  /** A RequestReply block at offset 0, from the codec of a venue. */
  onReply(venue: number, i32: Int32Array): void {
    const { orders, counters } = this.parts;
    const requestId = i32[RequestReply.requestId >> 2]!;
    const asked = orders.findByRequest(requestId);
    if (asked >= 0 && this.sender.venueOf(asked) !== venue) return this.refuseForeign(venue);
    this.hold.obey(venue, i32, asked >= 0 && this.isCancel(asked, requestId));
    failpoint(Failpoint.ACK_RECEIVED);
    if (i32[RequestReply.status >> 2]! === STATUS_NOT_FOUND && asked >= 0) this.onNotFound(venue, asked, i32);
    const outcome = orders.applyReply(i32, 0);
    failpoint(Failpoint.ACK_APPLIED);
    const slot = orders.lastIndex;
    if (outcome !== Outcome.CHANGED || slot < 0) return;
    const status = orders.columns.status[slot]!;
    if (status === OrdStatus.REJECTED) counters[LaneCounter.REJECTS] = counters[LaneCounter.REJECTS]! + 1;
    this.notices.emit(slot, execTypeOfStatus(status), 0);
  }

  /** A cancel of an order that the matching engine does not have. */
  private onNotFound(venue: number, slot: number, i32: Int32Array): void {
    if (!this.isCancel(slot, i32[RequestReply.requestId >> 2]!)) return;
    this.parts.reconciler.onEngineNotFound(venue, slot, this.parts.orders.columns.cancelNs[slot]!);
  }

  /** An ExecutionReport block at offset 0, from the codec of a venue. */
  onReport(venue: number, i32: Int32Array): number {
    const { orders, reconciler } = this.parts;
    const instrument = orders.instruments.indexOf(i32[ExecutionReport.instrumentId >> 2]!);
    if (instrument >= 0 && orders.instruments.venue[instrument] !== venue) {
      this.refuseForeign(venue);
      return Outcome.QUARANTINED;
    }
    let outcome = orders.applyReport(i32, 0);
    // An order of an earlier start becomes the host's own; a trade can be the first that is heard of it.
    if (outcome === Outcome.PRIOR_EPOCH) {
      outcome = orders.adopt(i32, 0, -1, 0);
      // The slot may have held another order, whose cancel was wanted.
      if (orders.lastIndex >= 0) {
        this.pace.clear(orders.lastIndex);
        reconciler.answers.onSubmitted(orders.lastIndex);
        reconciler.answers.onAdopted(venue, orders.lastIndex);
      }
    }
    const slot = orders.lastIndex;
    if (outcome === Outcome.FILLED && !this.fills.apply(slot))
      this.halt(orders.columns.instrument[slot]!, venue);
    if (outcome === Outcome.AMENDED && !this.fills.amend(slot, venue))
      this.halt(orders.columns.instrument[slot]!, venue);
    if (outcome === Outcome.CHANGED) this.tellState(slot);
    reconciler.counts.onReport(venue, outcome, orders.lastStatus, orders.haltReason);
    const isRefusedAmendment =
      outcome === Outcome.QUARANTINED && orders.report.isAmendment && instrument >= 0;
    // A list shows it in each round: once a person has accepted it, it holds nothing any more.
    if (isRefusedAmendment) reconciler.breaks.amendmentRefused(venue, slot);
    else if (orders.haltReason !== 0) this.halt(orders.haltInstrument, venue);
    if (orders.haltReason === HaltReason.FOREIGN_ORDER) reconciler.lookSoon(venue);
    return outcome;
  }

  /** A trade of an order that this host did not make, found in a list: counted once there. What cannot be true, or cannot be summed up, halts the instrument. */
  onExternalTrade(venue: number, i32: Int32Array): void {
    const { orders } = this.parts;
    if (orders.takeExternalTrade(i32) !== Outcome.FILLED) this.halt(orders.haltInstrument, venue);
    else if (!this.fills.applyExternal()) this.halt(orders.report.instrument, venue);
  }

  /** [C7] A request without an answer for too long has an unknown outcome. To be called by the second. */
  expireRequests(): void {
    const { orders, nowNs } = this.parts;
    const { open, columns } = orders;
    const sentBeforeNs = nowNs[0]! - ANSWER_MAX_NS;
    for (let place = open.count - 1; place >= 0; place--) {
      const slot = open.slots[place]!;
      const flags = columns.requestFlags[slot]!;
      if ((flags & RequestFlag.NEW_IN_FLIGHT) !== 0 && columns.submittedNs[slot]! < sentBeforeNs) {
        this.timeOut(columns.newRequestId[slot]!);
      } else if ((flags & RequestFlag.CANCEL_IN_FLIGHT) !== 0 && columns.cancelNs[slot]! < sentBeforeNs) {
        this.timeOut(columns.cancelRequestId[slot]!);
      }
    }
  }

  private timeOut(requestId: number): void {
    const { orders } = this.parts;
    if (orders.requestTimedOut(requestId) === Outcome.CHANGED) this.tellState(orders.lastIndex);
  }

  /** An order's agent is told the state that it was brought to without a report. */
  tellState(slot: number): void {
    this.notices.emit(slot, execTypeOfStatus(this.parts.orders.columns.status[slot]!), 0);
  }

  /** The order is to be canceled; the next second asks for it. */
  wantCancel(slot: number): void {
    this.pace.want(slot);
  }

  /** No new order in an instrument until a person has looked. */
  restrict(instrument: number): void {
    this.halt(instrument, this.parts.orders.instruments.venue[instrument]!);
  }

  /** A Balance block at offset 0, from the codec of a venue. */
  onBalance(venue: number, i32: Int32Array): void {
    this.parts.balances.applyBalance(i32, 0, venue);
  }

  /**
   * A venue's order line is gone, not merely tried again in vain: what was open there is unknown until proven, counted at worst case, and, as a fill may have
   * been missed, its instruments take no new orders until a person has looked; cancels flow.
   */
  onDisconnect(venue: number): void {
    if (this.lineUp[venue] === 0) return;
    const { open, columns } = this.parts.orders;
    this.lineUp[venue] = 0;
    this.parts.orders.markDisconnected(venue);
    for (let place = open.count - 1; place >= 0; place--) {
      const slot = open.slots[place]!;
      if (this.sender.venueOf(slot) !== venue) continue;
      this.parts.modes.restrictInstrument(columns.instrument[slot]!, TradingMode.CANCEL_ONLY);
      this.tellState(slot);
    }
    this.parts.reconciler.onLineDown(venue);
    if (this.fallbackUp[venue] === 1) this.cancelUnknown(venue);
  }

  /** A venue's codec was stopped: it can be neither heard nor told anything. Its instruments are halted until a person has looked. */
  onUnavailable(venue: number): void {
    this.onDisconnect(venue);
    this.restrictVenue(venue, TradingMode.HALTED);
  }

  /** A venue's order line is logged on and subscribed: what is unknown there is canceled, and the venue's report proves its end. */
  onConnect(venue: number): void {
    this.lineUp[venue] = 1;
    this.cancelUnknown(venue);
    this.parts.reconciler.onLineUp(venue);
  }

  private cancelUnknown(venue: number): void {
    const { open, columns } = this.parts.orders;
    for (let place = open.count - 1; place >= 0; place--) {
      const slot = open.slots[place]!;
      if (columns.status[slot] === OrdStatus.UNKNOWN && this.sender.venueOf(slot) === venue)
        this.wantCancel(slot);
    }
    this.retryCancels();
  }

  /** A message of a venue's order line could not be read, or is missing: it may have been a fill [V11]. */
  onUnreadable(venue: number): void {
    this.halt(EVERY_INSTRUMENT, venue);
  }

  /** A codec speaks for its own venue alone: one that answers for another's order cannot be believed in anything. */
  private refuseForeign(venue: number): void {
    const { counters } = this.parts;
    counters[LaneCounter.FOREIGN_RECORDS] = counters[LaneCounter.FOREIGN_RECORDS]! + 1;
    this.halt(EVERY_INSTRUMENT, venue);
  }

  /** What cannot be believed stops an instrument, or all of the venue that said it where none is named; cancels still flow. */
  private halt(instrument: number, venue: number): void {
    const { counters, modes } = this.parts;
    counters[LaneCounter.HALTS] = counters[LaneCounter.HALTS]! + 1;
    if (instrument >= 0) modes.restrictInstrument(instrument, TradingMode.CANCEL_ONLY);
    else this.restrictVenue(venue, TradingMode.CANCEL_ONLY);
  }

  private restrictVenue(venue: number, mode: number): void {
    const { modes, orders } = this.parts;
    const { instruments } = orders;
    for (let instrument = 0; instrument < instruments.count; instrument++)
      if (instruments.venue[instrument] === venue) modes.restrictInstrument(instrument, mode);
  }
}
