import { Control } from "../../abi/host/index.ts";
import { loadModule, MemoryPool, PluginSlot } from "../../host/engine/index.ts";
import type { LoadedPlugin, Manifest, ParameterValues, WasmMemory } from "../../host/engine/index.ts";
import { stringReader } from "./memory-strings.ts";
import type { StringReader } from "./memory-strings.ts";
import type { PluginRunner } from "./plugin-runner.ts";
import { PluginStoppedError } from "./plugin-stopped-error.ts";

/** The host keeps a plugin's memory to itself; the loader wants to see it. */
class WatchedPool extends MemoryPool {
  lent: WasmMemory | null = null;

  override acquire(pages: number): WasmMemory {
    this.lent = super.acquire(pages);
    return this.lent;
  }
}

/** Runs a module as the host does: checked, metered, in a slot. Throws what the host throws when it refuses the module. */
export class MeteredRunner implements PluginRunner {
  readonly manifest: Manifest;
  readonly inboxOffset: number;
  readonly inboxCapacity: number;
  readonly outboxOffset: number;
  readonly text: StringReader;
  /** A metered module imports nothing to trace with. */
  readonly traces: readonly string[] = [];
  readonly #slot: PluginSlot;
  readonly #plugin: LoadedPlugin;

  constructor(bytes: Uint8Array, parameters: ParameterValues) {
    const module = loadModule(bytes);
    const pool = new WatchedPool();
    const { name, kind } = module.manifest;
    this.manifest = module.manifest;
    this.#slot = new PluginSlot(name, kind);
    this.#plugin = module.instantiate(pool, parameters);
    this.#slot.install(this.#plugin);
    if (pool.lent === null) throw new Error(`plugin ${name} took no memory from its pool`);
    this.text = stringReader(pool.lent);
    this.inboxOffset = this.#slot.inboxOffset;
    this.inboxCapacity = this.#slot.inboxCapacity;
    this.outboxOffset = this.#slot.outboxOffset;
  }

  get u8(): Uint8Array {
    return this.#slot.u8;
  }

  gasUsed(lengthBytes: number): number {
    const { gasBase, gasPerByte } = this.manifest.limits;
    return gasBase + gasPerByte * lengthBytes - this.#plugin.exports.gas.value;
  }

  call(template: number, lengthBytes: number): number {
    const written = this.#slot.invoke(template, lengthBytes);
    // The host looks once in 1,024 calls; a test has no time for that.
    if (written >= 0) this.#slot.checkGuard();
    const fault = this.#slot.lastFault;
    if (fault === null) return written;
    throw new PluginStoppedError(`plugin ${this.manifest.name} is stopped: ${fault.reason}`, {
      code: fault.code,
      at: fault.at,
      abortMessage: fault.reason.startsWith("abort: ") ? this.#abortMessage() : null,
    });
  }

  snapshot(): Uint8Array | null {
    const { snapshot } = this.#plugin.exports;
    if (snapshot === null) return null;
    const written = this.#guarded(() => snapshot());
    return this.u8.slice(this.outboxOffset, this.outboxOffset + written);
  }

  restore(snapshot: Uint8Array): number | null {
    const { restore } = this.#plugin.exports;
    if (restore === null) return null;
    this.u8.set(snapshot, this.inboxOffset);
    return this.#guarded(() => restore(snapshot.length));
  }

  close(): void {
    this.#slot.uninstall();
    this.#plugin.dispose();
  }

  /** A call that no slot watches. */
  #guarded(run: () => number): number {
    try {
      return run();
    } catch (cause) {
      const { code, reason, at } = this.#plugin.classify(cause);
      throw new PluginStoppedError(`plugin ${this.manifest.name} is stopped: ${reason}`, {
        code,
        at,
        abortMessage: reason.startsWith("abort: ") ? this.#abortMessage() : null,
        cause,
      });
    }
  }

  /** The engine's text is cut and escaped; this is the whole of it. */
  #abortMessage(): string | null {
    return this.text(new DataView(this.#plugin.buffer).getUint32(Control.abortMessage, true));
  }
}
