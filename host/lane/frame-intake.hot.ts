import {
  Balance,
  BookDelta,
  ExecutionReport,
  FramePart,
  LineSequence,
  Quote,
  RequestReply,
  SessionState,
  SessionStatus,
  Trade,
} from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { FaultCode } from "../engine/index.ts";
import {
  Channel,
  channelOf,
  LINES_MAX,
  ORDER_REQUEST_ID_FIRST,
  venueOf,
} from "../execution/gateways/index.ts";
import type { Reconciler } from "../execution/reconcile/index.ts";
import type { EffectList } from "./effect-list.hot.ts";
import { EffectKind } from "./effect.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { MarketStage } from "./market-stage.hot.ts";
import type { OrderStage } from "./order-stage.hot.ts";
import { MALFORMED } from "./outbox-reader.hot.ts";
import { OutputFault } from "./plugin-fault.ts";
import type { VenueLines } from "./venue-lines.hot.ts";
import type { VenueStage } from "./venue-stage.hot.ts";
import { VenueCode } from "./venue-stage.hot.ts";

/** The trap and fault codes of a codec begin here; above are its refusals of single frames. */
const FIRST_FAULT = -1000;

export interface IntakeParts {
  /** By venue index. */
  readonly venues: readonly VenueStage[];
  readonly lines: VenueLines;
  readonly market: MarketStage;
  readonly orders: OrderStage;
  readonly reconciler: Reconciler;
  readonly effects: EffectList;
  readonly counters: Float64Array;
}

/** Frames to records, records to their stages. What a venue's codec refuses or breaks concerns that venue alone. */
export class FrameIntake {
  /** Code of the frame that was refused last, 0 before the first. */
  lastRefusal: number;
  private readonly parts: IntakeParts;
  /** By line: 1 once the message that is under way held a book record. */
  private readonly hasBook: Uint8Array;

  constructor(parts: IntakeParts) {
    this.lastRefusal = 0;
    this.parts = parts;
    this.hasBook = new Uint8Array(LINES_MAX);
  }

  take(
    line: number,
    instrument: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    part: number,
  ): void {
    const { venues, market, counters } = this.parts;
    const channel = channelOf(line);
    if (part === FramePart.WHOLE || part === FramePart.FIRST) this.hasBook[line] = 0;
    const deltas = counters[LaneCounter.BOOK_DELTAS]!;
    const code = venues[venueOf(line)]!.decode(channel, instrument, bytes, offset, length, part);
    if (code === 0) this.walk(line);
    else if (code !== VenueCode.GIVEN_UP) this.refused(code, line);
    if (counters[LaneCounter.BOOK_DELTAS]! !== deltas) this.hasBook[line] = 1;
    const isEnd = part === FramePart.WHOLE || part === FramePart.LAST;
    if (channel === Channel.REST && isEnd && this.hasBook[line] === 0) market.missSnapshot(instrument);
  }

  /** A codec's slot was stopped from outside: its venue is unavailable. */
  withdraw(slot: PluginSlot): void {
    const { venues } = this.parts;
    for (let venue = 0; venue < venues.length; venue++)
      if (venues[venue]!.slot === slot) this.venueUnavailable(venue);
  }

  /** Codecs that were stopped while they encoded; to be called at the end of a step. */
  takeFailedEncodings(): void {
    const { venues } = this.parts;
    for (let venue = 0; venue < venues.length; venue++) {
      if (!venues[venue]!.hasFailedEncoding) continue;
      venues[venue]!.hasFailedEncoding = false;
      this.venueUnavailable(venue);
    }
  }

  /** Gives each record of the decoded frame to its stage. */
  private walk(line: number): void {
    const { venues, market, orders } = this.parts;
    const venue = venueOf(line);
    const { reader, slot } = venues[venue]!;
    for (let template = reader.next(); template !== 0; template = reader.next()) {
      if (template === Quote.templateId) market.onQuote(reader, venue);
      else if (template === Trade.templateId) market.onTrade(reader, venue);
      else if (template === BookDelta.templateId) market.onBookDelta(reader, slot.i32, venue);
      else if (template === LineSequence.templateId) this.onSequence(line, reader.i32);
      else if (template === ExecutionReport.templateId) this.onReport(venue, reader.i32);
      else if (template === RequestReply.templateId) this.onReply(venue, reader.i32);
      else if (template === Balance.templateId) orders.onBalance(venue, reader.i32);
      else if (template === SessionStatus.templateId) this.onSessionStatus(venue, reader.i32);
      else {
        this.codecFailed(
          template === MALFORMED ? OutputFault.MALFORMED_RECORDS : OutputFault.UNEXPECTED_RECORD,
          line,
        );
        return;
      }
    }
  }

