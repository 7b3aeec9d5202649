import { BookImage, BookTop, writeInt64 } from "../../../abi/host/index.ts";
import type { TickBook } from "../books/index.ts";
import { BookCode, BookCounter, BookSide } from "../books/index.ts";
import { BookDeltaView, LAST_UPDATE_ID } from "./book-delta-view.hot.ts";
import type { Feed } from "./feed.ts";
import { FeedKind } from "./feed.ts";
import { FEED_COUNTER_COUNT, FeedCode, FeedCounter, FeedState, InvalidReason } from "./feed-code.ts";

/** What a feed is made of. */
export interface SequencedFeedOptions {
  readonly instrumentId: number;
  /** The book that the feed alone writes to. */
  readonly book: TickBook;
  /** Cell 0: nanoseconds since the start of the session, kept by the caller. */
  readonly nowNs: Float64Array;
  /** By line: when its count last went on, in nanoseconds; and which of them is this feed's. Kept by the caller. */
  readonly heardNs: Float64Array;
  readonly line: number;
  /** A live book whose line was silent for longer is stale. Above 0. */
  readonly staleAfterNs: number;
}

/**
 * Keeps a book equal to the venue's where image and updates come on one line whose messages are numbered (Coinbase): the line's count shows
 * every gap, so that an update needs no id of its own. Whoever keeps the count calls `onDisconnect` at a gap, and when the line goes.
 * An image comes whole, or as FIRST, any number of MIDDLE, and LAST. Broken: not a record of this instrument, see
 * `BookDeltaView`. Bad: a value, or (from LAST on) the book crossed or incomplete.
 *
 * ```
 *              EMPTY             IMAGE              LIVE
 * delta        ignore, want      refuse, want → E   apply
 * delta, bad   ignore, want      refuse, want → E   invalidate, want → E
 * whole        book it → L       book it → L        book it
 * whole, bad   refuse, want      refuse, want → E   invalidate, want → E
 * first        book it → I       book it → I        invalidate, book it → I
 * first, bad   refuse, want      refuse, want → E   invalidate, want → E
 * middle       ignore, want      add                invalidate, want → E
 * middle, bad  ignore, want      refuse, want → E   invalidate, want → E
 * last         ignore, want      add → L            invalidate, want → E
 * last, bad    ignore, want      refuse, want → E   invalidate, want → E
 * broken       refuse, want      refuse, want → E   invalidate, want → E
 * disconnect   -                 → E                invalid → E
 * ```
 *
 * *want* raises `needsSnapshot`: the line is to be subscribed anew, since the venue sends an image at no other time. → E empties the book
 * in the same step. An update between FIRST and LAST means that the rest of the image was lost.
 *
 * A quiet market is not stale: as long as the line's count goes on, nothing was missed.
 */
export class SequencedFeed implements Feed {
  readonly kind: FeedKind;
  readonly book: TickBook;
  readonly counters: Float64Array;
  readonly updateId: Float64Array;
  state: FeedState;
  invalidReason: InvalidReason;
  needsSnapshot: number;
  private readonly instrumentId: number;
  private readonly line: number;
  private readonly nowNs: Float64Array;
  private readonly heardNs: Float64Array;
  /** `[staleAfterNs]` */
  private readonly timing: Float64Array;
  private readonly view: BookDeltaView;
  private wantedBefore: number;

  /** @throws RangeError when `staleAfterNs` is out of range. */
  constructor(options: SequencedFeedOptions) {
    const { instrumentId, book, nowNs, heardNs, line, staleAfterNs } = options;
    if (!(staleAfterNs > 0))
      throw new RangeError(`sequenced feed: staleAfterNs ${staleAfterNs} must be above 0`);
    this.kind = FeedKind.SEQUENCED;
    this.book = book;
    this.counters = new Float64Array(FEED_COUNTER_COUNT);
    this.updateId = new Float64Array(1);
    this.state = FeedState.EMPTY;
    this.invalidReason = InvalidReason.NEVER_LIVE;
    this.needsSnapshot = 0;
    this.instrumentId = instrumentId | 0;
    this.line = line;
    this.nowNs = nowNs;
    this.heardNs = heardNs;
    this.timing = new Float64Array([staleAfterNs]);
    this.view = new BookDeltaView();
    this.wantedBefore = 0;
  }

  get isValid(): boolean {
    return this.state === FeedState.LIVE;
  }

  /** Whether the book is not valid, or its line was silent for longer than `staleAfterNs`, or the clock makes no sense. */
  isStale(): boolean {
    const ageNs = this.nowNs[0]! - this.heardNs[this.line]!;
    return this.state !== FeedState.LIVE || !(ageNs >= 0 && ageNs <= this.timing[0]!);
  }

  onDelta(i32: Int32Array, blockByte: number, limitByte: number): FeedCode {
    this.counters[FeedCounter.DELTAS]!++;
    if (this.read(i32, blockByte, limitByte) === 0 || this.view.snapshot !== BookImage.DELTA)
      return this.refuse(InvalidReason.STRUCTURE);
    if (this.state === FeedState.EMPTY) return this.ignore();
    if (this.state === FeedState.IMAGE) return this.refuse(InvalidReason.STRUCTURE);
    const reason = this.applyGroups(i32);
    if (reason !== InvalidReason.NONE) return this.refuse(reason);
    this.counters[FeedCounter.APPLIED]!++;
    return FeedCode.APPLIED;
  }

