import { BookDelta, GROUP_HEADER_BYTES, Quote } from "../abi/host/index.ts";
import { Channel } from "../host/execution/gateways/index.ts";
import type { Lane } from "../host/lane/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { FrameKind } from "./frames/index.ts";

type VenueStage = Lane["parts"]["venue"];

const FRAMES_A_RUN = 32;

/** Decodes frames as the lane does. */
export class FrameDecoding {
  private readonly venue: VenueStage;
  private readonly frames: FrameSet;

  constructor(venue: VenueStage, frames: FrameSet) {
    this.venue = venue;
    this.frames = frames;
  }

  /** The frames of these places. */
  run(places: Int32Array): void {
    for (let first = 0; first < places.length; first += FRAMES_A_RUN) this.some(places, first, Math.min(first + FRAMES_A_RUN, places.length));
  }

  /** Decodes one frame. Throws where the codec refuses it. */
  one(index: number): void {
    const { frames } = this;
    const channel = frames.kind[index] === FrameKind.SNAPSHOT ? Channel.REST : Channel.MARKET;
    const code = this.venue.decode(channel, 0, frames.bytes, frames.begin[index]!, frames.length[index]!);
    if (code !== 0) throw new Error("the codec refuses a frame of the input");
  }

  /** The records of one frame, valid until the next call. */
  records(index: number): Uint8Array {
    this.one(index);
    const { slot, reader } = this.venue;
    while (reader.next() > 0);
    return slot.u8.subarray(slot.outboxOffset, reader.endByte);
  }

  /** Prices in the records of these frames: to be compared with another decoder's. */
  values(places: Int32Array): number {
    let count = 0;
    for (let at = 0; at < places.length; at++) {
      this.one(places[at]!);
      const { reader, slot } = this.venue;
      for (let template = reader.next(); template > 0; template = reader.next()) {
        if (template === BookDelta.templateId) count += this.levels(slot.i32, reader.blockByte + BookDelta.blockLength);
        else count += template === Quote.templateId ? 2 : 1;
      }
    }
    return count;
  }

  private levels(words: Int32Array, bids: number): number {
    const bidCount = words[(bids + 4) >> 2]!;
    const asks = bids + GROUP_HEADER_BYTES + bidCount * (words[bids >> 2]! & 0xffff);
    return bidCount + words[(asks + 4) >> 2]!;
  }

  private some(places: Int32Array, first: number, end: number): void {
    for (let at = first; at < end; at++) this.one(places[at]!);
  }
}
