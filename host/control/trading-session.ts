import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { FramePart } from "../../abi/host/index.ts";
import type { Channel, Gateway, GatewayListener } from "../execution/gateways/index.ts";
import { channelOf, LINES_MAX, venueOf } from "../execution/gateways/index.ts";
import type { RearmOrder, TradingMode } from "../execution/risk/index.ts";
import type { LoadedPlugin, PlacedKind } from "../engine/index.ts";
import { placedEntry } from "../engine/index.ts";
import type { Lane, PluginChange } from "../lane/index.ts";
import { ControlAction, EffectKind, LatencyHistogram } from "../lane/index.ts";
import { Failpoint, failpoint } from "../platform/failpoints/index.ts";
import type { CancelTimer } from "../platform/index.ts";
import { reconcileRefusal, venueRefusal } from "./arm-refusal.ts";
import { journalModule } from "./journal-module.ts";
import { LongMessages } from "./long-messages.ts";
import { giveDisagreement } from "./position-check/disagreement-record.ts";
import type { CandidateSource } from "./plugin-input.ts";
import { applyPluginInput, writePluginInput } from "./plugin-input.ts";
import { acceptRecord, rearmRecord } from "./person-records.ts";
import type { RestartBreaker } from "./restart-breaker.ts";
import type { SessionParts } from "./session-parts.ts";
import { tellGateway } from "./tell-gateway.ts";

const TIMER_NS = 1e9;
const START = 0;
const END = 1;
/** Outputs of plugins on other threads that are taken in a row, each of which may hold 32 intents: then the event loop has its turn, so that a flood holds up nobody. */
const PLACED_MAX = 16;

/**
 * Drives a lane: stamps what the gateways deliver, steps the lane, carries out its effects. It decides nothing itself, so that a
 * backtest, a simulation and live trading differ only in the ports beneath.
 */
