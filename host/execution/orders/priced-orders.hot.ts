import { OrderType, Side } from "../../../abi/host/index.ts";
import type { OrderColumns } from "./order-columns.ts";

const NONE = -1;

/**
 * Open orders of each (instrument, side) by price, the one that is first to trade in front: a treap over the slots of the order table. With 5,000
 * orders on a side it is some 12 to 25 steps deep, where a walk over all of them took 40 µs of each order on the other side.
 *
 * ```
 * links   ┌ left, right of slot 0 ┬ left, right of slot 1 ┬ … ┬ root of list 0 ┬ root of list 1 ┬ …      a slot, or -1
 *         0                       2                       4   2 × capacity
 * ```
 *
 * A node is before those of its right and behind those of its left link, by key and then by slot; its rank, a hash of the slot, is above both. So the
 * shape follows from which orders are in, never from the order in which they came, and prices that come sorted make it no deeper.
 */
export class PricedOrders {
  readonly #columns: OrderColumns;
  readonly #links: Int32Array;
  /** By slot, as it was on entry: the price of a purchase, less the price of a sale, Infinity for MARKET. The higher, the sooner it trades. */
  readonly #keys: Float64Array;
  readonly #roots: number;

  constructor(columns: OrderColumns, lists: number) {
    this.#columns = columns;
    this.#links = new Int32Array(columns.capacity * 2 + lists).fill(NONE);
    this.#keys = new Float64Array(columns.capacity).fill(0);
    this.#roots = columns.capacity * 2;
  }

  /** Slot of the order that is first to trade, or −1. */
  first(list: number): number {
    const links = this.#links;
    let node = links[this.#roots + list]!;
    if (node < 0) return NONE;
    while (links[2 * node]! >= 0) node = links[2 * node]!;
    return node;
  }

  /** Enters an order that is not in. */
  enter(list: number, slot: number): void {
    const links = this.#links;
    this.#setKey(slot);
    const rank = rankOf(slot);
    let at = this.#roots + list;
    let node = links[at]!;
    while (node >= 0 && rankOf(node) > rank) {
      at = 2 * node + this.#isBehind(slot, node);
      node = links[at]!;
    }
    links[at] = slot;
    let before = 2 * slot;
    let behind = before + 1;
    // What was here is parted into what comes before the new order and what comes behind it.
    while (node >= 0) {
      if (this.#isBehind(slot, node) === 1) {
        links[before] = node;
        before = 2 * node + 1;
        node = links[before]!;
      } else {
        links[behind] = node;
        behind = 2 * node;
        node = links[behind]!;
      }
    }
    links[before] = NONE;
    links[behind] = NONE;
  }

  /** Takes an order out; no effect when it is not in. */
  leave(list: number, slot: number): void {
    const links = this.#links;
    let at = this.#roots + list;
    while (links[at] !== slot) {
      const node = links[at]!;
      if (node < 0) return;
      at = 2 * node + this.#isBehind(slot, node);
    }
    let before = links[2 * slot]!;
    let behind = links[2 * slot + 1]!;
    while (before >= 0 && behind >= 0) {
      if (rankOf(before) > rankOf(behind)) {
        links[at] = before;
        at = 2 * before + 1;
        before = links[at]!;
      } else {
        links[at] = behind;
        at = 2 * behind;
        behind = links[at]!;
      }
    }
    links[at] = before >= 0 ? before : behind;
  }

  #setKey(slot: number): void {
    const columns = this.#columns;
    const price = columns.price[slot]!;
    if (columns.orderType[slot] === OrderType.MARKET) this.#keys[slot] = Number.POSITIVE_INFINITY;
    else this.#keys[slot] = columns.side[slot] === Side.BUY ? price : -price;
  }

  #isBehind(slot: number, node: number): number {
    const key = this.#keys[slot]!;
    const other = this.#keys[node]!;
    return key === other ? (slot > node ? 1 : 0) : key < other ? 1 : 0;
  }
}

/** A mixture of the slot's bits, different for each slot: the last steps of MurmurHash3, which can be undone. */
function rankOf(slot: number): number {
  let rank = Math.imul(slot ^ (slot >>> 16), 0x85eb_ca6b);
  rank = Math.imul(rank ^ (rank >>> 13), 0xc2b2_ae35);
  return (rank ^ (rank >>> 16)) >>> 0;
}
