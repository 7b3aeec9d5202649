import { committed, PAGE_BYTES } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { WasmMemory } from "./web-assembly.ts";

/**
 * Each memory reserves 10 GiB of address space whatever its size; 128 of them fit the 47 bits of a process
 * many times over.
 */
const MEMORIES_MAX = 128;

/** Pages of all memories together: 1 GiB. */
const PAGES_MAX = 16_384;

/** A memory that was given back, and how much of it, from its beginning, is zero again. */
interface UsedMemory {
  readonly memory: WasmMemory;
  readonly bytes: Uint8Array;
  cleanBytes: number;
}

/**
 * Gives out memories of fixed size (first = last pages) and takes them back. Memories are reused rather than
 * left to the garbage collector: their address space returns only when it gets round to them, and a few
 * hundred swaps would exhaust it first.
 *
 * ```
 *        acquire            release            clean, in slices between events
 *  idle ─────────▶ lent ─────────────▶ used ─────────────────────────────────▶ idle
 *                   ▲                   │
 *                   └───────────────────┘ acquire, where none is idle: what is left is zeroed at once
 * ```
 */
export class MemoryPool {
  readonly #memoriesMax: number;
  readonly #pagesMax: number;
  readonly #idle = new Map<number, WasmMemory[]>();
  readonly #used: UsedMemory[] = [];
  /** Memories given out, each with the buffer it had: a different buffer later means that it was grown. */
  readonly #lent = new Map<WasmMemory, ArrayBuffer>();
  #created = 0;
  #createdPages = 0;

  constructor(limits: { readonly memoriesMax?: number; readonly pagesMax?: number } = {}) {
    this.#memoriesMax = limits.memoriesMax ?? MEMORIES_MAX;
    this.#pagesMax = limits.pagesMax ?? PAGES_MAX;
  }

  get lentCount(): number {
    return this.#lent.size;
  }

  get createdCount(): number {
    return this.#created;
  }

  /** A zeroed memory of exactly `pages`. Throws SANDPIT_ENGINE_POOL_EXHAUSTED at the cap. */
  acquire(pages: number): WasmMemory {
    const memory = this.#idle.get(pages)?.pop() ?? this.#cleaned(pages) ?? this.#create(pages);
    this.#lent.set(memory, memory.buffer);
    return memory;
  }

  /** Bytes of memories that were given back and are still to be zeroed. */
  get usedBytes(): number {
    return this.#used.reduce((sum, { bytes, cleanBytes }) => sum + bytes.length - cleanBytes, 0);
  }

  /** Takes a memory back; nobody is given it before it is zeroed. The caller no longer runs or reads what used it. */
  release(memory: WasmMemory): void {
    const buffer = this.#lent.get(memory);
    if (buffer === undefined) {
      throw new EngineError(
        "SANDPIT_ENGINE_POOL_FOREIGN_MEMORY",
        "a memory is released that the pool has not lent: release each once",
      );
    }
    this.#lent.delete(memory);
    if (memory.buffer !== buffer) {
      throw new EngineError(
        "SANDPIT_ENGINE_BUFFER_REPLACED",
        "a plugin's memory was grown, so views of it are dead: the metering must prevent it",
      );
    }
    this.#used.push({ memory, bytes: new Uint8Array(buffer), cleanBytes: 0 });
  }

  /**
   * Zeroes at most that many bytes of what was given back: a codec's memory takes 40 to 120 µs, which is no time to hold a thread that trades. To be
   * called between events, again and again.
   */
  clean(bytesMax: number): void {
    const used = this.#used[0];
    if (used === undefined) return;
    const { bytes, cleanBytes } = used;
    const end = Math.min(bytes.length, cleanBytes + bytesMax);
    bytes.fill(0, cleanBytes, end);
    used.cleanBytes = end;
    if (end < bytes.length) return;
    this.#used.shift();
    const pages = bytes.length / PAGE_BYTES;
    const idle = this.#idle.get(pages);
    if (idle === undefined) this.#idle.set(pages, [used.memory]);
    else idle.push(used.memory);
  }

  /** The one of that size that was given back last, and is warm, whatever is left of it zeroed now. */
  #cleaned(pages: number): WasmMemory | null {
    const at = this.#used.findLastIndex(({ bytes }) => bytes.length === pages * PAGE_BYTES);
    const [used] = at < 0 ? [] : this.#used.splice(at, 1);
    if (used === undefined) return null;
    used.bytes.fill(0, used.cleanBytes);
    return used.memory;
  }

  #create(pages: number): WasmMemory {
    if (this.#created >= this.#memoriesMax || this.#createdPages + pages > this.#pagesMax) {
      const text = `no memory of ${pages} pages is left (${this.#created} memories, ${this.#createdPages} pages in all): dispose of plugins that no longer run`;
      throw new EngineError("SANDPIT_ENGINE_POOL_EXHAUSTED", text);
    }
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    committed(new Uint8Array(memory.buffer));
    this.#created += 1;
    this.#createdPages += pages;
    return memory;
  }
}
