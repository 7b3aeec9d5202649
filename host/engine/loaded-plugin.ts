import { memoryMapOf, PARAMETERS_OFFSET } from "../../abi/host/index.ts";
import { controlBlockIntact, controlBlockWords } from "./control-block.ts";
import { EngineError } from "./engine-error.ts";
import type { Manifest } from "./manifest.ts";
import type { MemoryPool } from "./memory-pool.ts";
import type { OffsetMap } from "./meter/offset-map.ts";
import type { InstanceSource } from "./plugin-instance.ts";
import type { SourcePositions } from "./source-positions.ts";
import type { ModuleTrust } from "./signing/index.ts";
import type { Trap } from "./trap.ts";
import { classifyTrap, trapPlace } from "./trap.ts";
import type { WasmGlobal, WasmMemory, WasmStateGlobal } from "./web-assembly.ts";

/**
 * | state     | attach    | detach | discard   | dispose  |
 * |-----------|-----------|--------|-----------|----------|
 * | ready     | installed | -      | -         | disposed |
 * | installed | refused   | ready  | faulted   | refused  |
 * | faulted   | refused   | spent  | -         | refused  |
 * | spent     | refused   | -      | -         | disposed |
 * | disposed  | refused   | -      | -         | -        |
 *
 * A faulted plugin stays attached until its slot takes another: the host may still be writing into its inbox
 * in that step, and a memory that had gone back to the pool could be another plugin's by then.
 */
export type LoadedPluginState = "ready" | "installed" | "faulted" | "spent" | "disposed";

/** Every input but a venue's snapshots is shorter: only a longer one is worth a note of how far the inbox has been used. */
const USUAL_INPUT_BYTES = 65_536;

/** The longest input of a kind of plugin of which no note is taken; at most the inbox's capacity. */
export function usualInputBytes(kind: Manifest["kind"]): number {
  return Math.min(USUAL_INPUT_BYTES, memoryMapOf(kind).inboxCapacity);
}

/** The exports of a metered instance. */
export interface PluginExports {
  readonly init: () => void;
  readonly handle: (template: number, lengthBytes: number) => number;
  readonly snapshot: (() => number) | null;
  readonly restore: ((lengthBytes: number) => number) | null;
  readonly gas: WasmGlobal;
  readonly depth: WasmGlobal;
  /** The module's own mutable globals, in their order. */
  readonly state: readonly WasmStateGlobal[];
}

/** One instance of a plugin with its memory: what a slot can install. */
export class LoadedPlugin {
  readonly manifest: Manifest;
  /** Who vouches for its module. */
  readonly trust: ModuleTrust;
  readonly verifiedSha256: string;
  readonly meteredSha256: string;
  /** From which another thread makes the same instance. */
  readonly source: InstanceSource;
  readonly exports: PluginExports;
  /** Memory and `exports.state` are all the state that there is. */
  readonly hasPlainState: boolean;
  readonly buffer: ArrayBuffer;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly u8: Uint8Array;
  /** What inputs have ever reached of the inbox: behind it nobody but the plugin itself has written. */
  inboxUsedBytes: number;
  readonly #memory: WasmMemory;
  readonly #pool: MemoryPool;
  readonly #offsets: OffsetMap;
  readonly #positions: SourcePositions | null;
  readonly #another: () => LoadedPlugin;
  readonly #controlBlock: Int32Array;
  #state: LoadedPluginState = "ready";

