import { BookImage, BookTop, writeInt64 } from "../../../abi/host/index.ts";
import type { TickBook } from "../books/index.ts";
import { BookCode, BookCounter, BookSide } from "../books/index.ts";
import { BookDeltaView, FIRST_UPDATE_ID, LAST_UPDATE_ID } from "./book-delta-view.hot.ts";
import { DeltaBuffer } from "./delta-buffer.hot.ts";
import type { Feed } from "./feed.ts";
import { FeedKind } from "./feed.ts";
import { FEED_COUNTER_COUNT, FeedCode, FeedCounter, FeedState, InvalidReason } from "./feed-code.ts";

/** What a feed is made of. */
export interface UpdateIdFeedOptions {
  readonly instrumentId: number;
  /** The book that the feed alone writes to. */
  readonly book: TickBook;
  /** Cell 0: nanoseconds since the start of the session, kept by the caller. */
  readonly nowNs: Float64Array;
  /** A live book that took no delta for longer is stale. Above 0. */
  readonly staleAfterNs: number;
  /** Memory for deltas that wait for a snapshot, a multiple of 8. 4 MiB unless told. */
  readonly bufferBytes?: number;
}

/**
 * Keeps a book equal to the venue's, from numbered deltas and snapshots, by the rules of venues whose deltas carry the ids of
 * their first and last update (Binance). A delta with ids U to u is *old* when u ≤ id, *due* when U ≤ id + 1 ≤ u, and shows a
 * *gap* when U > id + 1, where id is the book's, or the last buffered delta's. With an empty buffer every delta is due.
 * A snapshot with id s *reaches* the buffer when s + 1 ≥ U of the first buffered delta, or nothing is buffered; else it is
 * *short*. Broken: not a record of this instrument, see `BookDeltaView`. Bad: a value, or the book crossed or incomplete.
 *
 * ```
 *              EMPTY           SYNCING              BRIDGING             LIVE
 * due          hold, want → S  hold                 apply → L            apply
 * due, bad     hold, want → S  hold                 refuse, want → S     invalidate, want → S
 * old          hold, want → S  ignore               ignore               ignore
 * gap          hold, want → S  restart, hold, want  restart, hold, want → S  invalidate, hold, want → S
 * broken       refuse          refuse               refuse, want → S     invalidate, want → S
 * reaching     ignore          book it, replay → L, book it if newer     ignore
 *                              or → B if all old
 * short        ignore          refuse, want         (nothing buffered)   ignore
 * bad snapshot ignore          refuse, want         refuse, want → S     ignore
 * no room      restart,want→S  restart, hold, want  as gap               as gap
 * disconnect   → E             → E                  → E                  → E
 * ```
 *
 * *want* raises `needsSnapshot`; *hold* buffers; *restart* empties the buffer first; *invalidate*, *refuse* in BRIDGING and
 * → E empty the book in the same step. A broken record in SYNCING leaves the buffer alone: if it hid updates, the next delta
 * shows a gap. A delta of the buffer that turns out bad on replay empties buffer and book.
 *
 * All arguments and results are integers (a double would be boxed); nothing allocates but the constructor.
 */
export class UpdateIdFeed implements Feed {
  readonly kind: FeedKind;
  readonly book: TickBook;
  /** See `FeedCounter`. Read only. */
  readonly counters: Float64Array;
  /** One cell: the id of the last update that the book holds; 0 while it holds none. Read only. */
  readonly updateId: Float64Array;
  state: FeedState;
  invalidReason: InvalidReason;
  /** 1 when a snapshot is to be asked for; the one who asks sets it to 0. While `state` is SYNCING a lost answer is asked for again. */
  needsSnapshot: number;
  private readonly instrumentId: number;
  private readonly nowNs: Float64Array;
  /** `[when the book last took a delta, staleAfterNs]` */
  private readonly timing: Float64Array;
  private readonly view: BookDeltaView;
  private readonly buffer: DeltaBuffer;
  /** `[first id of the first buffered delta, last id of the last]` */
  private readonly bufferedIds: Float64Array;
  private wantedBefore: number;

  /** @throws RangeError when `staleAfterNs` or `bufferBytes` is out of range. */
  constructor(options: UpdateIdFeedOptions) {
    const { instrumentId, book, nowNs, staleAfterNs, bufferBytes = 4_194_304 } = options;
    if (!(staleAfterNs > 0)) {
      throw new RangeError(`update id feed: staleAfterNs ${staleAfterNs} must be above 0`);
    }
    this.kind = FeedKind.UPDATE_ID;
    this.book = book;
    this.counters = new Float64Array(FEED_COUNTER_COUNT);
    this.updateId = new Float64Array(1);
    this.state = FeedState.EMPTY;
    this.invalidReason = InvalidReason.NEVER_LIVE;
    this.needsSnapshot = 0;
    this.instrumentId = instrumentId | 0;
    this.nowNs = nowNs;
    this.timing = new Float64Array([0, staleAfterNs]);
    this.view = new BookDeltaView();
    this.buffer = new DeltaBuffer(bufferBytes);
    this.bufferedIds = new Float64Array(2);
    this.wantedBefore = 0;
  }

