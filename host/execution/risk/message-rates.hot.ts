import { RateWindow } from "./rate-window.hot.ts";
import type { MessageRate } from "./risk-limits.ts";

/** The windows of every venue's message limits, as the gate counts them. A venue may have several (10 s and a day). */
export class MessageRates {
  /** Cancels that went out although a venue's window was full: they are counted, never blocked. In cell 0. */
  readonly cancelsBeyondLimit: Float64Array;
  readonly #windows: RateWindow[];
  readonly #venues: Int32Array;
  readonly #reserves: Int32Array;

  constructor(rates: readonly MessageRate[]) {
    this.cancelsBeyondLimit = new Float64Array(1);
    this.#windows = [];
    for (const rate of rates) this.#windows.push(new RateWindow(rate.messagesMax, rate.windowNs));
    this.#venues = Int32Array.from(rates, (rate) => rate.venueIndex);
    this.#reserves = Int32Array.from(rates, (rate) => rate.cancelReserve);
  }

  /** 1 when a new order may go to the venue, the cancels' reserve left free. */
  hasRoom(venue: number, now: Float64Array): number {
    for (let at = 0; at < this.#windows.length; at += 1) {
      if (this.#venues[at] === venue && this.#windows[at]!.hasRoom(now, this.#reserves[at]!) === 0) return 0;
    }
    return 1;
  }

  /** 1 when the order that was counted at `stamps[at]` may go to the venue now. */
  hasRoomToMove(venue: number, stamps: Float64Array, at: number, now: Float64Array): number {
    for (let row = 0; row < this.#windows.length; row += 1) {
      if (this.#venues[row] === venue && this.#windows[row]!.hasRoomToMove(stamps, at, now, 1) === 0)
        return 0;
    }
    return 1;
  }

  moveOrder(venue: number, stamps: Float64Array, at: number, now: Float64Array): void {
    for (let row = 0; row < this.#windows.length; row += 1) {
      if (this.#venues[row] === venue) this.#windows[row]!.move(stamps, at, now);
    }
  }

  recordOrder(venue: number, now: Float64Array): void {
    for (let at = 0; at < this.#windows.length; at += 1) {
      if (this.#venues[at] === venue) this.#windows[at]!.record(now);
    }
  }

  recordCancel(venue: number, now: Float64Array): void {
    let isBeyond = 0;
    for (let at = 0; at < this.#windows.length; at += 1) {
      if (this.#venues[at] !== venue) continue;
      if (this.#windows[at]!.hasRoom(now, 0) === 0) isBeyond = 1;
      this.#windows[at]!.record(now);
    }
    this.cancelsBeyondLimit[0] = this.cancelsBeyondLimit[0]! + isBeyond;
  }
}
