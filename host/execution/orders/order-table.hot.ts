import { ExecutionReport, OrdStatus, RequestReply } from "../../../abi/host/index.ts";
import { ExternalReserves } from "./external-reserves.hot.ts";
import type { FillHistory } from "./fill-history.hot.ts";
import type { InstrumentTable } from "./instrument-table.ts";
import type { BootEpoch } from "./ids.ts";
import { IntentReader } from "./intent-reader.hot.ts";
import { IntentRefusal } from "./intent-refusal.ts";
import type { OpenOrders } from "./open-orders.hot.ts";
import { RequestFlag, type OrderColumns } from "./order-columns.ts";
import { OrderReplacements } from "./order-replacements.hot.ts";
import { OrderReports } from "./order-reports.hot.ts";
import { OrderSlots } from "./order-slots.hot.ts";
import { IS_OPEN, OrderTrigger } from "./order-states.ts";
import { OrderTransitions } from "./order-transitions.hot.ts";
import type { OrderWitness } from "./order-witness.ts";
import { Outcome } from "./outcome.ts";
import { restoreOrder, type RestoredOrder } from "./restored-order.ts";
import type { ReportReader } from "./report-reader.hot.ts";
import type { TradeAmendments } from "./trade-amendments.hot.ts";

/** Status of a request that was given up: like any 5xx, the outcome is unknown. */
const STATUS_TIMED_OUT = 599;

export interface OrderTableOptions {
  readonly instruments: InstrumentTable;
  readonly epoch: BootEpoch;
  /** Agents are 0 to agentsMax − 1; row agentsMax is the host, which owns adopted orders. */
  readonly agentsMax: number;
  /** Session time, nanoseconds, in cell 0: written by the lane before each step. */
  readonly clock: Float64Array;
  /** Power of two, 64 to 1,048,576; 65,536 unless given. A finished order is remembered until its slot comes round again. */
  readonly capacity?: number;
  /** At most an eighth of the capacity; 8,192 unless given. */
  readonly openOrdersMax?: number;
  /** Executions remembered for each instrument; 65,536 unless given. */
  readonly tradeIdsRetained?: number;
  /** By venue index: 1 where a replace cancels only what is wholly unfilled, if it was as far as is known, and places nothing where it did not cancel. */
  readonly guardsReplace?: Uint8Array;
  /** Fills of each instrument that a venue may still undo or correct; 8,192 unless given. */
  readonly fillsRetained?: number;
}

/**
 * Every order of this host: what agents ask, what we send, what venues answer and report. The newest slot may hold a *draft* (INITIALIZED), which has a number only once it is submitted,
 * so that denied intents neither use up numbers nor push finished orders out of memory.
 *
 * Single writer: the lane. After each call `lastIndex`, `haltReason` and, for FILLED, `fill` tell what happened.
 */
export class OrderTable {
  readonly columns: OrderColumns;
  readonly open: OpenOrders;
  /** What orders of others on the account may still do. */
  readonly external: ExternalReserves;
  readonly instruments: InstrumentTable;
  readonly agentsMax: number;
  /** FillCell: the fill that the last report applied. */
  readonly fill: Float64Array;
  /** The last report, taken apart: commission asset and liquidity side of the last fill are read here. */
  readonly report: ReportReader;
  readonly replacements: OrderReplacements;
  readonly fills: FillHistory;
  readonly amendments: TradeAmendments;
  readonly #slots: OrderSlots;
  readonly #transitions: OrderTransitions;
  readonly #reports: OrderReports;
  readonly #intent: IntentReader;
  readonly #clock: Float64Array;