  /** Whether the book may be read. A valid book may still be stale. */
  get isValid(): boolean {
    return this.state === FeedState.LIVE;
  }

  /** Whether the book is not valid, or took no delta for longer than `staleAfterNs`, or the clock makes no sense. */
  isStale(): boolean {
    const ageNs = this.nowNs[0]! - this.timing[0]!;
    return this.state !== FeedState.LIVE || !(ageNs >= 0 && ageNs <= this.timing[1]!);
  }

  /**
   * Takes a BookDelta record that is a DELTA.
   * @param blockByte where its block begins in `i32`
   * @param limitByte end of the bytes that the plugin wrote
   */
  onDelta(i32: Int32Array, blockByte: number, limitByte: number): FeedCode {
    const view = this.view;
    this.counters[FeedCounter.DELTAS]!++;
    if (view.read(i32, blockByte, limitByte) === 0 || view.snapshot !== BookImage.DELTA)
      return this.refuseBroken();
    if (view.instrumentId !== this.instrumentId) return this.refuseBroken();
    if (this.state <= FeedState.SYNCING) return this.holdInOrder(i32, blockByte);
    const id = this.updateId[0]!;
    if (view.updateIds[LAST_UPDATE_ID]! <= id) return this.ignore();
    if (view.updateIds[FIRST_UPDATE_ID]! > id + 1) return this.startOverFrom(i32, blockByte);
    const reason = this.applyDelta(i32);
    if (reason !== InvalidReason.NONE) return this.refuse(reason);
    if (this.state === FeedState.LIVE) return FeedCode.APPLIED;
    return this.goLive();
  }

  /** Takes a BookDelta record that is a WHOLE image: these venues send no others. Parameters as for `onDelta`. */
  onSnapshot(i32: Int32Array, blockByte: number, limitByte: number): FeedCode {
    const view = this.view;
    this.counters[FeedCounter.SNAPSHOTS]!++;
    if (view.read(i32, blockByte, limitByte) === 0 || view.snapshot !== BookImage.WHOLE)
      return this.refuseBroken();
    if (view.instrumentId !== this.instrumentId) return this.refuseBroken();
    if (this.state === FeedState.EMPTY || this.state === FeedState.LIVE) return this.ignore();
    const lastUpdateId = view.updateIds[LAST_UPDATE_ID]!;
    if (this.state === FeedState.BRIDGING && lastUpdateId <= this.updateId[0]!) return this.ignore();
    return this.bookSnapshot(i32);
  }

  /** The venue's session is gone: the book is invalid, and what was buffered will not be continued. */
  onDisconnect(): void {
    this.leaveBook(InvalidReason.DISCONNECTED);
    this.buffer.clear();
    this.state = FeedState.EMPTY;
    this.needsSnapshot = 0;
  }

  /** Fills the block of a BookTop record but for timeNs. Only sensible while the book is valid. */
  copyTop(target: Int32Array, blockByte: number): void {
    this.book.copyTop(target, blockByte);
    writeInt64(target, (blockByte + BookTop.updateId) >> 2, this.updateId[0]!);
    target[(blockByte + BookTop.instrumentId) >> 2] = this.instrumentId;
  }

  /** SYNCING and BRIDGING: replaces the book, unless deltas are missing between snapshot and buffer. */
  private bookSnapshot(i32: Int32Array): FeedCode {
    if (this.buffer.count > 0 && this.view.updateIds[LAST_UPDATE_ID]! + 1 < this.bufferedIds[0]!) {
      this.counters[FeedCounter.SNAPSHOTS_STALE]!++;
      this.wantSnapshot();
      return FeedCode.REFUSED;
    }
    this.book.clear();
    const reason = this.applyGroups(i32);
    if (reason !== InvalidReason.NONE) return this.refuse(reason);
    this.updateId[0] = this.view.updateIds[LAST_UPDATE_ID]!;
    this.needsSnapshot = 0;
    return this.replay();
  }

  /** EMPTY and SYNCING: keeps the buffer gapless and without duplicates. */
  private holdInOrder(i32: Int32Array, blockByte: number): FeedCode {
    const ids = this.view.updateIds;
    if (this.buffer.count > 0) {
      if (ids[LAST_UPDATE_ID]! <= this.bufferedIds[1]!) return this.ignore();
      if (ids[FIRST_UPDATE_ID]! > this.bufferedIds[1]! + 1) return this.startOverFrom(i32, blockByte);
    }
    if (this.hold(i32, blockByte) === 0) {
      this.buffer.clear();
      this.hold(i32, blockByte);
      this.state = FeedState.SYNCING;
      this.wantSnapshot();
      return FeedCode.RESTARTED;
    }
    if (this.state === FeedState.EMPTY) {
      this.state = FeedState.SYNCING;
      this.wantSnapshot();
    }
    return FeedCode.HELD;
  }