  /** [V4] What a gap hid is lost: books of the line are unproven in this step, and on an order line it may have been a fill. */
  private onSequence(line: number, i32: Int32Array): void {
    const { lines, market, orders } = this.parts;
    if (lines.follow(line, i32)) return;
    const channel = channelOf(line);
    if (channel === Channel.MARKET) market.onDisconnect(venueOf(line));
    else orders.onUnreadable(venueOf(line));
    lines.renew(line);
  }

  /** Without its codec a venue can be neither heard nor told anything; the others go on. */
  private venueUnavailable(venue: number): void {
    const { market, orders } = this.parts;
    market.onDisconnect(venue);
    orders.onUnavailable(venue);
  }

  /** A report is an event, or answers a question. */
  private onReport(venue: number, i32: Int32Array): void {
    const { reconciler, orders } = this.parts;
    if (!reconciler.takesReport(venue, i32)) orders.onReport(venue, i32);
  }

  private onReply(venue: number, i32: Int32Array): void {
    const { reconciler, orders } = this.parts;
    const requestId = i32[RequestReply.requestId >> 2]!;
    if (requestId >= ORDER_REQUEST_ID_FIRST) {
      if (reconciler.takesReply(venue, i32)) orders.hold.obey(venue, i32, false);
      else orders.onReply(venue, i32);
      return;
    }
    const status = i32[RequestReply.status >> 2]!;
    const errorCode = i32[RequestReply.errorCode >> 2]!;
    this.parts.effects.add(EffectKind.SESSION_REPLY, venue, requestId, status, errorCode, 0);
  }

  private onSessionStatus(venue: number, i32: Int32Array): void {
    const { counters, effects } = this.parts;
    counters[LaneCounter.SESSION_STATUS] = counters[LaneCounter.SESSION_STATUS]! + 1;
    const state = i32[SessionStatus.state >> 2]! & 0xff;
    if (state === SessionState.SERVER_SHUTDOWN) effects.add(EffectKind.SERVER_SHUTDOWN, venue, 0, 0, 0, 0);
    else if (state === SessionState.TERMINATED) effects.add(EffectKind.STREAM_END, venue, 0, 0, 0, 0);
    else if (state === SessionState.CLOCK_REFUSED) effects.add(EffectKind.MEASURE_CLOCK, venue, 0, 0, 0, 0);
  }

  /** A refused frame changes nothing: if it held a book's update, the next one shows the gap. A codec that faults is another matter. */
  private refused(code: number, line: number): void {
    const { counters, orders, venues } = this.parts;
    const venue = venueOf(line);
    const channel = channelOf(line);
    counters[LaneCounter.FRAMES_REFUSED] = counters[LaneCounter.FRAMES_REFUSED]! + 1;
    this.lastRefusal = code;
    if (channel === Channel.ORDERS || channel === Channel.ORDER_REST) orders.onUnreadable(venue);
    if (code <= FIRST_FAULT && venues[venue]!.slot.state !== "running") this.venueUnavailable(venue);
  }

  /**
   * The codec wrote what it must not. Where its predecessor takes over, what was given out of the frame stays and the rest is as lost as a
   * refused frame: giving out the predecessor's records too would count trades twice.
   */
  private codecFailed(reason: OutputFault, line: number): void {
    const venue = venueOf(line);
    const { slot } = this.parts.venues[venue]!;
    slot.stop(FaultCode.OUTPUT, reason);
    // Not by what `stop` returns: a predecessor that took over may have refused the frame, and is running all the same.
    if (slot.state !== "running") this.venueUnavailable(venue);
    else this.refused(VenueCode.PARTLY_TAKEN, line);
  }
}
