import { FramePart, Timer, writeInt64 } from "../../abi/host/index.ts";
import { Channel, channelOf, venueOf } from "../execution/gateways/index.ts";
import type { RearmOrder, TradingModes } from "../execution/risk/index.ts";
import { TradingMode } from "../execution/risk/index.ts";
import type { Reconciler } from "../execution/reconcile/index.ts";
import { RecordType } from "../journal/index.ts";
import { Failpoint, failpoint } from "../platform/failpoints/index.ts";
import type { SignalPool } from "../data/signals/index.ts";
import type { FeatureTable } from "../data/features/index.ts";
import type { AgentStage } from "./agent-stage.hot.ts";
import type { EffectList } from "./effect-list.hot.ts";
import { EFFECT_FIELDS } from "./effect-list.hot.ts";
import { EffectKind } from "./effect.ts";
import type { EnsembleStage } from "./ensemble-stage.hot.ts";
import type { FeatureStage } from "./feature-stage.hot.ts";
import type { FrameIntake } from "./frame-intake.hot.ts";
import { ControlAction } from "./control-action.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { LaneJournal } from "./lane-journal.hot.ts";
import type { MarketStage } from "./market-stage.hot.ts";
import type { OrderEvents } from "./order-events.hot.ts";
import type { PlacedOutputs } from "./placed-outputs.hot.ts";
import type { OrderStage } from "./order-stage.hot.ts";
import type { PluginChange } from "./plugin-change.ts";
import { PluginAction } from "./plugin-change.ts";
import type { PluginChanges } from "./plugin-changes.ts";
import { OutputFault } from "./plugin-fault.ts";
import type { VenueLines } from "./venue-lines.hot.ts";
import type { VenueStage } from "./venue-stage.hot.ts";
import type { LoadedPlugin } from "../engine/index.ts";

/** Events delivered to one agent in one step: an agent that answers each denial with an intent would go on for ever. */
const DELIVERIES_MAX = 256;

/** The parts of a lane, each built by `buildLane`. */
export interface LaneParts {
  /** By venue index. */
  readonly venues: readonly VenueStage[];
  readonly lines: VenueLines;
  readonly intake: FrameIntake;
  readonly market: MarketStage;
  readonly features: FeatureStage;
  readonly featureTable: FeatureTable;
  readonly agents: AgentStage;
  readonly pool: SignalPool;
  readonly ensemble: EnsembleStage;
  readonly orders: OrderStage;
  readonly reconciler: Reconciler;
  readonly modes: TradingModes;
  readonly events: OrderEvents;
  readonly effects: EffectList;
  readonly journal: LaneJournal;
  readonly changes: PluginChanges;
  readonly placed: PlacedOutputs;
  readonly counters: Float64Array;
  readonly nowNs: Float64Array;
}

/**
 * The trading thread's work: one input in, effects out, synchronously and without allocation. The caller writes the time to `nowNs[0]`,
 * calls one of the four inputs, and then carries out `effects` in order. The same inputs at the same times give the same effects.
 *
 * ```
 *  input → decode → books, prices, features → agents → pool → ensemble → agents → intents → gate → bytes → journal → effects
 * ```
 */
export class Lane {
  readonly effects: EffectList;
  readonly nowNs: Float64Array;
  readonly counters: Float64Array;
  readonly parts: LaneParts;
  private readonly timer: Int32Array;
  private readonly control: Int32Array;
  private readonly controlBytes: Uint8Array;
  /** Events delivered in this step, by agent; the last cell is the host's. */
  private readonly deliveries: Int32Array;

  constructor(parts: LaneParts) {
    this.effects = parts.effects;
    this.nowNs = parts.nowNs;
    this.counters = parts.counters;
    this.parts = parts;
    this.timer = new Int32Array(Timer.blockLength >> 2);
    this.control = new Int32Array(CONTROL_WORDS);
    this.controlBytes = new Uint8Array(this.control.buffer);
    this.deliveries = new Int32Array(parts.agents.slots.length + 1);
  }

  /** Code of the frame that was refused last, 0 before the first. */
  get lastRefusal(): number {
    return this.parts.intake.lastRefusal;
  }

  /**
   * One message received on a line, or a part of one. `moreFollow` says that another is already waiting: agents then decide on the state
   * after the last of them, while books and features take every one.
   */
  onFrame(
    line: number,
    instrument: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    moreFollow: boolean,
    part: number = FramePart.WHOLE,
  ): void {
    const flags = (part << PART_SHIFT) | (moreFollow ? MORE_FOLLOW : 0);
    this.begin(
      RecordType.INPUT_FRAME,
      line | (instrument << INSTRUMENT_SHIFT) | flags,
      bytes,
      offset,
      length,
    );
    this.parts.intake.take(line, instrument, bytes, offset, length, part);
    this.parts.reconciler.pump();
    if (!moreFollow) this.decide();
    this.finish();
  }

