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

/**
 * Gives out memories of fixed size (first = last pages) and takes them back. Memories are reused rather than
 * left to the garbage collector: their address space returns only when it gets round to them, and a few
 * hundred swaps would exhaust it first.
 */
export class MemoryPool {
  readonly #memoriesMax: number;
  readonly #pagesMax: number;
  readonly #idle = new Map<number, WasmMemory[]>();
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
    const memory = this.#idle.get(pages)?.pop() ?? this.#create(pages);
    this.#lent.set(memory, memory.buffer);
    return memory;
  }

  /** Takes a memory back and zeroes it. The caller no longer runs or reads what used it. */
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
    new Uint8Array(buffer).fill(0);
    const pages = buffer.byteLength / PAGE_BYTES;
    const idle = this.#idle.get(pages);
    if (idle === undefined) this.#idle.set(pages, [memory]);
    else idle.push(memory);
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