  constructor(parts: {
    readonly manifest: Manifest;
    readonly trust: ModuleTrust;
    readonly verifiedSha256: string;
    readonly meteredSha256: string;
    readonly exports: PluginExports;
    readonly hasPlainState: boolean;
    readonly memory: WasmMemory;
    readonly pool: MemoryPool;
    readonly offsets: OffsetMap;
    readonly positions: SourcePositions | null;
    readonly source: InstanceSource;
    readonly another: () => LoadedPlugin;
  }) {
    this.manifest = parts.manifest;
    this.trust = parts.trust;
    this.verifiedSha256 = parts.verifiedSha256;
    this.meteredSha256 = parts.meteredSha256;
    this.source = parts.source;
    this.exports = parts.exports;
    this.hasPlainState = parts.hasPlainState;
    this.buffer = parts.memory.buffer;
    this.i32 = new Int32Array(this.buffer);
    this.f64 = new Float64Array(this.buffer);
    this.u8 = new Uint8Array(this.buffer);
    this.inboxUsedBytes = usualInputBytes(parts.manifest.kind);
    this.#memory = parts.memory;
    this.#pool = parts.pool;
    this.#offsets = parts.offsets;
    this.#positions = parts.positions;
    this.#another = parts.another;
    this.#controlBlock = controlBlockWords(parts.manifest.kind, parts.manifest.parameters.length);
  }

  /** Values of the manifest's parameters, in its order. */
  get parameters(): readonly number[] {
    const view = new DataView(this.buffer, PARAMETERS_OFFSET);
    return this.manifest.parameters.map(({ type }, index) =>
      type === "f64" ? view.getFloat64(index * 8, true) : Number(view.getBigInt64(index * 8, true)),
    );
  }

  get state(): LoadedPluginState {
    return this.#state;
  }

  /** Another instance of the same module with the same parameters, as if first. Throws EngineError. */
  another(): LoadedPlugin {
    return this.#another();
  }

  /** What stopped a call of this instance. */
  classify(error: unknown): Trap {
    return classifyTrap(error, {
      gasLeft: this.exports.gas.value,
      depthLeft: this.exports.depth.value,
      memory: this.buffer,
      offsets: this.#offsets,
      positions: this.#positions,
    });
  }

  /** Where an instance of this module trapped elsewhere, as `at` of a fault; null where that is not known. */
  placeOf(offsetBytes: number | null): string | null {
    return offsetBytes === null ? null : trapPlace(offsetBytes, this.#positions);
  }

  /** Writes the host's words of the control block: before `init`, after the plugin's statics. */
  writeControlBlock(): void {
    this.i32.set(this.#controlBlock);
  }

  /**
   * True while the host's words of the control block are as written and the memory is the one that the views
   * show.
   */
  intact(): boolean {
    return this.#memory.buffer === this.buffer && controlBlockIntact(this.i32, this.#controlBlock);
  }

  /** An input of that length was written into the inbox. */
  noteInput(lengthBytes: number): void {
    this.inboxUsedBytes = Math.max(this.inboxUsedBytes, (lengthBytes + 7) & ~7);
  }

  /** Taken by a slot. */
  attach(): void {
    if (this.#state === "installed") {
      this.#refuse("SANDPIT_ENGINE_PLUGIN_IN_USE", "runs in another slot: instantiate it again");
    }
    if (this.#state !== "ready") {
      this.#refuse("SANDPIT_ENGINE_PLUGIN_DISPOSED", `is ${this.#state}: instantiate it again`);
    }
    this.#state = "installed";
  }

  /** Let go by its slot. */
  detach(): void {
    if (this.#state === "installed") this.#state = "ready";
    else if (this.#state === "faulted") this.#state = "spent";
  }

  /** Stopped by a fault: it never runs again. */
  discard(): void {
    if (this.#state === "installed") this.#state = "faulted";
  }

  /** Gives the memory back to the pool. May be repeated. Throws while a slot holds the plugin. */
  dispose(): void {
    if (this.#state === "disposed") return;
    if (this.#state === "installed" || this.#state === "faulted") {
      this.#refuse(
        "SANDPIT_ENGINE_PLUGIN_IN_USE",
        "is still in its slot: install another or uninstall it first",
      );
    }
    this.#state = "disposed";
    this.#pool.release(this.#memory);
  }

  #refuse(code: "SANDPIT_ENGINE_PLUGIN_IN_USE" | "SANDPIT_ENGINE_PLUGIN_DISPOSED", text: string): never {
    throw new EngineError(code, `plugin ${this.manifest.name} ${this.manifest.version} ${text}`);
  }
}