  constructor(options: OrderTableOptions) {
    const { instruments, epoch, agentsMax, clock } = options;
    const capacity = options.capacity ?? 65_536;
    const openOrdersMax = options.openOrdersMax ?? capacity / 8;
    this.#slots = new OrderSlots({
      epoch,
      agentsMax,
      instrumentCount: instruments.count,
      capacity,
      openOrdersMax,
    });
    this.columns = this.#slots.columns;
    this.open = this.#slots.open;
    this.external = new ExternalReserves(instruments.count);
    this.instruments = instruments;
    this.agentsMax = agentsMax;
    this.#transitions = new OrderTransitions(this.#slots);
    this.#reports = new OrderReports(
      this.#slots,
      this.#transitions,
      instruments,
      clock,
      agentsMax,
      options.tradeIdsRetained ?? 65_536,
      options.fillsRetained ?? 8_192,
    );
    this.replacements = new OrderReplacements(
      this.#slots,
      this.#transitions,
      instruments,
      options.guardsReplace ?? new Uint8Array(0),
    );
    this.fills = this.#reports.fills;
    this.amendments = this.#reports.amendments;
    this.fill = this.#reports.fill;
    this.report = this.#reports.report;
    this.#intent = new IntentReader();
    this.#clock = clock;
  }

  /** Boot epoch: the first half of the client order ids of this start. */
  get epoch(): number {
    return this.#slots.epoch;
  }

  /** Who is told of every change of state from now on. */
  set witness(witness: OrderWitness) {
    this.#transitions.witness = witness;
  }

  /** Slot that the last call was about, or −1. */
  /** State that the order of the last call had before it. */
  get lastStatus(): number {
    return this.#transitions.lastStatus;
  }

  get lastIndex(): number {
    return this.#transitions.lastIndex;
  }

  /** HaltReason of the last call, 0 when nothing must halt. */
  get haltReason(): number {
    return this.#transitions.haltReason;
  }

  /** Instrument row to halt; −1 with a halt reason: the report names none that is known, halt its venue. */
  get haltInstrument(): number {
    return this.#transitions.haltInstrument;
  }

  /**
   * Takes an OrderIntent (SUBMIT) at `byteOffset` as a draft of `agent`. Returns its slot, or −IntentRefusal.
   * The draft must be submitted or denied before the next is made.
   */
  create(words: Int32Array, byteOffset: number, agent: number): number {
    const intent = this.#intent;
    intent.read(words, byteOffset);
    if (intent.checkSubmit() !== 0 || agent < 0 || agent >= this.agentsMax) {
      return -IntentRefusal.MALFORMED_INTENT;
    }
    const instrument = this.instruments.indexOf(intent.instrumentId);
    if (instrument < 0) return -IntentRefusal.UNKNOWN_INSTRUMENT;
    if (this.#slots.byTag.find(agent, intent.tag, 0) >= 0) return -IntentRefusal.DUPLICATE_TAG;
    const slot = this.#slots.claim();
    if (slot < 0) return slot;
    const columns = this.columns;
    columns.status[slot] = OrdStatus.INITIALIZED;
    columns.side[slot] = intent.side;
    columns.orderType[slot] = intent.orderType;
    columns.timeInForce[slot] = intent.timeInForce;
    columns.agent[slot] = agent;
    columns.instrument[slot] = instrument;
    columns.tag[slot] = intent.tag;
    columns.price[slot] = intent.numbers[0]!;
    columns.quantity[slot] = intent.numbers[1]!;
    return slot;
  }

  /**
   * Takes an OrderIntent (REPLACE) at `byteOffset` as a draft of `agent` that is to take the place of its order in `older`. Its slot, or −IntentRefusal.
   * To be submitted or denied like any draft; a denied one leaves the older order as it is.
   */
  createReplacement(words: Int32Array, byteOffset: number, agent: number, older: number): number {
    this.#intent.read(words, byteOffset);
    return this.replacements.create(this.#intent, agent, older);
  }

  /**
   * As `submit`, of a draft that takes another order's place: that one is PENDING_REPLACE from now on, and the request after `requestId` cancels it.
   * REFUSED, with nothing changed, where it can no longer be replaced.
   */
  submitReplacement(slot: number, requestId: number): number {
    const older = this.olderOf(slot);
    if (older < 0 || this.replacements.isReplaceable(older) === 0) return Outcome.REFUSED;
    if (this.submit(slot, requestId) !== Outcome.CHANGED) return Outcome.REFUSED;
    this.replacements.request(older, requestId + 1, this.#clock[0]!);
    this.#transitions.begin(slot);
    return Outcome.CHANGED;
  }

  /** Slot of the order whose place the one in `slot` takes, or −1. */
  olderOf(slot: number): number {
    return this.#slots.links.olderOf(slot);
  }

  /** Slot of the order that takes the place of the one in `slot`, or −1. */
  newerOf(slot: number): number {
    return this.#slots.links.newerOf(slot);
  }

  /** The approved draft gets its number and counts from now on. Returns Outcome CHANGED or REFUSED. */
  submit(slot: number, requestId: number): number {
    this.#transitions.begin(slot);
    const columns = this.columns;
    if (columns.status[slot] !== OrdStatus.INITIALIZED || requestId === 0) return Outcome.REFUSED;
    this.#slots.useSequence();
    columns.requestFlags[slot] = RequestFlag.NEW_IN_FLIGHT;
    columns.newRequestId[slot] = requestId;
    columns.submittedNs[slot] = this.#clock[0]!;
    this.#slots.byRequest.insert(requestId, 0, 0, slot);
    return this.#transitions.apply(slot, OrderTrigger.SUBMIT);
  }

  /** The order that was submitted before leaves only now: what is waited for, and what proves its absence, goes by this time. */
  left(slot: number): void {
    this.columns.submittedNs[slot] = this.#clock[0]!;
  }

  /** Refuses a draft. `reason` is the denial code. */
  deny(slot: number, reason: number): number {
    this.#transitions.begin(slot);
    if (this.columns.status[slot] === OrdStatus.INITIALIZED) {
      this.columns.reason[slot] = reason;
      this.#slots.links.forget(slot);
    }
    return this.#transitions.apply(slot, OrderTrigger.DENY);
  }

  /**
   * The bytes of the new order provably never left the process, whatever was asked of it since. REFUSED when the venue has
   * shown it: then they did leave.
   */
  sendFailed(slot: number, reason: number): number {
    this.#transitions.begin(slot);
    const columns = this.columns;
    if (columns.proven[slot] === 1) return Outcome.REFUSED;
    const outcome = this.#transitions.apply(slot, OrderTrigger.SEND_FAILED);
    if (outcome === Outcome.CHANGED) columns.reason[slot] = reason;
    return outcome;
  }

  /** Slot of an open order by the agent's own tag, or −IntentRefusal. An agent cannot name another agent's order. */
  findByTag(agent: number, tag: number): number {
    const slot = this.#slots.byTag.find(agent, tag, 0);
    return slot < 0 ? -IntentRefusal.UNKNOWN_TAG : slot;
  }

  /** Slot by client order id of this epoch, or −1. */
  findBySequence(sequence: number): number {
    return this.#slots.findBySequence(sequence);
  }

  /** Marks a cancel as about to be sent. Returns CHANGED, IGNORED (UNKNOWN stays UNKNOWN) or REFUSED (not open). */
  requestCancel(slot: number, requestId: number): number {
    this.#transitions.begin(slot);
    if (IS_OPEN[this.columns.status[slot]!] !== 1 || requestId === 0) return Outcome.REFUSED;
    this.#transitions.beginCancel(slot, requestId, RequestFlag.CANCEL_IN_FLIGHT, this.#clock[0]!);
    return this.#transitions.apply(slot, OrderTrigger.CANCEL_REQUESTED);
  }

  /** The cancel's bytes provably never left the process. */
  cancelSendFailed(slot: number): number {
    this.#transitions.begin(slot);
    this.#transitions.endCancel(slot);
    return this.#transitions.apply(slot, OrderTrigger.CANCEL_SEND_FAILED);
  }

  /** No reply came in time to the request: the order's (or the cancel's) outcome is unknown. */
  requestTimedOut(requestId: number): number {
    const slot = this.#slots.byRequest.find(requestId, 0, 0);
    if (slot < 0) return this.#nothing(Outcome.UNMATCHED_REPLY);
    return this.#transitions.resolve(slot, requestId, STATUS_TIMED_OUT, 0);
  }

  /** The open order that a request is about, or −1. */
  findByRequest(requestId: number): number {
    return this.#slots.byRequest.find(requestId, 0, 0);
  }

  /** Applies a RequestReply. 2xx accepts, 4xx refuses, all else leaves the outcome unknown. */
  applyReply(words: Int32Array, byteOffset: number): number {
    const at = byteOffset >> 2;
    const requestId = words[at + (RequestReply.requestId >> 2)]!;
    const slot = this.#slots.byRequest.find(requestId, 0, 0);
    if (slot < 0) return this.#nothing(Outcome.UNMATCHED_REPLY);
    const status = words[at + (RequestReply.status >> 2)]!;
    const isNew = this.columns.newRequestId[slot] === requestId;
    if (isNew && status >= 200 && status < 300) {
      const low = words[at + (RequestReply.venueOrderId >> 2)]!;
      this.#slots.learnVenueOrderId(slot, low, words[at + (RequestReply.venueOrderId >> 2) + 1]!);
    }
    return this.#transitions.resolve(slot, requestId, status, words[at + (RequestReply.errorCode >> 2)]!);
  }

  /**
   * Applies an ExecutionReport: finds its order, judges it, and moves the order. Returns an Outcome; after FILLED a fill is in
   * `fill`, also when the instrument must halt; after AMENDED the terms undone are in `amendments`.
   */
  applyReport(words: Int32Array, byteOffset: number): number {
    return this.#reports.applyReport(words, byteOffset);
  }

  /** Reads a trade of an order that this host did not make into `report` and `fill`, and remembers it among the fills. FILLED, or QUARANTINED where it cannot be true. */
  takeExternalTrade(words: Int32Array): number {
    return this.#reports.takeExternalTrade(words);
  }

  /**
   * Takes over an order of an earlier epoch from a report about it. `agent` −1 gives it to the host. What was filled before is
   * taken as known; a report of a trade is then applied like any other. Returns Outcome CHANGED, FILLED (positions must
   * follow), IGNORED (it is no longer open, or adopted already) or QUARANTINED.
   */
  adopt(words: Int32Array, byteOffset: number, agent: number, tag: number): number {
    return this.#reports.adopt(words, byteOffset, agent, tag);
  }

  /** A report that a trade was undone or corrected, of a time before this host: it is never applied. */
  passAmendment(venue: number, words: Int32Array): void {
    const at = ExecutionReport.execId >> 2;
    this.amendments.seen.add(venue, words[at]!, words[at + 1]!);
  }

  /** Takes in an order of an earlier start; before the first input. Its slot, or −IntentRefusal. */
  restore(order: RestoredOrder): number {
    return restoreOrder(this.#slots, this.#reports.tradeIds, order, this.#clock[0]!);
  }

  /** Of two orders of an earlier start the one in `newer` was to take the place of the one in `older`. Before the first input. */
  relink(newer: number, older: number): void {
    this.#slots.links.link(newer, older);
  }

  /** Slot by client order id of any start, or −1. */
  findById(epoch: number, sequence: number): number {
    if (epoch === this.#slots.epoch) return this.#slots.findBySequence(sequence);
    return this.#slots.byPriorId.find(epoch, sequence, 0);
  }

  /** Slot by the venue's order id, or −1. */
  findByVenueOrderId(instrument: number, low: number, high: number): number {
    return this.#slots.byVenueOrderId.find(instrument, low, high);
  }

  /** The session of a venue is gone: its open orders become UNKNOWN. Returns how many changed; they stay in `open`. */
  markDisconnected(venue: number): number {
    const { slots } = this.open;
    let changed = 0;
    for (let place = this.open.count - 1; place >= 0; place -= 1) {
      const slot = slots[place]!;
      if (this.instruments.venue[this.columns.instrument[slot]!] !== venue) continue;
      this.#transitions.begin(slot);
      // The reply to a cancel can come no more: another cancel may be asked for on the next session.
      this.#transitions.endCancel(slot);
      this.columns.requestFlags[slot] = RequestFlag.NEEDS_PROOF;
      if (this.#transitions.apply(slot, OrderTrigger.DISCONNECT) === Outcome.CHANGED) changed += 1;
    }
    return changed;
  }

  /** Nobody can say any more what became of an order that was believed open: it is UNKNOWN until proven. */
  doubt(slot: number): number {
    this.#transitions.begin(slot);
    return this.#transitions.apply(slot, OrderTrigger.DISCONNECT);
  }

  /** Reconciliation proved that the order works at the venue: call after its query's report was applied. */
  proveOpen(slot: number): number {
    this.#transitions.begin(slot);
    this.columns.requestFlags[slot] = this.columns.requestFlags[slot]! & ~RequestFlag.NEEDS_PROOF;
    this.columns.proven[slot] = 1;
    return this.#transitions.apply(slot, OrderTrigger.PROVEN_OPEN);
  }

  /** Reconciliation proved, by the rule of two answers after the window, that the venue has no such order (any more). */
  proveAbsent(slot: number, reason: number): number {
    this.#transitions.begin(slot);
    const columns = this.columns;
    if (columns.status[slot] === OrdStatus.UNKNOWN) columns.reason[slot] = reason;
    return this.#transitions.apply(
      slot,
      columns.proven[slot] === 1 ? OrderTrigger.PROVEN_GONE : OrderTrigger.PROVEN_ABSENT,
    );
  }

  #nothing(outcome: number): number {
    this.#transitions.begin(-1);
    return outcome;
  }
}
