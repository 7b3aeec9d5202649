/**
 * A set of integers below a fixed capacity that finds its neighbours fast: a bitmap, a bitmap of its non-zero words,
 * and so on up to one word. Four tiers hold a million places; each operation touches one word a tier.
 */
export class PlaceSet {
  private readonly tiers: Int32Array[] = [];
  private readonly tierCount: number;

  constructor(capacity: number) {
    // One place more: below(capacity) starts there, also when the capacity is a power of 32.
    let size = capacity + 1;
    do {
      size = (size + 31) >>> 5;
      this.tiers.push(new Int32Array(size));
    } while (size > 1);
    this.tierCount = this.tiers.length;
  }

  clear(): void {
    for (let tier = 0; tier < this.tierCount; tier += 1) {
      const words = this.tiers[tier];
      if (words !== undefined) words.fill(0);
    }
  }

  add(place: number): void {
    let index = place;
    for (let tier = 0; tier < this.tierCount; tier += 1) {
      const words = this.tiers[tier];
      if (words === undefined) return;
      const word = words[index >>> 5]!;
      words[index >>> 5] = word | (1 << (index & 31));
      if (word !== 0) return;
      index >>>= 5;
    }
  }

  remove(place: number): void {
    let index = place;
    for (let tier = 0; tier < this.tierCount; tier += 1) {
      const words = this.tiers[tier];
      if (words === undefined) return;
      const word = words[index >>> 5]! & ~(1 << (index & 31));
      words[index >>> 5] = word;
      if (word !== 0) return;
      index >>>= 5;
    }
  }

  /** The greatest member below the place, or -1; below(capacity) is the greatest of all. */
  below(place: number): number {
    let index = place;
    for (let tier = 0; tier < this.tierCount; tier += 1) {
      const words = this.tiers[tier];
      if (words === undefined) return -1;
      const word = index >>> 5;
      const bits = words[word]! & ((1 << (index & 31)) - 1);
      if (bits !== 0) return this.descend(tier, (word << 5) + 31 - Math.clz32(bits), true);
      index = word;
    }
    return -1;
  }

  /** The smallest member above the place, or -1; above(-1) is the smallest of all. */
  above(place: number): number {
    let index = place;
    for (let tier = 0; tier < this.tierCount; tier += 1) {
      const words = this.tiers[tier];
      if (words === undefined) return -1;
      const next = index + 1;
      const word = next >>> 5;
      const bits = word < words.length ? words[word]! & (-1 << (next & 31)) : 0;
      if (bits !== 0) return this.descend(tier, (word << 5) + 31 - Math.clz32(bits & -bits), false);
      index = word;
    }
    return -1;
  }

  /** From a set bit of a tier to the greatest or smallest member under it. */
  private descend(fromTier: number, fromIndex: number, greatest: boolean): number {
    let index = fromIndex;
    for (let tier = fromTier - 1; tier >= 0; tier -= 1) {
      const words = this.tiers[tier];
      if (words === undefined) return -1;
      const bits = words[index]!;
      index = (index << 5) + 31 - Math.clz32(greatest ? bits : bits & -bits);
    }
    return index;
  }
}
