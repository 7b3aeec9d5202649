import type { Order } from "./order.ts";

/** Stands for an unknown quantity ahead, while there is no book; the next book sets it. */
export const AHEAD_UNKNOWN: number = Number.MAX_SAFE_INTEGER;

/**
 * A client order resting in a recorded market, and the recorded quantity in front of it.
 *
 * A print and the fall of the level that it caused arrive as separate frames, the fall first in four of five cases. The
 * fall is then already off the queue ahead, and the print must not be taken off again: falls are remembered as `early`
 * for a short time, and prints are set against them first. For the same reason prints do not count at all in that time
 * after the order has joined: their fall may lie before it.
 */
export class QueuedOrder {
  readonly order: Order;
  /** Of the order's price in the recording, or -1 when the recording never has it. */
  readonly place: number;
  ahead: number;
  private readonly printLagMaxNs: number;
  private readonly countsFromNs: number;
  private early = 0;
  private earlyUntilNs = 0;

  constructor(order: Order, place: number, ahead: number, timeNs: number, printLagMaxNs: number) {
    this.order = order;
    this.place = place;
    this.ahead = ahead;
    this.printLagMaxNs = printLagMaxNs;
    this.countsFromNs = timeNs + printLagMaxNs;
  }

  /** The level now shows that much: cancels came from behind us, unless there is less than stood ahead. */
  clamp(shown: number, timeNs: number): void {
    if (shown >= this.ahead) return;
    if (this.ahead !== AHEAD_UNKNOWN) {
      if (timeNs > this.earlyUntilNs) this.early = 0;
      this.early += this.ahead - shown;
      this.earlyUntilNs = timeNs + this.printLagMaxNs;
    }
    this.ahead = shown;
  }

  /** A client took that much from the recorded quantity at our level. */
  advance(quantity: number): void {
    if (this.ahead !== AHEAD_UNKNOWN) this.ahead = Math.max(0, this.ahead - quantity);
  }

  /** A print at our price: takes it off the queue ahead and returns what reaches us, at most the leaves. */
  absorb(printed: number, timeNs: number): number {
    if (timeNs < this.countsFromNs || this.ahead === AHEAD_UNKNOWN) return 0;
    const late = timeNs <= this.earlyUntilNs ? Math.min(printed, this.early) : 0;
    this.early -= late;
    const fresh = printed - late;
    const reaching = Math.max(0, fresh - this.ahead);
    this.ahead = Math.max(0, this.ahead - fresh);
    return Math.min(this.order.leaves, reaching);
  }

  /** A print beyond our price: its taker would have met us first. Returns what reaches us, at most the leaves. */
  absorbBeyond(printed: number, timeNs: number): number {
    return timeNs < this.countsFromNs ? 0 : Math.min(this.order.leaves, printed);
  }
}
