import type { AccountQueryKind } from "../../abi/host/index.ts";
import { AccountQuery, IntentAction } from "../../abi/host/index.ts";
import { ORDER_REQUEST_ID_FIRST } from "../execution/gateways/index.ts";
import type { OrderTable } from "../execution/orders/index.ts";
import { OrderRecordWriter, writeMantissa } from "../execution/orders/index.ts";
import type { LastHop, RiskApproved, RiskGate } from "../execution/risk/index.ts";
import { DenialCode } from "../execution/risk/index.ts";
import { RecordType } from "../journal/index.ts";
import type { EffectList } from "./effect-list.hot.ts";
import { EffectKind } from "./effect.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { LaneJournal } from "./lane-journal.hot.ts";
import type { VenueStage } from "./venue-stage.hot.ts";

const REQUEST_ID_MAX = 0x7fff_ffff;
const NS_PER_MS = 1e6;
/** In `wall`: the first venue's lead. */
export const WALL_AHEAD = 1;

export interface SenderParts {
  readonly orders: OrderTable;
  readonly gate: RiskGate;
  readonly lastHop: LastHop;
  /** By venue index. */
  readonly venues: readonly VenueStage[];
  readonly effects: EffectList;
  readonly journal: LaneJournal;
  readonly counters: Float64Array;
  readonly nowNs: Float64Array;
  /** Cell 0: milliseconds since 1970 at the session's start; from cell 1 on, by venue index: how far the venue's clock is ahead, in milliseconds. */
  readonly wall: Float64Array;
}

/**
 * The way of an approved order, or of a cancel, to bytes that may leave: last hop → venue codec → journal → effect. Every method answers
 * 0, or the code for which nothing will leave.
 */
export class OrderSender {
  /** Effects that wait for the commit; 0 when nothing is to be made durable. */
  pendingSends: number;
  private readonly parts: SenderParts;
  private readonly writer: OrderRecordWriter;
  private requestId: number;

  constructor(parts: SenderParts) {
    this.pendingSends = 0;
    this.parts = parts;
    this.writer = new OrderRecordWriter(parts.orders.columns, parts.orders.instruments.instrumentId);
    this.requestId = ORDER_REQUEST_ID_FIRST;
  }

  /** A request id that no open order uses. */
  nextRequestId(): number {
    this.requestId = this.requestId === REQUEST_ID_MAX ? ORDER_REQUEST_ID_FIRST : this.requestId + 1;
    return this.requestId;
  }

  /** Two request ids in a row, of which the first is returned: a replace has the second for its cancel. */
  nextRequestPair(): number {
    const requestId = this.nextRequestId();
    return this.nextRequestId() === requestId + 1 ? requestId : this.nextRequestPair();
  }

  /** An approved order, in one request with the cancel of the one whose place it takes, if it takes one's. */
  sendOrder(slot: number, requestId: number, approval: RiskApproved): number {
    const { venues, lastHop, orders, gate } = this.parts;
    const venue = this.venueOf(slot);
    const older = orders.olderOf(slot);
    const action = older < 0 ? IntentAction.SUBMIT : IntentAction.REPLACE;
    const block = this.writeCommand(venue, slot, action, requestId);
    if (older >= 0) this.writer.writeReplace(venues[venue]!.slot.i32, block, slot, older, requestId);
    const refused = lastHop.admitOrder(approval, venue, venues[venue]!.slot.i32, block);
    if (refused !== 0) return refused;
    const code = this.queue(venue, slot, requestId, action);
    if (code === 0 && older >= 0) {
      gate.countCancel(venue);
      lastHop.passCancel(venue);
    }
    return code;
  }

  /** Counted by gate and last hop, refused by neither. */
  sendCancel(slot: number, requestId: number): number {
    const { lastHop, gate } = this.parts;
    const venue = this.venueOf(slot);
    this.writeCommand(venue, slot, IntentAction.CANCEL, requestId);
    gate.countCancel(venue);
    lastHop.passCancel(venue);
    return this.queue(venue, slot, requestId, IntentAction.CANCEL);
  }

