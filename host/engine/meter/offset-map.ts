/** In place of an original offset: from here on the metered module has code that the original has not. */
export const NO_OFFSET = 0xffff_ffff;

/**
 * Leads from an offset in the metered module, which a stack trace shows, back to the offset in the verified
 * module, which a source map knows. Pairs (metered, original) of the starts of the code that was copied
 * unchanged, ascending.
 */
export class OffsetMap {
  readonly #pairs: Uint32Array;

  constructor(pairs: Uint32Array) {
    this.#pairs = pairs;
  }

  get size(): number {
    return this.#pairs.length / 2;
  }

  /** What the map is made of, for another thread's map. */
  copyPairs(): Uint32Array {
    return this.#pairs.slice();
  }

  /**
   * Offset in the verified module; null outside of the original code, such as in the wrappers. Within inserted code: that of the
   * instruction before it.
   */
  originalOffset(meteredOffset: number): number | null {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pairs[2 * middle] ?? 0) <= meteredOffset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return null;
    const metered = this.#pairs[2 * low - 2] ?? 0;
    const original = this.#pairs[2 * low - 1] ?? 0;
    if (original === NO_OFFSET) return null;
    const nextOriginal = this.#pairs[2 * low + 1] ?? Number.POSITIVE_INFINITY;
    return Math.min(original + (meteredOffset - metered), nextOriginal);
  }
}
