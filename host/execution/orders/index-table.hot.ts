import { committed } from "../../../abi/host/index.ts";
/**
 * Hash table from three 32-bit keys to a small integer: open addressing, linear probing, deletion by shifting back, so that
 * probe chains do not grow with age as they would with tombstones. Holds at most half its slots.
 */
export class IndexTable {
  readonly sizeMax: number;
  size: number;
  readonly #mask: number;
  readonly #keys: Int32Array;
  readonly #values: Int32Array;

  /** `sizeMax`: entries it must hold; the slots are the next power of two of twice that. */
  constructor(sizeMax: number) {
    const slots = 2 ** (32 - Math.clz32(Math.max(8, sizeMax * 2) - 1));
    this.sizeMax = sizeMax;
    this.size = 0;
    this.#mask = slots - 1;
    this.#keys = committed(new Int32Array(slots * 3));
    this.#values = new Int32Array(slots).fill(-1);
  }

  /** The value (0 or more), or −1. */
  find(a: number, b: number, c: number): number {
    return this.#values[this.#slotOf(a, b, c)]!;
  }

  /** Sets or overwrites; returns 1, or 0 when it is full. */
  insert(a: number, b: number, c: number, value: number): number {
    const slot = this.#slotOf(a, b, c);
    const values = this.#values;
    if (values[slot]! < 0) {
      if (this.size >= this.sizeMax) return 0;
      this.size += 1;
      const keys = this.#keys;
      keys[slot * 3] = a;
      keys[slot * 3 + 1] = b;
      keys[slot * 3 + 2] = c;
    }
    values[slot] = value;
    return 1;
  }

  /** Removes the entry if it still points to `value`; returns 1 when it did. */
  remove(a: number, b: number, c: number, value: number): number {
    const slot = this.#slotOf(a, b, c);
    if (this.#values[slot] !== value) return 0;
    this.size -= 1;
    this.#closeGap(slot);
    return 1;
  }

  /** Slot that holds the key, or the empty one where it would go. */
  #slotOf(a: number, b: number, c: number): number {
    const mask = this.#mask;
    const keys = this.#keys;
    const values = this.#values;
    const low = a | 0;
    const middle = b | 0;
    const high = c | 0;
    let slot = mixKeys(low, middle, high) & mask;
    while (values[slot]! >= 0) {
      const at = slot * 3;
      if (keys[at] === low && keys[at + 1] === middle && keys[at + 2] === high) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #closeGap(emptied: number): void {
    const mask = this.#mask;
    const keys = this.#keys;
    const values = this.#values;
    let gap = emptied;
    let slot = (gap + 1) & mask;
    while (values[slot]! >= 0) {
      const at = slot * 3;
      const home = mixKeys(keys[at]!, keys[at + 1]!, keys[at + 2]!) & mask;
      // The entry may move into the gap when its home is not between the gap (excluded) and its slot (included).
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        keys[gap * 3] = keys[at]!;
        keys[gap * 3 + 1] = keys[at + 1]!;
        keys[gap * 3 + 2] = keys[at + 2]!;
        values[gap] = values[slot]!;
        gap = slot;
      }
      slot = (slot + 1) & mask;
    }
    values[gap] = -1;
  }
}

function mixKeys(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
