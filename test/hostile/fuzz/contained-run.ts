import assert from "node:assert/strict";
import { memoryMapOf } from "../../../abi/host/index.ts";
import type { LoadedPlugin, Manifest, PluginModule } from "../../../host/engine/index.ts";
import { EngineError, loadModule, MemoryPool } from "../../../host/engine/index.ts";
import { trialEvents } from "../../../host/engine/admission/trial/trial-events.ts";

/** Events that a mutant is shown. */
const EVENTS = 12;
const CANARY_PAGES = 4;
const CANARY = 0x5a;

export type MutantFate = "refused" | "trapped" | "ran";

/**
 * Loads mutants and runs those that are accepted, all in one process and from one pool of memories, as a host does. What a mutant may do is bounded by
 * its own memory, its gas and its depth; whatever else happens is a fault of the host, and throws.
 */
export class ContainedRun {
  readonly #pool = new MemoryPool({ memoriesMax: 3, pagesMax: 2 * 256 + CANARY_PAGES });
  readonly #canary: Uint8Array;

  constructor() {
    this.#canary = new Uint8Array(this.#pool.acquire(CANARY_PAGES).buffer);
    this.#canary.fill(CANARY);
  }

  run(bytes: Uint8Array): MutantFate {
    const module = load(bytes);
    if (module === null) return "refused";
    assert.equal(this.#pool.lentCount, 1);
    const plugin = this.#instantiate(module);
    if (plugin === null) return "trapped";
    const fate = this.#drive(plugin, module.manifest);
    // Throws when the memory has grown.
    plugin.dispose();
    return fate;
  }

  /** The memory of a neighbour is as it was. */
  checkCanary(): void {
    assert.ok(
      this.#canary.every((byte) => byte === CANARY),
      "a mutant wrote into another plugin's memory",
    );
  }

  #instantiate(module: PluginModule): LoadedPlugin | null {
    try {
      return module.instantiate(this.#pool);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      assert.equal(this.#pool.lentCount, 1, "the memory returns");
      return null;
    }
  }

  #drive(plugin: LoadedPlugin, manifest: Manifest): MutantFate {
    const { inboxOffset } = memoryMapOf(manifest.kind);
    const { gasBase, gasPerByte, pages } = manifest.limits;
    for (const event of trialEvents(manifest, []).slice(0, EVENTS)) {
      plugin.u8.set(event, inboxOffset);
      const template = new DataView(event.buffer, event.byteOffset).getUint16(2, true);
      const hasRun = call(plugin, template, event.length);
      assert.equal(plugin.buffer.byteLength, pages * 65_536, "the memory is of its size");
      const left = plugin.exports.gas.value;
      assert.ok(left <= gasBase + gasPerByte * event.length, "gas is not made");
      if (!hasRun) return "trapped";
      assert.ok(left >= 0 && plugin.exports.depth.value >= 0, "a call that ends has kept its bounds");
    }
    return "ran";
  }
}

function load(bytes: Uint8Array): PluginModule | null {
  try {
    return loadModule(bytes);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    assert.match(error.message, /^[\x20-\x7e]+$/, "a refusal is printable");
    assert.notEqual(error.code, "SANDPIT_ENGINE_METERED_INVALID", "the metering makes what V8 refuses");
    return null;
  }
}

/** False for a trap: V8's, or the end of its stack. */
function call(plugin: LoadedPlugin, template: number, lengthBytes: number): boolean {
  try {
    const written = plugin.exports.handle(template, lengthBytes);
    assert.ok(Number.isInteger(written));
    return true;
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    assert.ok(plugin.classify(error).code < 0);
    return false;
  }
}
