import { BookDelta } from "../abi/host/index.ts";
import { TickBook } from "../host/data/books/index.ts";
import { FeedCode, UpdateIdFeed } from "../host/data/feeds/index.ts";
import { Channel } from "../host/execution/gateways/index.ts";
import type { Lane } from "../host/lane/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { FrameKind } from "./frames/index.ts";

type VenueStage = Lane["parts"]["venues"][number];

const FRAMES_A_RUN = 32;
const INSTRUMENT_ID = 1;
/** One cent at exponent -8. */
const TICK_SIZE = 1_000_000;
const STALE_AFTER_NS = 5e9;

/** Depth frames and the snapshot from bytes into a book, by the venue's rules of update ids. */
export class BookUpdates {
  /** Deltas that the book took in the last walk. */
  applied: number;
  readonly feed: UpdateIdFeed;
  private readonly venue: VenueStage;
  private readonly frames: FrameSet;
  private readonly places: Int32Array;

  /** `places`: of depth frames and the snapshot, in order. */
  constructor(venue: VenueStage, frames: FrameSet, places: Int32Array) {
    this.applied = 0;
    this.feed = new UpdateIdFeed({
      instrumentId: INSTRUMENT_ID,
      book: new TickBook({ tickSize: TICK_SIZE }),
      nowNs: new Float64Array(1),
      staleAfterNs: STALE_AFTER_NS,
    });
    this.venue = venue;
    this.frames = frames;
    this.places = places;
  }

  /** All frames, from an empty book on. */
  run(): void {
    this.begin();
    const { length } = this.places;
    for (let first = 0; first < length; first += FRAMES_A_RUN)
      this.some(first, Math.min(first + FRAMES_A_RUN, length));
  }

  begin(): void {
    this.applied = 0;
    this.feed.onDisconnect();
  }

  /** One frame: the place in `places`. Returns what the feed made of it. */
  one(at: number): FeedCode {
    const { venue, feed, frames } = this;
    const index = this.places[at]!;
    const channel = frames.kind[index] === FrameKind.SNAPSHOT ? Channel.REST : Channel.MARKET;
    if (venue.decode(channel, 0, frames.bytes, frames.begin[index]!, frames.length[index]!) !== 0)
      return FeedCode.REFUSED;
    const { reader, slot } = venue;
    let code: FeedCode = FeedCode.REFUSED;
    for (let template = reader.next(); template > 0; template = reader.next()) {
      if (template !== BookDelta.templateId) continue;
      const isSnapshot = reader.i32[BookDelta.snapshot >> 2]! !== 0;
      code = isSnapshot
        ? feed.onSnapshot(slot.i32, reader.blockByte, reader.endByte)
        : feed.onDelta(slot.i32, reader.blockByte, reader.endByte);
    }
    if (code === FeedCode.APPLIED || code === FeedCode.BECAME_LIVE) this.applied += 1;
    return code;
  }

  private some(first: number, end: number): void {
    for (let at = first; at < end; at++) this.one(at);
  }
}
