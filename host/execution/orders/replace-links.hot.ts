import type { OrderColumns } from "./order-columns.ts";

const NONE = -1;

/**
 * Which order takes the place of which. A replace is two orders: the *older* one, which is canceled, and the *newer* one, which has a client order id of
 * its own. A link counts only where both ends tell the same: an order can be replaced again when a replacement was refused, and slots are used again.
 */
export class ReplaceLinks {
  readonly #columns: OrderColumns;

  constructor(columns: OrderColumns) {
    this.#columns = columns;
  }

  link(newer: number, older: number): void {
    this.#columns.replaces[newer] = older + 1;
    this.#columns.replacedBy[older] = newer + 1;
  }

  /** Slot of the order whose place the one in `slot` takes, or −1. */
  olderOf(slot: number): number {
    const older = this.#columns.replaces[slot]! - 1;
    return older >= 0 && this.#columns.replacedBy[older] === slot + 1 ? older : NONE;
  }

  /** Slot of the order that takes the place of the one in `slot`, or −1. */
  newerOf(slot: number): number {
    const newer = this.#columns.replacedBy[slot]! - 1;
    return newer >= 0 && this.#columns.replaces[newer] === slot + 1 ? newer : NONE;
  }

  /** The slot is another order's from now on. */
  forget(slot: number): void {
    this.#columns.replaces[slot] = 0;
    this.#columns.replacedBy[slot] = 0;
  }
}