  /** Asks a venue about the account; `from` holds the trade id to begin with. The request's id, or 0 where nothing leaves. */
  sendQuery(venueIndex: number, kind: AccountQueryKind, instrument: number, from: Float64Array): number {
    const { venues, orders } = this.parts;
    const venue = venues[venueIndex]!;
    const requestId = this.nextRequestId();
    const block = venue.openQuery();
    const { i32 } = venue.slot;
    this.stampVenueTime(venueIndex);
    writeMantissa(i32, block + AccountQuery.timestampMs, this.writer.commandCells, 0);
    writeMantissa(i32, block + AccountQuery.fromId, from, 0);
    i32[(block + AccountQuery.requestId) >> 2] = requestId;
    i32[(block + AccountQuery.instrumentId) >> 2] =
      instrument < 0 ? 0 : orders.instruments.instrumentId[instrument]!;
    i32[(block + AccountQuery.kind) >> 2] = kind;
    i32[(block + AccountQuery.padding3) >> 2] = 0;
    if (this.parts.effects.isFull || venue.encodeQuery() !== 0) return 0;
    return this.queueQuery(venueIndex, requestId);
  }

  /** Asks a venue what became of an order. The request's id, or 0 where nothing leaves. */
  sendOrderQuery(venueIndex: number, slot: number): number {
    const requestId = this.nextRequestId();
    this.writeCommand(venueIndex, slot, IntentAction.QUERY, requestId);
    if (this.parts.effects.isFull || this.parts.venues[venueIndex]!.encode() !== 0) return 0;
    return this.queueQuery(venueIndex, requestId);
  }

  /** A question changes nothing at the venue: it is no intent, and waits for no commit. */
  private queueQuery(venueIndex: number, requestId: number): number {
    const { venues, effects, lastHop, counters } = this.parts;
    const venue = venues[venueIndex]!;
    const start = effects.addBytes(venue.slot.u8, venue.encodedByte, venue.encodedLength);
    if (start < 0) return 0;
    lastHop.passCancel(venueIndex);
    effects.add(EffectKind.SEND_QUERY, venueIndex, 0, requestId, start, venue.encodedLength);
    counters[LaneCounter.QUERIES_SENT] = counters[LaneCounter.QUERIES_SENT]! + 1;
    return requestId;
  }

  /** A venue's clock is that far ahead of this host's: order stamps follow it. */
  setVenueClock(venue: number, aheadMs: number): void {
    this.parts.wall[WALL_AHEAD + venue] = aheadMs;
  }

  private stampVenueTime(venueIndex: number): void {
    const { wall, nowNs } = this.parts;
    this.writer.commandCells[0] =
      wall[0]! + wall[WALL_AHEAD + venueIndex]! + Math.floor(nowNs[0]! / NS_PER_MS);
  }

  private writeCommand(venueIndex: number, slot: number, action: number, requestId: number): number {
    const venue = this.parts.venues[venueIndex]!;
    const block = venue.openCommand();
    this.stampVenueTime(venueIndex);
    this.writer.writeCommand(venue.slot.i32, block, slot, action, requestId);
    return block;
  }

  /** Encodes the command in the codec's inbox, journals the bytes and makes them an effect. */
  private queue(venueIndex: number, slot: number, requestId: number, action: number): number {
    const { venues, journal, effects, counters } = this.parts;
    const venue = venues[venueIndex]!;
    const isCancel = action === IntentAction.CANCEL;
    // Before the journal: an intent that stands there must leave.
    if (effects.isFull) return DenialCode.EGRESS_FULL;
    if (venue.encode() !== 0) return DenialCode.ENCODE_FAILED;
    const bytes = venue.slot.u8;
    const start = effects.addBytes(bytes, venue.encodedByte, venue.encodedLength);
    if (start < 0) return DenialCode.EGRESS_FULL;
    if (
      journal.intent(RecordType.INTENT, action, bytes, venue.encodedByte, venue.encodedLength, isCancel) !== 0
    )
      return DenialCode.JOURNAL_REFUSED;
    effects.add(EffectKind.SEND_ORDER, venueIndex, slot, requestId, start, venue.encodedLength);
    this.pendingSends += 1;
    const counter = isCancel ? LaneCounter.CANCELS_SENT : LaneCounter.ORDERS_SENT;
    counters[counter] = counters[counter]! + 1;
    if (action === IntentAction.REPLACE)
      counters[LaneCounter.REPLACES_SENT] = counters[LaneCounter.REPLACES_SENT]! + 1;
    return 0;
  }

  /** Index of the venue that an order is at, or will be. */
  venueOf(slot: number): number {
    const { orders } = this.parts;
    return orders.instruments.venue[orders.columns.instrument[slot]!]!;
  }
}