  /** A gap: what is known is worth nothing, and the delta that showed it is the first of the new buffer. */
  private startOverFrom(i32: Int32Array, blockByte: number): FeedCode {
    const code = this.state === FeedState.LIVE ? FeedCode.INVALIDATED : FeedCode.RESTARTED;
    this.counters[FeedCounter.GAPS]!++;
    this.leaveBook(InvalidReason.GAP);
    this.buffer.clear();
    this.hold(i32, blockByte);
    this.state = FeedState.SYNCING;
    this.wantSnapshot();
    return code;
  }

  private hold(i32: Int32Array, blockByte: number): number {
    const { buffer, view, bufferedIds } = this;
    if (buffer.append(i32, blockByte, view.endByte) === 0) {
      this.counters[FeedCounter.OVERFLOWS]!++;
      return 0;
    }
    if (buffer.count === 1) bufferedIds[0] = view.updateIds[FIRST_UPDATE_ID]!;
    bufferedIds[1] = view.updateIds[LAST_UPDATE_ID]!;
    return 1;
  }

  /** Applies what was buffered behind the snapshot. The buffer is gapless and the snapshot reaches it, so every delta is old or due. */
  private replay(): FeedCode {
    const { buffer, view } = this;
    const words = buffer.words;
    this.state = FeedState.BRIDGING;
    let applied = 0;
    for (let entry = 0; entry < buffer.usedBytes; entry = buffer.nextEntry(entry)) {
      view.read(words, buffer.blockOf(entry), buffer.nextEntry(entry));
      if (view.updateIds[LAST_UPDATE_ID]! <= this.updateId[0]!) {
        this.counters[FeedCounter.IGNORED]!++;
        continue;
      }
      const reason = this.applyDelta(words);
      if (reason !== InvalidReason.NONE) {
        buffer.clear();
        return this.refuse(reason);
      }
      applied = 1;
    }
    buffer.clear();
    return applied === 0 ? FeedCode.HELD : this.goLive();
  }

  private goLive(): FeedCode {
    this.state = FeedState.LIVE;
    this.invalidReason = InvalidReason.NONE;
    return FeedCode.BECAME_LIVE;
  }

  private applyDelta(i32: Int32Array): InvalidReason {
    const reason = this.applyGroups(i32);
    if (reason !== InvalidReason.NONE) return reason;
    this.updateId[0] = this.view.updateIds[LAST_UPDATE_ID]!;
    this.timing[0] = this.nowNs[0]!;
    this.counters[FeedCounter.APPLIED]!++;
    return InvalidReason.NONE;
  }

  private applyGroups(i32: Int32Array): InvalidReason {
    const { book, view } = this;
    const bids = book.applyGroup(BookSide.BID, i32, view.bidsByte, view.bidBytes, view.bidCount);
    const asks = book.applyGroup(BookSide.ASK, i32, view.asksByte, view.askBytes, view.askCount);
    const code = (bids | asks) !== 0 ? BookCode.VALUE_REFUSED : book.finishDelta();
    this.counters[FeedCounter.LEVELS] = book.counters[BookCounter.LEVELS]!;
    if (code === BookCode.OK) return InvalidReason.NONE;
    if (code === BookCode.VALUE_REFUSED) return InvalidReason.VALUE;
    if (code === BookCode.INCOMPLETE) return InvalidReason.INCOMPLETE;
    this.counters[FeedCounter.CROSSED]!++;
    return InvalidReason.CROSSED;
  }

  /** A record whose outline is broken. Without a book to lose there is nothing to start over. */
  private refuseBroken(): FeedCode {
    if (this.state >= FeedState.BRIDGING) return this.refuse(InvalidReason.STRUCTURE);
    this.counters[FeedCounter.REFUSED]!++;
    return FeedCode.REFUSED;
  }

  /** Gives up the book for a fault in it or in the record just read, and wants a snapshot. The buffer stays. */
  private refuse(reason: InvalidReason): FeedCode {
    const code = this.state === FeedState.LIVE ? FeedCode.INVALIDATED : FeedCode.REFUSED;
    this.counters[FeedCounter.REFUSED]!++;
    this.leaveBook(reason);
    this.state = FeedState.SYNCING;
    this.wantSnapshot();
    return code;
  }

  private leaveBook(reason: InvalidReason): void {
    if (this.state === FeedState.LIVE) this.invalidReason = reason;
    this.book.clear();
    this.updateId[0] = 0;
  }

  private wantSnapshot(): void {
    if (this.wantedBefore !== 0) this.counters[FeedCounter.RESYNCS]!++;
    this.wantedBefore = 1;
    this.needsSnapshot = 1;
  }

  private ignore(): FeedCode {
    this.counters[FeedCounter.IGNORED]!++;
    return FeedCode.IGNORED;
  }
}
