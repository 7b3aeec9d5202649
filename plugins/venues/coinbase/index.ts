import {
  AccountQuery,
  AssetDefinition,
  ChannelKind,
  Frame,
  FramePart,
  InstrumentDefinition,
  OrderCommand,
  SnapshotReader,
  SnapshotWriter,
  Venue,
  openOutbox,
  registerVenue,
} from "abi/assembly";
import { defineAsset, defineAssetsOf } from "../definitions/assets";
import { define } from "../definitions/instruments";
import { Refusal } from "../text/refusal";
import { clearRefusal, refusal, refuse } from "../text/refused";
import { Asked } from "./asked";
import { decodePart, decodeWholeLevel2 } from "./level2-parts";
import { decodeMarketLine, decodeOrderLine } from "./line-message";
import { clearNotes, learnNotes } from "./order-ids";
import { readOrderIds, writeOrderIds } from "./order-ids-state";
import { encodeOrder } from "./order-request";
import { encodeQuery } from "./query-request";
import { openRecords } from "./record-list";
import { decodeAnswer } from "./rest-answer";

/**
 * Coinbase Advanced Trade: the market and user channels of the WebSocket, orders and queries over REST. text/refusal.ts lists its
 * refusals, venue-error.ts its error codes.
 */
class Coinbase extends Venue {
  /** Of two instances the one that is used; on the other a snapshot is tried. What both know is the module's. */
  isKept: bool = false;

  onInstrument(instrument: InstrumentDefinition): void {
    define(instrument);
    defineAssetsOf(instrument);
  }

  onAsset(asset: AssetDefinition): void {
    defineAsset(asset);
  }

  onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 {
    const end = start + lengthBytes;
    begin();
    if (frame.channelKind == ChannelKind.MARKET_STREAM) this.onMarket(frame.part, start, end);
    else if (frame.part != FramePart.WHOLE) refuse(Refusal.OUT_OF_PART);
    else if (frame.channelKind == ChannelKind.ORDER_SESSION) decodeOrderLine(start, end);
    else if (frame.channelKind == ChannelKind.ORDER_REST) decodeAnswer(start, end);
    else refuse(Refusal.UNKNOWN_CHANNEL);
    if (refusal() == 0) learnNotes();
    return refusal();
  }

  snapshot(writer: SnapshotWriter): void {
    writeOrderIds(writer);
  }

  restore(reader: SnapshotReader, _version: u32): void {
    readOrderIds(reader, this.isKept);
  }

  onOrder(command: OrderCommand): i32 {
    clearRefusal();
    encodeOrder(command);
    return refusal();
  }

  onQuery(query: AccountQuery): i32 {
    clearRefusal();
    encodeQuery(query);
    return refusal();
  }

  private onMarket(part: u32, start: usize, end: usize): void {
    if (part != FramePart.WHOLE) {
      decodePart(part, start, end);
      return;
    }
    if (decodeWholeLevel2(start, end)) return;
    // Of another form than the venue's own, or wrong: the rules of JSON decide what it means.
    openOutbox();
    begin();
    decodeMarketLine(start, end);
  }
}

function begin(): void {
  clearRefusal();
  Asked.clear();
  clearNotes();
  openRecords();
}

const codec = new Coinbase();
codec.isKept = true;
registerVenue(codec);
