import { PlaceSet } from "./place-set.hot.ts";
import { FRAME_KIND } from "./recorded-frame.ts";
import type { Recording } from "./recording.ts";
import type { Side } from "./types.ts";

/**
 * The recorded market's book, by the places of prices in the recording (see Recording).
 *
 * There are two views. The official one follows the venue's rules for a local book: a snapshot, then depth frames in
 * unbroken order of update ids. The shown one is what a venue would have had at that instant: depth frames come in
 * steps of 100 ms, the best price and its quantity come at once, so a bookTicker newer than the official book covers
 * the levels at and before its prices. Both are empty until the first snapshot, and after a gap until the next.
 */
export class RecordedBook {
  /** u of the last depth frame applied, or lastUpdateId of the snapshot; -1 before it. */
  lastUpdateId = -1;
  synchronised = false;
  gapCount = 0;
  private readonly recording: Recording;
  private readonly bidQuantity: Float64Array;
  private readonly askQuantity: Float64Array;
  private readonly bidPlaces: PlaceSet;
  private readonly askPlaces: PlaceSet;
  private readonly placeCount: number;
  private tickerId = -1;
  private tickerBid = -1;
  private tickerAsk = -1;
  private tickerBidQuantity = 0;
  private tickerAskQuantity = 0;

  constructor(recording: Recording) {
    this.recording = recording;
    this.placeCount = recording.prices.length;
    this.bidQuantity = new Float64Array(this.placeCount);
    this.askQuantity = new Float64Array(this.placeCount);
    this.bidPlaces = new PlaceSet(this.placeCount);
    this.askPlaces = new PlaceSet(this.placeCount);
  }

  reset(): void {
    this.empty();
    this.gapCount = 0;
    this.tickerId = -1;
  }

  /** A depth frame: ignored when old, refused with the whole book when ids are missing before it. */
  applyDepth(line: number): void {
    const lastUpdateId = this.recording.lastUpdateId[line]!;
    if (!this.synchronised || lastUpdateId <= this.lastUpdateId) return;
    if (this.recording.firstUpdateId[line]! > this.lastUpdateId + 1) {
      this.gapCount += 1;
      this.empty();
      return;
    }
    this.setLevels(line);
    this.lastUpdateId = lastUpdateId;
  }

  /** A snapshot, when there is no book; then the depth frames received before it which are newer than it. */
  applySnapshot(line: number): void {
    if (this.synchronised) return;
    const { kind, lastUpdateId } = this.recording;
    const snapshotId = lastUpdateId[line]!;
    let first = line;
    for (let earlier = line - 1; earlier >= 0; earlier -= 1) {
      if (kind[earlier] === FRAME_KIND.snapshot) break;
      if (kind[earlier] !== FRAME_KIND.depth) continue;
      if (lastUpdateId[earlier]! <= snapshotId) break;
      first = earlier;
    }
    this.empty();
    this.setLevels(line);
    this.lastUpdateId = snapshotId;
    this.synchronised = true;
    for (let later = first; later < line; later += 1) {
      if (kind[later] === FRAME_KIND.depth) this.applyDepth(later);
    }
  }

  applyBookTicker(line: number): void {
    const { asksBegin, entryBegin, entryPlace, entryQuantity, lastUpdateId } = this.recording;
    const bid = entryBegin[line]!;
    const ask = asksBegin[line]!;
    this.tickerId = lastUpdateId[line]!;
    this.tickerBid = entryPlace[bid]!;
    this.tickerBidQuantity = entryQuantity[bid]!;
    this.tickerAsk = entryPlace[ask]!;
    this.tickerAskQuantity = entryQuantity[ask]!;
  }

  officialQuantity(side: Side, place: number): number {
    return side === 1 ? this.bidQuantity[place]! : this.askQuantity[place]!;
  }

  /** The next worse place with an official level, or -1; from `start(side)` it is the best. */
  officialNext(side: Side, place: number): number {
    return side === 1 ? this.bidPlaces.below(place) : this.askPlaces.above(place);
  }

  /** Where iteration over a side starts: better than every place. */
  start(side: Side): number {
    return side === 1 ? this.placeCount : -1;
  }

  /** 0 for a place of -1, which stands for a price the recording never has. */
  shownQuantity(side: Side, place: number): number {
    if (!this.synchronised || place < 0) return 0;
    if (this.tickerId > this.lastUpdateId) {
      const ticker = side === 1 ? this.tickerBid : this.tickerAsk;
      if (place === ticker) return side === 1 ? this.tickerBidQuantity : this.tickerAskQuantity;
      if (side === 1 ? place > ticker : place < ticker) return 0;
    }
    return side === 1 ? this.bidQuantity[place]! : this.askQuantity[place]!;
  }

  /** As officialNext, for the shown view. */
  shownNext(side: Side, place: number): number {
    if (!this.synchronised) return -1;
    if (this.tickerId > this.lastUpdateId) {
      const ticker = side === 1 ? this.tickerBid : this.tickerAsk;
      if (side === 1 ? place > ticker : place < ticker) {
        const quantity = side === 1 ? this.tickerBidQuantity : this.tickerAskQuantity;
        return quantity > 0 ? ticker : this.officialNext(side, ticker);
      }
    }
    return this.officialNext(side, place);
  }

  private empty(): void {
    this.synchronised = false;
    this.lastUpdateId = -1;
    this.bidQuantity.fill(0);
    this.askQuantity.fill(0);
    this.bidPlaces.clear();
    this.askPlaces.clear();
  }

  private setLevels(line: number): void {
    const { asksBegin, entryBegin } = this.recording;
    const middle = asksBegin[line]!;
    this.setSide(this.bidQuantity, this.bidPlaces, entryBegin[line]!, middle);
    this.setSide(this.askQuantity, this.askPlaces, middle, entryBegin[line + 1]!);
  }

  private setSide(quantities: Float64Array, places: PlaceSet, begin: number, end: number): void {
    const { entryPlace, entryQuantity } = this.recording;
    for (let entry = begin; entry < end; entry += 1) {
      const place = entryPlace[entry]!;
      const quantity = entryQuantity[entry]!;
      quantities[place] = quantity;
      if (quantity === 0) places.remove(place);
      else places.add(place);
    }
  }
}