  /** Each second of the session's clock. */
  onTimer(): void {
    this.begin(RecordType.INPUT_TIMER, 0, this.controlBytes, 0, 0);
    const { market, features, featureTable, agents } = this.parts;
    writeInt64(this.timer, Timer.timeNs >> 2, this.nowNs[0]!);
    features.onRecord(Timer.templateId, this.timer, Timer.blockLength);
    for (let instrument = 0; instrument < market.feeds.length; instrument++) {
      if (!market.isUsable(instrument) || featureTable.dirty[instrument] === 1) market.touch(instrument);
    }
    market.askAgain();
    this.parts.orders.expireRequests();
    this.parts.reconciler.onTimer();
    this.parts.orders.retryCancels();
    agents.onTimer();
    this.decide();
    this.finish();
  }

  /** A line of a gateway came up or was lost. */
  onLine(line: number, isUp: boolean): void {
    this.begin(RecordType.INPUT_CONNECTION, line | (isUp ? LINE_UP : 0), this.controlBytes, 0, 0);
    const { market, orders, lines } = this.parts;
    const channel = channelOf(line);
    const venue = venueOf(line);
    lines.restart(line);
    if (channel === Channel.MARKET && !isUp) market.onDisconnect(venue);
    if (channel === Channel.ORDERS && isUp) orders.onConnect(venue);
    if (channel === Channel.ORDERS && !isUp) orders.onDisconnect(venue);
    if (channel === Channel.ORDER_REST) orders.fallbackUp[venue] = isUp ? 1 : 0;
    this.decide();
    this.finish();
  }

  /** A command of the operator or of the driver; see ControlAction for the meaning of `a` and `b`. */
  onControl(action: number, a: number, b: number): void {
    this.control[0] = a;
    this.control[1] = b;
    this.begin(RecordType.INPUT_CONTROL, action, this.controlBytes, 0, this.controlBytes.length);
    const { orders, modes } = this.parts;
    if (action === ControlAction.CANCEL_ALL) orders.cancelAll(-1);
    else if (action === ControlAction.NOT_SENT) orders.onNotSent(a, b);
    else if (action === ControlAction.RESTRICT) modes.restrictAccount(a);
    else if (action === ControlAction.VENUE_CLOCK) orders.sender.setVenueClock(b, a);
    else if (action === ControlAction.SECOND_HALF) orders.secondHalves.onCancelTaken(a);
    this.deliverEvents();
    this.finish();
  }

  /** A person lets the account (null) or one instrument trade, or trade again; `record` is the order as bytes, for the journal. */
  onRearm(mode: TradingMode, order: RearmOrder, record: Uint8Array, instrument: number | null = null): void {
    this.begin(RecordType.INPUT_CONTROL, ControlAction.REARM, record, 0, record.length);
    const { modes, journal } = this.parts;
    if (instrument === null) modes.rearmAccount(mode, order);
    else modes.rearmInstrument(instrument, mode, order);
    this.finish();
    journal.commit();
  }

  /** A person accepts a break; `record` says who, why and which, for the journal. False where there is no such break. */
  onAcceptBreak(id: number, record: Uint8Array): boolean {
    this.begin(RecordType.INPUT_CONTROL, ControlAction.ACCEPT_BREAK, record, 0, record.length);
    const isAccepted = this.parts.reconciler.acceptBreak(id);
    this.finish();
    this.parts.journal.commit();
    return isAccepted;
  }

  /** The second computation of positions differs: `about` and `values` as in BreakChecks; `record` has them, for the journal. */
  onDisagreement(about: Int32Array, values: Float64Array, record: Uint8Array): void {
    this.begin(RecordType.INPUT_CONTROL, ControlAction.DISAGREEMENT, record, 0, record.length);
    this.parts.reconciler.disagree(about, values);
    this.finish();
    this.parts.journal.commit();
  }

  /**
   * The plugin of a slot is changed between two events; `record` is the change as bytes, for the journal. Throws PluginChangeError or
   * EngineError where it is refused: then nothing has changed and nothing was journalled. The record is as durable as any input's: the next order's
   * commit takes it along, or the caller's, which need not be in the same turn.
   */
  onPlugin(change: PluginChange, candidate: LoadedPlugin | null, record: Uint8Array): void {
    const { changes, features, agents, intake } = this.parts;
    const slot = changes.prepare(change, candidate);
    this.begin(RecordType.INPUT_CONTROL, ControlAction.PLUGIN, record, 0, record.length);
    changes.apply(slot, change);
    if (change.action === PluginAction.QUARANTINE) {
      if (slot.kind === "agent") agents.withdraw(agents.slots.indexOf(slot));
      else if (slot.kind === "feature") features.withdraw(features.slots.indexOf(slot));
      else if (slot.kind === "venue") intake.withdraw(slot);
    }
    this.deliverEvents();
    this.finish();
  }

  /** What a plugin on a thread of its own wrote, or what became of it: an entry of its ring, by the slot's number. */
  onPlaced(slot: number, bytes: Uint8Array, offset: number, length: number): void {
    this.begin(RecordType.INPUT_PLUGIN, slot, bytes, offset, length);
    const { placed, market, featureTable, pool, agents, ensemble } = this.parts;
    placed.take(slot, bytes, offset, length);
    const count = market.feeds.length;
    for (let index = 0; index < count; index++) if (featureTable.dirty[index] === 1) market.touch(index);
    this.decide();
    for (let index = 0; index < count; index++)
      if (pool.dirty[index] === 1) this.combine(index, market.isUsable(index));
    if (placed.isCombined && market.isUsable(ensemble.combinedInstrument)) {
      this.counters[LaneCounter.COMBINED] = this.counters[LaneCounter.COMBINED]! + 1;
      agents.onCombined(ensemble.combined);
    }
    this.deliverEvents();
    this.finish();
  }