  onSnapshot(i32: Int32Array, blockByte: number, limitByte: number): FeedCode {
    this.counters[FeedCounter.SNAPSHOTS]!++;
    if (this.read(i32, blockByte, limitByte) === 0 || this.view.snapshot === BookImage.DELTA)
      return this.refuse(InvalidReason.STRUCTURE);
    const { snapshot } = this.view;
    if (snapshot === BookImage.WHOLE || snapshot === BookImage.FIRST) return this.beginImage(i32);
    if (this.state === FeedState.EMPTY) return this.ignore();
    if (this.state === FeedState.LIVE) return this.refuse(InvalidReason.STRUCTURE);
    const reason = snapshot === BookImage.LAST ? this.applyGroups(i32) : this.addGroups(i32);
    if (reason !== InvalidReason.NONE) return this.refuse(reason);
    return snapshot === BookImage.LAST ? this.goLive() : FeedCode.HELD;
  }

  /** The line is gone, or its count shows a gap. What comes next begins with an image, which nobody has to ask for. */
  onDisconnect(): void {
    this.leaveBook(InvalidReason.DISCONNECTED);
    this.needsSnapshot = 0;
  }

  copyTop(target: Int32Array, blockByte: number): void {
    this.book.copyTop(target, blockByte);
    writeInt64(target, (blockByte + BookTop.updateId) >> 2, this.updateId[0]!);
    target[(blockByte + BookTop.instrumentId) >> 2] = this.instrumentId;
  }

  private read(i32: Int32Array, blockByte: number, limitByte: number): number {
    const isSound = this.view.read(i32, blockByte, limitByte) === 1;
    return isSound && this.view.instrumentId === this.instrumentId ? 1 : 0;
  }

  /** WHOLE and FIRST replace whatever was there. */
  private beginImage(i32: Int32Array): FeedCode {
    const isWhole = this.view.snapshot === BookImage.WHOLE;
    const wasLive = this.state === FeedState.LIVE;
    this.book.clear();
    const reason = isWhole ? this.applyGroups(i32) : this.addGroups(i32);
    if (reason !== InvalidReason.NONE) return this.refuse(reason);
    this.needsSnapshot = 0;
    if (isWhole) return wasLive ? FeedCode.APPLIED : this.goLive();
    this.state = FeedState.IMAGE;
    if (!wasLive) return FeedCode.HELD;
    this.invalidReason = InvalidReason.INCOMPLETE;
    return FeedCode.INVALIDATED;
  }

  private goLive(): FeedCode {
    this.state = FeedState.LIVE;
    this.invalidReason = InvalidReason.NONE;
    return FeedCode.BECAME_LIVE;
  }

  /** Adds the levels of a part of an image: whether bid and ask cross shows only at its end. */
  private addGroups(i32: Int32Array): InvalidReason {
    const { book, view } = this;
    const bids = book.applyGroup(BookSide.BID, i32, view.bidsByte, view.bidBytes, view.bidCount);
    const asks = book.applyGroup(BookSide.ASK, i32, view.asksByte, view.askBytes, view.askCount);
    this.counters[FeedCounter.LEVELS] = book.counters[BookCounter.LEVELS]!;
    if ((bids | asks) !== 0) return InvalidReason.VALUE;
    this.updateId[0] = view.updateIds[LAST_UPDATE_ID]!;
    return InvalidReason.NONE;
  }

  private applyGroups(i32: Int32Array): InvalidReason {
    const reason = this.addGroups(i32);
    if (reason !== InvalidReason.NONE) return reason;
    const code = this.book.finishDelta();
    if (code === BookCode.OK) return InvalidReason.NONE;
    if (code === BookCode.INCOMPLETE) return InvalidReason.INCOMPLETE;
    this.counters[FeedCounter.CROSSED]!++;
    return InvalidReason.CROSSED;
  }

  private refuse(reason: InvalidReason): FeedCode {
    const code = this.state === FeedState.LIVE ? FeedCode.INVALIDATED : FeedCode.REFUSED;
    this.counters[FeedCounter.REFUSED]!++;
    this.leaveBook(reason);
    this.wantImage();
    return code;
  }

  /** Without an image there is no book that the record could belong to. */
  private ignore(): FeedCode {
    this.counters[FeedCounter.IGNORED]!++;
    this.wantImage();
    return FeedCode.IGNORED;
  }

  private leaveBook(reason: InvalidReason): void {
    if (this.state === FeedState.LIVE) this.invalidReason = reason;
    this.state = FeedState.EMPTY;
    this.book.clear();
    this.updateId[0] = 0;
  }

  private wantImage(): void {
    if (this.needsSnapshot === 1) return;
    if (this.wantedBefore !== 0) this.counters[FeedCounter.RESYNCS]!++;
    this.wantedBefore = 1;
    this.needsSnapshot = 1;
  }
}
