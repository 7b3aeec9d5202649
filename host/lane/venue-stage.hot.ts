import {
  AccountQuery,
  ChannelKind,
  copyBytes,
  Frame,
  FramePart,
  HEADER_BYTES,
  OrderCommand,
  OutboundFrame,
} from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { FaultCode } from "../engine/index.ts";
import { openInbox } from "./inbox.hot.ts";
import { OutboxReader } from "./outbox-reader.hot.ts";
import { OutputFault } from "./plugin-fault.ts";

/** Why a frame or an order was not given to the codec, or not taken from it; the codec's own refusals are -1 to -999. */
export const VenueCode = {
  FRAME_TOO_LONG: -2001,
  NOTHING_ENCODED: -2002,
  PARTLY_TAKEN: -2003,
  GIVEN_UP: -2004,
} as const;

/** Bytes of the inbox before a frame's own. */
const FRAME_OFFSET = HEADER_BYTES + Frame.blockLength;
/** Cells of `counters`. */
export const VenueCounter = { FRAMES: 0, BYTES: 1, REFUSED: 2, TOO_LONG: 3, ENCODED: 4 } as const;
const VENUE_COUNTERS = 8;

/** What a channel number of the gateway is to the codec. */
const channelKinds = Int32Array.of(
  ChannelKind.MARKET_STREAM,
  ChannelKind.REST,
  ChannelKind.ORDER_SESSION,
  ChannelKind.ORDER_REST,
);
const PART_SHIFT = 8;
const INSTRUMENT_SHIFT = 16;

/** The codec of one venue: received bytes to records, order commands to bytes. */
export class VenueStage {
  readonly slot: PluginSlot;
  readonly counters: Float64Array;
  /** Walks the records of the frame that was decoded last. */
  readonly reader: OutboxReader;
  /** Where the bytes of the order that was encoded last lie in the slot's memory. */
  encodedByte: number;
  encodedLength: number;
  /** Set when the codec was stopped while it encoded: the venue is as unavailable as after a fault on a frame. */
  hasFailedEncoding: boolean;
  private readonly encodedReader: OutboxReader;
  /** By instrument of the lane: its place among those that this codec was told of; 0 for those of other venues. */
  private readonly places: Int32Array;
  /** By channel: 1 while the rest of a message comes whose beginning was refused. */
  readonly isGivenUp: Uint8Array;

  constructor(slot: PluginSlot, places: Int32Array) {
    this.slot = slot;
    this.places = places;
    this.isGivenUp = new Uint8Array(channelKinds.length);
    this.counters = new Float64Array(VENUE_COUNTERS);
    this.reader = new OutboxReader(slot);
    this.encodedByte = 0;
    this.encodedLength = 0;
    this.hasFailedEncoding = false;
    this.encodedReader = new OutboxReader(slot);
  }

  /**
   * Decodes one frame, or a part of one, and opens the reader on its records. 0, or the code with which it was refused: then it changed
   * nothing, and the parts that follow belong to a message that is given up.
   */
  decode(
    channel: number,
    instrument: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    part: number = FramePart.WHOLE,
  ): number {
    const isRest = part === FramePart.MIDDLE || part === FramePart.LAST;
    if (isRest && this.isGivenUp[channel] === 1) return VenueCode.GIVEN_UP;
    const code = this.give(channel, instrument, bytes, offset, length, part);
    this.isGivenUp[channel] = code === 0 ? 0 : 1;
    return code;
  }

  private give(
    channel: number,
    instrument: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    part: number,
  ): number {
    const { slot, counters } = this;
    counters[VenueCounter.FRAMES] = counters[VenueCounter.FRAMES]! + 1;
    counters[VenueCounter.BYTES] = counters[VenueCounter.BYTES]! + length;
    if (length > slot.inboxCapacity - FRAME_OFFSET) {
      counters[VenueCounter.TOO_LONG] = counters[VenueCounter.TOO_LONG]! + 1;
      return VenueCode.FRAME_TOO_LONG;
    }
    const block = openInbox(slot, Frame.templateId, Frame.blockLength);
    slot.i32[(block + Frame.lengthBytes) >> 2] = length;
    slot.i32[(block + Frame.channelKind) >> 2] =
      channelKinds[channel]! | (part << PART_SHIFT) | (this.places[instrument]! << INSTRUMENT_SHIFT);
    copyBytes(bytes, slot.u8, block + Frame.blockLength, offset, offset + length);
    const written = slot.invoke(Frame.templateId, FRAME_OFFSET + length);
    if (written < 0) {
      counters[VenueCounter.REFUSED] = counters[VenueCounter.REFUSED]! + 1;
      this.reader.open(slot, 0);
      return written;
    }
    this.reader.open(slot, written);
    return 0;
  }

  /** Where to write the block of the next AccountQuery. */
  openQuery(): number {
    return openInbox(this.slot, AccountQuery.templateId, AccountQuery.blockLength);
  }

  /** Encodes the AccountQuery in the inbox. 0, or a negative code. */
  encodeQuery(): number {
    return this.encodeRecord(AccountQuery.templateId, AccountQuery.blockLength);
  }

  /** Where to write the block of the next OrderCommand. */
  openCommand(): number {
    return openInbox(this.slot, OrderCommand.templateId, OrderCommand.blockLength);
  }

  /** Encodes the OrderCommand in the inbox. 0, or a negative code. */
  encode(): number {
    return this.encodeRecord(OrderCommand.templateId, OrderCommand.blockLength);
  }

  private encodeRecord(asked: number, blockLength: number): number {
    const { slot, encodedReader } = this;
    let written = slot.invoke(asked, HEADER_BYTES + blockLength);
    let template = 0;
    // Again where a predecessor has taken over: it has encoded the same command.
    for (let isJudged = false; written >= 0 && !isJudged;) {
      encodedReader.open(slot, written);
      template = encodedReader.next();
      isJudged = template === 0 || template === OutboundFrame.templateId;
      if (!isJudged)
        written = slot.stop(
          FaultCode.OUTPUT,
          template < 0 ? OutputFault.MALFORMED_RECORDS : OutputFault.UNEXPECTED_RECORD,
          template,
        );
    }
    this.hasFailedEncoding = slot.state !== "running";
    if (written < 0) return written;
    if (template === 0) return VenueCode.NOTHING_ENCODED;
    this.encodedLength = encodedReader.i32[OutboundFrame.lengthBytes >> 2]!;
    this.encodedByte = encodedReader.endByte - this.encodedLength;
    this.counters[VenueCounter.ENCODED] = this.counters[VenueCounter.ENCODED]! + 1;
    return this.encodedLength > 0 ? 0 : VenueCode.NOTHING_ENCODED;
  }
}