  private begin(type: number, tag: number, bytes: Uint8Array, offset: number, length: number): void {
    const { journal, effects, orders, market } = this.parts;
    this.counters[LaneCounter.STEPS] = this.counters[LaneCounter.STEPS]! + 1;
    effects.clear();
    orders.begin();
    market.lastBook = -1;
    this.deliveries.fill(0);
    journal.begin(type, tag, bytes, offset, length);
  }

  private decide(): void {
    const { market, agents, featureTable, pool } = this.parts;
    this.deliverEvents();
    for (let index = 0; index < market.touchedCount; index++) {
      const instrument = market.touched[index]!;
      const isUsable = market.isUsable(instrument);
      if (isUsable && featureTable.dirty[instrument] === 0) continue;
      featureTable.dirty[instrument] = 0;
      this.counters[LaneCounter.DECISIONS] = this.counters[LaneCounter.DECISIONS]! + 1;
      agents.onFeatures(instrument, isUsable);
      if (pool.dirty[instrument] === 1) this.combine(instrument, isUsable);
    }
    market.clearTouched();
    this.deliverEvents();
  }

  private combine(instrument: number, isUsable: boolean): void {
    const { pool, ensemble, agents } = this.parts;
    if (!isUsable) return;
    pool.dirty[instrument] = 0;
    if (!ensemble.combine(instrument)) return;
    this.counters[LaneCounter.COMBINED] = this.counters[LaneCounter.COMBINED]! + 1;
    agents.onCombined(ensemble.combined);
  }

  /** What became of orders goes to their agents, who may answer with intents, which may have events of their own. */
  private deliverEvents(): void {
    const { events, agents } = this.parts;
    const { deliveries } = this;
    while (events.count > 0) {
      const { agent } = events;
      deliveries[agent] = deliveries[agent]! + 1;
      if (deliveries[agent] > DELIVERIES_MAX && agent < agents.slots.length) {
        agents.stop(agent, OutputFault.EVENT_FLOOD);
        // A predecessor that took over has a count of its own, and what is queued by now is not charged to it: the flood was another's.
        if (agents.slots[agent]!.state === "running") deliveries[agent] = -events.count;
      }
      agents.deliver(events);
      this.stopOverflown();
    }
  }

  /** An agent that misses an event no longer knows its orders: it is stopped, and they are canceled. */
  private stopOverflown(): void {
    const { agents, orders } = this.parts;
    const agent = orders.takeOverflown();
    if (agent >= 0 && agent < agents.slots.length) agents.stopBoth(agent, OutputFault.EVENT_FLOOD);
  }

  /** The input is journalled, and what the step wants to send is made durable before it may leave. */
  private finish(): void {
    const { journal, orders, intake, modes } = this.parts;
    intake.takeFailedEncodings();
    if (orders.pendingSends === 0) journal.flushInput();
    // [J9] An input that could not be journalled can never be replayed: what follows from it must not be traded on.
    if (journal.refusal !== 0) modes.restrictAccount(TradingMode.HALTED);
    if (orders.pendingSends === 0) return;
    if (journal.commit() === 0) {
      failpoint(Failpoint.INTENT_COMMITTED);
      return;
    }
    this.counters[LaneCounter.COMMITS_FAILED] = this.counters[LaneCounter.COMMITS_FAILED]! + 1;
    this.withholdSends();
  }

  /** [J9] No order leaves that is not durable, and no more will be tried. Cancels leave all the same. */
  private withholdSends(): void {
    const { effects, orders, modes } = this.parts;
    modes.restrictAccount(TradingMode.HALTED);
    for (let index = 0; index < effects.count; index++) {
      if (
        effects.kind(index) !== EffectKind.SEND_ORDER ||
        orders.isCancel(effects.a(index), effects.b(index))
      )
        continue;
      orders.onNotSent(effects.a(index), effects.b(index));
      effects.rows.fill(0, index * EFFECT_FIELDS, (index + 1) * EFFECT_FIELDS);
    }
  }
}

const CONTROL_WORDS = 2;
/**
 * How an input's channel word is put together; replay takes it apart.
 *
 * ```
 *            15            14      13            4   3        0
 *  frame     │ MORE_FOLLOW │ part  │ instrument  │   line     │   9 bits of instrument from bit 4
 *  line      │                     │ 8: LINE_UP  │   line     │
 * ```
 */
export const INSTRUMENT_SHIFT = 4;
export const PART_SHIFT = 13;
export const MORE_FOLLOW = 0x8000;
export const LINE_UP = 0x100;
/** Instruments that the word has room for. */
export const LANE_INSTRUMENTS_MAX: number = 1 << (PART_SHIFT - INSTRUMENT_SHIFT);
