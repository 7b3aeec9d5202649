import type { SweepCost } from "./market-options.ts";
import { Notional } from "./notional.hot.ts";
import type { RecordedBook } from "./recorded-book.hot.ts";
import type { Recording } from "./recording.ts";
import type { Side } from "./types.ts";

/**
 * What client orders can take from one side of the recorded book: what it shows, less what they have taken already. The
 * recording does not know of that and goes on showing the taken quantity; only what it shows beyond is available. When
 * the level falls below what was taken, that much of it would have gone anyway and no longer counts; so a level that
 * empties and fills again is fresh.
 */
export class RecordedLiquidity {
  private readonly recording: Recording;
  private readonly book: RecordedBook;
  private readonly side: Side;
  private readonly taken = new Map<number, number>();

  constructor(recording: Recording, book: RecordedBook, side: Side) {
    this.recording = recording;
    this.book = book;
    this.side = side;
  }

  /** Nothing is taken. */
  get untouched(): boolean {
    return this.taken.size === 0;
  }

  clear(): void {
    this.taken.clear();
  }

  /** What an order can still have at that place. */
  available(place: number): number {
    const shown = this.book.shownQuantity(this.side, place);
    return this.taken.size === 0 ? shown : Math.max(0, shown - (this.taken.get(place) ?? 0));
  }

  price(place: number): number {
    return this.recording.prices[place] ?? 0;
  }

  /** The best place with something available, or -1. */
  best(): number {
    return this.next(this.book.start(this.side));
  }

  /** The next worse place with something available, or -1. */
  next(from: number): number {
    let place = this.book.shownNext(this.side, from);
    while (place >= 0 && this.available(place) <= 0) place = this.book.shownNext(this.side, place);
    return place;
  }

  /** The recorded book by the venue's rules, whatever was taken, as [price, quantity], best first. */
  officialLevels(levelsMax: number): [number, number][] {
    const { book, side } = this;
    const levels: [number, number][] = [];
    let place = book.officialNext(side, book.start(side));
    while (place >= 0 && levels.length < levelsMax) {
      levels.push([this.price(place), book.officialQuantity(side, place)]);
      place = book.officialNext(side, place);
    }
    return levels;
  }

  take(place: number, quantity: number): void {
    this.taken.set(place, (this.taken.get(place) ?? 0) + quantity);
  }

  /** After each frame that may have changed the book. */
  refresh(): void {
    for (const [place, taken] of this.taken) {
      const shown = this.book.shownQuantity(this.side, place);
      if (shown === 0) this.taken.delete(place);
      else if (shown < taken) this.taken.set(place, shown);
    }
  }

  /** What taking that quantity would cost; less is available when the answer's quantity is smaller. */
  cost(quantity: number): SweepCost {
    const quote = new Notional();
    let remaining = quantity;
    for (let place = this.best(); remaining > 0 && place >= 0; place = this.next(place)) {
      const taken = Math.min(remaining, this.available(place));
      quote.add(this.price(place), taken);
      remaining -= taken;
    }
    return { quantity: quantity - remaining, quote: quote.value() };
  }

  /** Whether that quantity is available at the limit or better. */
  covers(quantity: number, limit: number): boolean {
    let remaining = quantity;
    for (let place = this.best(); remaining > 0 && place >= 0; place = this.next(place)) {
      const price = this.price(place);
      if (this.side === 1 ? price < limit : price > limit) return false;
      remaining -= this.available(place);
    }
    return remaining <= 0;
  }
}
