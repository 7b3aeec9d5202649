/**
 * At most `eventsMax` in any span of `windowNs`, exactly: a ring of the last stamps. (A token bucket would let nearly twice
 * as many through around a boundary.) Events past the limit may still be recorded: they count.
 */
export class RateWindow {
  readonly eventsMax: number;
  readonly #windowNs: Float64Array;
  readonly #stamps: Float64Array;
  #head: number;

  /** `eventsMax` 1 to 1,000,000; `windowNs` 1 or more. */
  constructor(eventsMax: number, windowNs: number) {
    if (!Number.isInteger(eventsMax) || eventsMax < 1 || eventsMax > 1_000_000) {
      throw new RangeError(
        `rate limit of ${eventsMax} events: expected 1 to 1,000,000; correct the configuration`,
      );
    }
    if (!Number.isSafeInteger(windowNs) || windowNs < 1) {
      throw new RangeError(
        `rate window of ${windowNs} ns: expected a positive integer; correct the configuration`,
      );
    }
    this.eventsMax = eventsMax;
    this.#windowNs = Float64Array.of(windowNs);
    this.#stamps = new Float64Array(eventsMax).fill(Number.NEGATIVE_INFINITY);
    this.#head = 0;
  }

  /** 1 when one more event at `now[0]` keeps `reserve` (0 to eventsMax − 1) of the window free, else 0. */
  hasRoom(now: Float64Array, reserve: number): number {
    let at = this.#head - (this.eventsMax - reserve);
    if (at < 0) at += this.eventsMax;
    return now[0]! - this.#stamps[at]! >= this.#windowNs[0]! ? 1 : 0;
  }

  /**
   * 1 when the event that was recorded at `stamps[at]` may happen at `now[0]` instead, else 0: it has a place in the window, so that no other is needed. `spare` 1 where
   * events past the limit are recorded too: then a ring whose oldest stamp is still within the window may have lost some, and has no room.
   */
  hasRoomToMove(stamps: Float64Array, at: number, now: Float64Array, spare: number): number {
    if (this.#find(stamps[at]!) < 0 || now[0]! - stamps[at]! >= this.#windowNs[0]!)
      return this.hasRoom(now, spare);
    return spare === 0 || now[0]! - this.#stamps[this.#head]! >= this.#windowNs[0]! ? 1 : 0;
  }

  /** The event that was recorded at `stamps[at]` happens at `now[0]`, and counts from then on. */
  move(stamps: Float64Array, at: number, now: Float64Array): void {
    let place = this.#find(stamps[at]!);
    if (place < 0) {
      this.record(now);
      return;
    }
    for (let next = this.#after(place); next !== this.#head; next = this.#after(next)) {
      this.#stamps[place] = this.#stamps[next]!;
      place = next;
    }
    this.#stamps[place] = now[0]!;
  }

  /** Place of the newest event with that stamp, or −1. */
  #find(stamp: number): number {
    let place = this.#head;
    for (let count = 0; count < this.eventsMax; count += 1) {
      place = place === 0 ? this.eventsMax - 1 : place - 1;
      if (this.#stamps[place] === stamp) return place;
      if (this.#stamps[place]! < stamp) return -1;
    }
    return -1;
  }

  #after(place: number): number {
    return place + 1 === this.eventsMax ? 0 : place + 1;
  }

  record(now: Float64Array): void {
    const head = this.#head;
    this.#stamps[head] = now[0]!;
    this.#head = this.#after(head);
  }
}
