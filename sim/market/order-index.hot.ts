import { doubled, emptySlots } from "./growth.ts";
import type { Order } from "./order.ts";

/**
 * Open orders by order id: open addressing with linear probing. Ids are given out in sequence, so the low bits alone
 * spread them perfectly; deletion shifts later entries back, so no tombstones pile up.
 */
export class OrderIndex {
  size = 0;
  private mask: number;
  private keys: Float64Array;
  private values: (Order | null)[];

  /** The capacity is a power of two and doubles when half of it is in use. */
  constructor(capacity: number) {
    this.mask = capacity - 1;
    this.keys = new Float64Array(capacity);
    this.values = emptySlots<Order>(capacity);
  }

  get(orderId: number): Order | null {
    const index = this.position(orderId);
    const order = this.values[index];
    return order === undefined ? null : order;
  }

  /** Ids are positive integers and not yet present. */
  add(order: Order): void {
    if (this.size * 2 > this.mask) this.grow();
    const index = this.position(order.orderId);
    this.keys[index] = order.orderId;
    this.values[index] = order;
    this.size += 1;
  }

  /** The id must be present. */
  remove(orderId: number): void {
    const { mask, keys, values } = this;
    let hole = this.position(orderId);
    let probe = hole;
    for (;;) {
      probe = (probe + 1) & mask;
      const key = keys[probe]!;
      if (key === 0) break;
      // An entry may move into the hole only when its home does not lie behind the hole.
      if (((probe - key) & mask) < ((probe - hole) & mask)) continue;
      const moved = values[probe];
      keys[hole] = key;
      values[hole] = moved === undefined ? null : moved;
      hole = probe;
    }
    keys[hole] = 0;
    values[hole] = null;
    this.size -= 1;
  }

  /** Where the id stands, or the free place where it would. */
  private position(orderId: number): number {
    const { mask, keys } = this;
    let index = orderId & mask;
    for (;;) {
      const key = keys[index]!;
      if (key === orderId || key === 0) return index;
      index = (index + 1) & mask;
    }
  }

  private grow(): void {
    const previous = this.values;
    const capacity = (this.mask + 1) * 2;
    this.mask = capacity - 1;
    this.keys = doubled(this.keys);
    this.keys.fill(0);
    this.values = emptySlots<Order>(capacity);
    for (let index = 0; index < previous.length; index += 1) {
      const order = previous[index];
      if (order === undefined || order === null) continue;
      const place = this.position(order.orderId);
      this.keys[place] = order.orderId;
      this.values[place] = order;
    }
  }
}
