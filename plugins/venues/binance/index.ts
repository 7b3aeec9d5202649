import {
  AccountQuery,
  AssetDefinition,
  ChannelKind,
  Frame,
  InstrumentDefinition,
  OrderCommand,
  Venue,
  registerVenue,
} from "abi/assembly";
import { defineAsset, defineAssetsOf } from "../definitions/assets";
import { define, instrumentAt } from "../definitions/instruments";
import { Refusal } from "../text/refusal";
import { clearRefusal, refusal, refuse } from "../text/refused";
import { encodeQuery } from "./account-query";
import { decodeMarket, decodeRest } from "./market";
import { decodeFast, decodeSnapshotFast } from "./market-fast";
import { encodeOrder } from "./order-request";
import { decodeOrderRest } from "./order-rest";
import { decodeOrderSession } from "./order-session";

/** Binance Spot: JSON market streams, REST depth snapshots, orders, queries and user data of the WebSocket API, orders over REST. refusal.ts lists its codes. */
class Binance extends Venue {
  onInstrument(instrument: InstrumentDefinition): void {
    define(instrument);
    defineAssetsOf(instrument);
  }

  onAsset(asset: AssetDefinition): void {
    defineAsset(asset);
  }

  onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 {
    const end = start + lengthBytes;
    const isMarket = frame.channelKind == ChannelKind.MARKET_STREAM;
    if (isMarket && decodeFast(start, end)) return 0;
    clearRefusal();
    if (isMarket) decodeMarket(start, end);
    else if (frame.channelKind == ChannelKind.ORDER_SESSION) decodeOrderSession(start, end);
    else if (frame.channelKind == ChannelKind.ORDER_REST) decodeOrderRest(start, end);
    else if (frame.channelKind == ChannelKind.REST) this.onRest(start, end, frame.instrumentIndex);
    else refuse(Refusal.UNKNOWN_CHANNEL);
    return refusal();
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

  private onRest(start: usize, end: usize, instrumentIndex: u32): void {
    const instrument = instrumentAt(instrumentIndex);
    if (instrument === null) refuse(Refusal.UNKNOWN_SYMBOL);
    else if (!decodeSnapshotFast(start, end, instrument)) decodeRest(start, end, instrument);
  }
}

registerVenue(new Binance());
