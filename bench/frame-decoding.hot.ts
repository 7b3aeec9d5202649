import { BookDelta, GROUP_HEADER_BYTES, Quote } from "../abi/host/index.ts";
import { Channel } from "../host/execution/gateways/index.ts";
import type { Lane } from "../host/lane/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { FrameKind } from "./frames/index.ts";

type VenueStage = Lane["parts"]["venues"][number];

const FRAMES_A_RUN = 32;

/** Decodes frames as the lane does. */
export class FrameDecoding {
  readonly venue: VenueStage;
  private readonly frames: FrameSet;

  constructor(venue: VenueStage, frames: FrameSet) {
    this.venue = venue;
    this.frames = frames;
  }

  /** The frames of these places. */
  run(places: Int32Array): void {
    for (let first = 0; first < places.length; first += FRAMES_A_RUN)
      this.some(places, first, Math.min(first + FRAMES_A_RUN, places.length));
  }

  /** Decodes one frame: 0, or the code with which the codec refuses it. */
  one(index: number): number {
    const { frames } = this;
    const channel = frames.kind[index] === FrameKind.SNAPSHOT ? Channel.REST : Channel.MARKET;
    return this.venue.decode(channel, 0, frames.bytes, frames.begin[index]!, frames.length[index]!);
  }

  /** Prices in the records of these frames, to be compared with another decoder's; -1 when one of them is refused. */
  values(places: Int32Array): number {
    let count = 0;
    for (let at = 0; at < places.length; at++) {
      if (this.one(places[at]!) !== 0) return -1;
      const { reader, slot } = this.venue;
      for (let template = reader.next(); template > 0; template = reader.next()) {
        if (template === BookDelta.templateId)
          count += this.levels(slot.i32, reader.blockByte + BookDelta.blockLength);
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
