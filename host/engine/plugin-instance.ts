import { EngineError } from "./engine-error.ts";
import type { PluginExports } from "./loaded-plugin.ts";
import { LoadedPlugin } from "./loaded-plugin.ts";
import type { Manifest } from "./manifest.ts";
import type { MemoryPool } from "./memory-pool.ts";
import type { MeteredModule } from "./meter/meter.ts";
import { DEPTH_EXPORT, GAS_EXPORT, STATE_EXPORT_PREFIX } from "./meter/meter-rules.ts";
import type { ParameterValues } from "./parameters.ts";
import { resolveParameters, writeParameters } from "./parameters.ts";
import type { SourcePositions } from "./source-positions.ts";
import type { ModuleTrust } from "./signing/index.ts";
import type { WasmCompiled, WasmGlobal, WasmMemory, WasmStateGlobal } from "./web-assembly.ts";

/** What an instance is made from. */
export interface InstanceParts {
  readonly manifest: Manifest;
  readonly trust: ModuleTrust;
  readonly verifiedSha256: string;
  readonly meteredSha256: string;
  readonly metered: Pick<MeteredModule, "offsets">;
  readonly compiled: WasmCompiled;
  readonly positions: SourcePositions | null;
  readonly hasPlainState: boolean;
}

/** A module and the numbers to tune it with, as far as another thread needs them to make the same instance. */
export interface InstanceSource {
  readonly parts: InstanceParts;
  readonly parameters: ParameterValues;
}

/** Makes an instance and runs its `init`. On any refusal the memory goes back to the pool. */
export function instantiatePlugin(
  parts: InstanceParts,
  pool: MemoryPool,
  parameters: ParameterValues,
): LoadedPlugin {
  const { manifest, trust, verifiedSha256, meteredSha256, metered } = parts;
  const values = resolveParameters(manifest, parameters);
  assertNoReentry(parts.compiled);
  const memory = pool.acquire(manifest.limits.pages);
  let plugin: LoadedPlugin | null = null;
  try {
    const exports = link(parts, memory);
    plugin = new LoadedPlugin({
      manifest,
      trust,
      verifiedSha256,
      meteredSha256,
      exports,
      hasPlainState: parts.hasPlainState,
      memory,
      pool,
      offsets: metered.offsets,
      positions: parts.positions,
      source: { parts, parameters },
      another: () => instantiatePlugin(parts, pool, parameters),
    });
    // After the instantiation, which writes the plugin's statics, and before the first instruction of it
    // runs.
    plugin.writeControlBlock();
    writeParameters(plugin.buffer, manifest, values);
    runInit(plugin);
    return plugin;
  } catch (error) {
    if (plugin === null) pool.release(memory);
    else plugin.dispose();
    throw error;
  }
}

/** A plugin that imports no function cannot call the host, so a call cannot begin within a call. */
function assertNoReentry(compiled: WasmCompiled): void {
  const imports = WebAssembly.Module.imports(compiled);
  if (imports.length !== 1 || imports[0]?.kind !== "memory") {
    throw new EngineError(
      "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
      "a compiled module imports something else than its memory",
    );
  }
}

function link(parts: InstanceParts, memory: WasmMemory): PluginExports {
  try {
    const { exports } = new WebAssembly.Instance(parts.compiled, { env: { memory } });
    return {
      init: exports["init"] as PluginExports["init"],
      handle: exports["handle"] as PluginExports["handle"],
      snapshot: (exports["snapshot"] ?? null) as PluginExports["snapshot"],
      restore: (exports["restore"] ?? null) as PluginExports["restore"],
      gas: exports[GAS_EXPORT] as WasmGlobal,
      depth: exports[DEPTH_EXPORT] as WasmGlobal,
      state: Object.keys(exports)
        .filter((name) => name.startsWith(STATE_EXPORT_PREFIX))
        .map((name) => exports[name] as WasmStateGlobal),
    };
  } catch (cause) {
    const text = `plugin ${parts.manifest.name} cannot be instantiated: its statics or table entries do not fit`;
    throw new EngineError("SANDPIT_ENGINE_INSTANTIATE_FAILED", text, { cause });
  }
}

function runInit(plugin: LoadedPlugin): void {
  const { name, version } = plugin.manifest;
  try {
    plugin.exports.init();
  } catch (cause) {
    const trap = plugin.classify(cause);
    const place = trap.offsetBytes === null ? { cause } : { cause, offsetBytes: trap.offsetBytes };
    throw new EngineError(
      "SANDPIT_ENGINE_INIT_FAULT",
      `plugin ${name} ${version} fails in init (${trap.code}): ${trap.reason}`,
      place,
    );
  }
  if (!plugin.intact()) {
    throw new EngineError(
      "SANDPIT_ENGINE_INIT_FAULT",
      `plugin ${name} ${version} overwrote host-owned words in init: build with --memoryBase`,
    );
  }
}
