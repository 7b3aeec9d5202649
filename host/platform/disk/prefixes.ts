/** A source that is smaller is written seldom; a write that is longer takes so long that what it allocates does not matter. */
const SOURCE_BYTES_MIN = 65_536;
const LENGTH_BYTES_MAX = 131_072;
const GRAIN_BYTES = 8;

type Vector = [Uint8Array];

/**
 * The beginnings of a journal's buffer, one for each length that is a multiple of eight, made once: 16,385 views, some 2 MiB.
 *
 * A journal writes from the beginning of one buffer, up to thousands of times a second. `writeSync` leaves 60 bytes a call on the heap (Node 24),
 * `writevSync` of a view that exists leaves none and takes as long.
 */
export class Prefixes {
  readonly #vectorsOf = new WeakMap<Uint8Array, readonly Vector[]>();
  #source: Uint8Array | undefined;
  #vectors: readonly Vector[] = [];

  /** `[source from 0 to lengthBytes]`; undefined where there is no such view. */
  of(source: Uint8Array, lengthBytes: number): Vector | undefined {
    if (source.length < SOURCE_BYTES_MIN || lengthBytes > LENGTH_BYTES_MAX) return undefined;
    if (lengthBytes % GRAIN_BYTES !== 0) return undefined;
    if (source !== this.#source) this.#turnTo(source);
    return this.#vectors[lengthBytes / GRAIN_BYTES];
  }

  #turnTo(source: Uint8Array): void {
    const vectors = this.#vectorsOf.get(source) ?? prefixesOf(source);
    this.#vectorsOf.set(source, vectors);
    this.#source = source;
    this.#vectors = vectors;
  }
}

function prefixesOf(source: Uint8Array): readonly Vector[] {
  const length = Math.floor(Math.min(source.length, LENGTH_BYTES_MAX) / GRAIN_BYTES) + 1;
  return Array.from({ length }, (_none, index) => [
    new Uint8Array(source.buffer, source.byteOffset, index * GRAIN_BYTES),
  ]);
}