export class TradingSession implements GatewayListener {
  readonly latency: LatencyHistogram = new LatencyHistogram();
  /** How long the changes of plugins held up the lane: hand-over and the change itself, and the instance where none was made before. */
  readonly pauses: LatencyHistogram = new LatencyHistogram();
  /** SHA-256 of the modules that the journal has. */
  private readonly journalled: Set<string>;
  /** SHA-256 over the bytes of every order request that was made durable, in order. */
  private readonly orderDigest: Hash = createHash("sha256");
  private readonly parts: SessionParts;
  private readonly lane: Lane;
  private readonly cells: Float64Array = new Float64Array(2);
  /** Inputs that came up while effects were carried out. Bounded by the effects of a step: 256. */
  private readonly deferred: (() => void)[] = [];
  private isWalking = false;
  private isSettling = false;
  private isTaking = false;
  /** By line: 1 while it is usable. Read only. */
  readonly lineUp: Uint8Array = new Uint8Array(LINES_MAX);
  /** [C11] Null where a start is no sign of trouble. */
  readonly restarts: RestartBreaker | null;
  /** By venue index. */
  private gateways: readonly Gateway[] = [];
  private readonly longMessages: LongMessages;
  private cancelTimer: CancelTimer | null = null;
  /** After the end nothing reaches the lane any more: its state is what the journal's last record says. */
  private isStopped = false;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.restarts = parts.restarts ?? null;
    this.lane = parts.built.lane;
    this.longMessages = new LongMessages({
      timers: parts.timers,
      partBytes: parts.built.configuration.venues.map(({ partBytes }) => partBytes),
      give: (line, instrumentIndex, bytes, offset, length, part) =>
        this.give(line, instrumentIndex, bytes, offset, length, part),
      onOverflow: (line) => this.renewLine(line),
    });
    this.journalled = new Set(parts.built.slots.map(({ plugin }) => plugin?.verifiedSha256 ?? ""));
  }

  /** Starts the gateways, one for each venue in the order of their indexes, and the session's second timer. */
  start(gateways: readonly Gateway[]): void {
    this.gateways = gateways;
    this.scheduleTimer();
    for (const gateway of gateways) gateway.start();
  }

  onFrame(line: number, instrumentIndex: number, bytes: Uint8Array, lengthBytes: number): void {
    if (this.isStopped) return;
    if (this.isWalking) {
      const copy = Uint8Array.from(bytes.subarray(0, lengthBytes));
      this.deferred.push(() => {
        this.onFrame(line, instrumentIndex, copy, lengthBytes);
      });
      return;
    }
    if (this.longMessages.take(line, instrumentIndex, bytes, lengthBytes)) return;
    this.give(line, instrumentIndex, bytes, 0, lengthBytes, FramePart.WHOLE);
  }

  private give(
    line: number,
    instrumentIndex: number,
    bytes: Uint8Array,
    offset: number,
    lengthBytes: number,
    part: FramePart,
  ): void {
    const { clock, stopwatch, onStep, writeBehind } = this.parts;
    clock.stamp(this.lane.nowNs, 0);
    stopwatch.stamp(this.cells, START);
    this.lane.onFrame(line, instrumentIndex, bytes, offset, lengthBytes, false, part);
    if (this.lane.effects.count > 0) {
      stopwatch.stamp(this.cells, END);
      if (this.carryOut() > 0) this.latency.record(this.cells, START, END);
    }
    onStep?.(this.lane);
    this.takePlaced();
    writeBehind?.note();
  }

  onLine(line: number, isUp: boolean): void {
    if (this.isStopped) return;
    if (this.isWalking) {
      this.deferred.push(() => {
        this.onLine(line, isUp);
      });
      return;
    }
    this.longMessages.endLine(line);
    this.lineUp[line] = isUp ? 1 : 0;
    this.stamp();
    this.lane.onLine(line, isUp);
    this.carryOut();
  }

  onVenueClock(venue: number, aheadMs: number): void {
    if (this.isStopped) return;
    if (this.isWalking) this.deferred.push(() => this.onVenueClock(venue, aheadMs));
    else this.control(ControlAction.VENUE_CLOCK, aheadMs, venue);
  }

  /** The lane judges it again, as an input of its own. Between two inputs alone: what comes up while effects are carried out has not left, and will not. */
  onSecondHalf(requestId: number): boolean {
    if (this.isStopped) return false;
    if (this.isWalking) {
      this.deferNotSent(this.parts.built.orders.findByRequest(requestId), requestId);
      return false;
    }
    this.control(ControlAction.SECOND_HALF, requestId, 0);
    return this.lane.parts.orders.secondHalves.admitted === requestId;
  }

  /** Why nobody may arm; null where a person may. */
  get armRefusal(): string | null {
    return this.restarts?.refusal ?? this.venueRefusal;
  }

  /** The same without what a person may acknowledge. */
  get venueRefusal(): string | null {
    return venueRefusal(this.parts.built, this.gateways);
  }

  onNotice(level: "info" | "warn" | "error", text: string): void {
    this.parts.onNotice(level, text);
  }

  /** A person lets the account, or one instrument by its index, trade again. Throws Error where `armRefusal` says why not. */
  rearm(mode: TradingMode, order: RearmOrder, instrument: number | null = null): void {
    const { built } = this.parts;
    const own = instrument === null ? this.venueRefusal : reconcileRefusal(built, instrument);
    const refusal = this.restarts?.refusal ?? own;
    if (refusal !== null) throw new Error(refusal);
    this.stamp();
    this.lane.onRearm(mode, order, rearmRecord(mode, order, instrument), instrument);
    this.carryOut();
  }

  /** A person takes what the venue says as true in a break. False where there is no such break. */
  acceptBreak(id: number, order: RearmOrder): boolean {
    this.stamp();
    const isAccepted = this.lane.onAcceptBreak(id, acceptRecord(id, order));
    this.carryOut();
    return isAccepted;
  }

  /** The second computation of positions differs from the lane's; `record` says in what. */
  disagree(record: Buffer): void {
    if (this.isStopped) return;
    this.stamp();
    giveDisagreement(this.lane, record);
    this.carryOut();
  }

  /**
   * Changes the plugin of a slot at this boundary between two events; `pauses` tells how long that took. A module that the journal does not
   * have yet is journalled before the change. `made` is a fresh instance of the source, made beforehand, since that takes longer than the rest. Throws
   * PluginChangeError or EngineError where the change is refused: then nothing has changed, and the instance is given back.
   *
   * The change is not yet committed: call `commit` in a later turn. An order that leaves before takes the record along.
   */
  changePlugin(
    change: PluginChange,
    source: CandidateSource | null = null,
    made: LoadedPlugin | null = null,
    record: Uint8Array = writePluginInput(change, source),
  ): void {
    try {
      this.change(change, source, made, record);
    } finally {
      // One that the change has taken is in a slot by now.
      if (made?.state === "ready") made.dispose();
    }
  }

  private change(
    change: PluginChange,
    source: CandidateSource | null,
    made: LoadedPlugin | null,
    record: Uint8Array,
  ): void {
    const { built, stopwatch } = this.parts;
    if (this.isStopped || this.isWalking)
      throw new Error("a plugin can be changed only between two events of a running session");
    this.stamp();
    if (source !== null) journalModule(this.lane.parts.journal, this.journalled, source.module);
    const venue = this.lane.parts.venues.findIndex(({ slot }) => slot.name === change.slot);
    const wasStopped = this.isCodecStopped(venue);
    stopwatch.stamp(this.cells, START);
    applyPluginInput(built, change, source, record, made);
    stopwatch.stamp(this.cells, END);
    this.pauses.record(this.cells, START, END);
    this.carryOut();
    // While no codec heard them, books have lost their updates and orders their reports: only new lines bring both back.
    if (wasStopped && !this.isCodecStopped(venue))
      this.gateways[venue]?.reconnect(`${change.slot} has a codec again, which has heard nothing so far`);
  }

  /** Makes durable what was journalled so far, at the configured level. */
  commit(): void {
    if (!this.isStopped) this.lane.parts.journal.commit();
  }

  /** Takes what plugins on other threads have written. After each step, and when one of them wakes the host. */
  takePlaced(): void {
    const { placed } = this.parts;
    if (placed === undefined || this.isStopped || this.isWalking || this.isSettling || this.isTaking) return;
    this.isTaking = true;
    placed.listen();
    let taken = 0;
    for (let slot = placed.next(); slot >= 0; slot = placed.next()) {
      this.stamp();
      this.cells[START] = placed.consumedNs;
      this.lane.onPlaced(slot, placed.entry, 0, placed.entryBytes);
      this.parts.clock.stamp(this.cells, END);
      // Counted from the record that the decision was made on, its way to the thread and back included.
      if (this.carryOut() > 0) this.latency.record(this.cells, START, END);
      taken += 1;
      if (taken === PLACED_MAX) break;
    }
    this.isTaking = false;
    if (taken === PLACED_MAX) this.parts.timers.after(0, () => this.takePlaced());
  }

  /** What the host itself has to say about a plugin on another thread: its failure, or that it goes on. */
  placedInput(slot: number, kind: PlacedKind, code: number, text: string): void {
    if (this.isStopped || this.isWalking) return;
    this.stamp();
    const generation = this.parts.built.slots[slot]?.generation ?? 0;
    const entry = placedEntry(kind, { generation, timeNs: this.lane.nowNs[0] ?? 0, code, text });
    this.lane.onPlaced(slot, entry, 0, entry.length);
    this.carryOut();
  }

  /** No new orders from now on, and every open one canceled. */
  cancelAll(mode: TradingMode): void {
    this.control(ControlAction.RESTRICT, mode, 0);
    this.control(ControlAction.CANCEL_ALL, 0, 0);
  }

  /** Orders that are open or of unknown outcome. */
  get openOrders(): number {
    return this.parts.built.orders.open.count;
  }

  /** Hexadecimal digest of all order bytes so far. */
  orderHash(): string {
    return this.orderDigest.copy().digest("hex");
  }

  /** Ends the gateways and the timers. The journal is the caller's. */
  stop(): void {
    this.isStopped = true;
    this.lineUp.fill(0);
    this.cancelTimer?.();
    this.longMessages.stop();
    this.parts.writeBehind?.stop();
    for (const gateway of this.gateways) gateway.stop();
  }

  /** Of no venue (-1) there is none to stop. */
  private isCodecStopped(venue: number): boolean {
    const stage = this.lane.parts.venues[venue];
    return stage !== undefined && stage.slot.state !== "running";
  }

  private control(action: number, a: number, b: number): void {
    this.stamp();
    this.lane.onControl(action, a, b);
    this.carryOut();
  }

  private scheduleTimer(): void {
    this.cancelTimer = this.parts.timers.after(TIMER_NS, () => {
      this.scheduleTimer();
      this.stamp();
      this.lane.onTimer();
      this.carryOut();
    });
  }

  private stamp(): void {
    this.parts.clock.stamp(this.lane.nowNs, 0);
  }

  /**
   * Carries out the step's effects. Returns how many orders were handed to gateways. What a gateway answers at once, and what
   * could not be sent, becomes an input of its own after the walk: a new input begins a new list of effects.
   */
  private carryOut(): number {
    const { effects } = this.lane;
    let orderCount = 0;
    this.isWalking = true;
    try {
      for (let index = 0; index < effects.count; index++) {
        const kind = effects.kind(index);
        if (kind === EffectKind.SEND_QUERY) this.sendQuery(index);
        else if (kind === EffectKind.SEND_ORDER) {
          orderCount += 1;
          if (!this.sendOrder(index)) this.deferNotSent(effects.a(index), effects.b(index));
        } else tellGateway(this.gateways[effects.venue(index)], effects, index);
      }
    } finally {
      this.isWalking = false;
    }
    this.settle();
    this.takePlaced();
    this.parts.writeBehind?.note();
    return orderCount;
  }

  private deferNotSent(slot: number, requestId: number): void {
    this.deferred.push(() => {
      this.control(ControlAction.NOT_SENT, slot, requestId);
    });
  }

  /** Gives the lane what was deferred, in order; what comes up on the way is appended, not nested. */
  private settle(): void {
    if (this.isSettling || this.deferred.length === 0) return;
    this.isSettling = true;
    for (let input = this.deferred.shift(); input !== undefined; input = this.deferred.shift()) input();
    this.isSettling = false;
  }

  private sendOrder(index: number): boolean {
    const { effects } = this.lane;
    const offset = effects.offset(index);
    const length = effects.length(index);
    const isSent = this.gateways[effects.venue(index)]?.sendOrder(effects.egress, offset, length) ?? false;
    // After the bytes have left: the digest takes 2 µs, and no order is to wait for it.
    this.orderDigest.update(effects.egress.subarray(offset, offset + length));
    if (isSent) failpoint(Failpoint.ORDER_SENT);
    return isSent;
  }

  /** A question that does not leave is asked again: its answer is missed in time. */
  private sendQuery(index: number): void {
    const { effects } = this.lane;
    const gateway = this.gateways[effects.venue(index)];
    gateway?.sendOrder(effects.egress, effects.offset(index), effects.length(index));
  }

  private renewLine(line: number): void {
    const name = this.parts.built.configuration.venues[venueOf(line)]?.name ?? "?";
    this.onNotice("error", `${name}: more messages wait than this host holds; the line is made anew`);
    this.gateways[venueOf(line)]?.resubscribe(channelOf(line) as Channel);
  }
}
