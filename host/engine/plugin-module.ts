import { EngineError } from "./engine-error.ts";
import { checkKindLimits } from "./kind-limits.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";
import type { Manifest } from "./manifest.ts";
import { readManifest } from "./manifest-section.ts";
import type { MemoryPool } from "./memory-pool.ts";
import { profileFunction } from "./meter/function-profile.ts";
import type { MeteredModule } from "./meter/meter.ts";
import { meterModule } from "./meter/meter.ts";
import { METER_VERSION } from "./meter/meter-rules.ts";
import {
  checkData,
  checkExports,
  checkImports,
  checkMemory,
  checkNoStart,
  checkVector,
  entryPointsOf,
} from "./module-policy.ts";
import type { ParameterValues } from "./parameters.ts";
import { instantiatePlugin } from "./plugin-instance.ts";
import { checkRecordLayouts } from "./record-layouts.ts";
import { sha256 } from "./sha256.ts";
import type { ModuleTrust } from "./signing/index.ts";
import { UNSIGNED, VerifiedModule } from "./signing/index.ts";
import { sourcePositionsOf } from "./source-maps.ts";
import { readModule } from "./wasm/module-reader.ts";
import { wasmLimits } from "./wasm/wasm-limits.ts";
import type { WasmModule } from "./wasm/wasm-module.ts";
import { ValueType } from "./wasm/wasm-module.ts";
import type { WasmCompiled } from "./web-assembly.ts";

/** A module that passed every check, metered and compiled: from it come instances. */
export interface PluginModule {
  readonly manifest: Manifest;
  /** Who vouches for it. */
  readonly trust: ModuleTrust;
  /** SHA-256 of the bytes as given, in hexadecimal. */
  readonly verifiedSha256: string;
  /** SHA-256 of what is compiled: meter(verified bytes, meter version). */
  readonly meteredSha256: string;
  readonly meterVersion: number;
  /** As verified: what a journal keeps, so that a replay can load the module again. Not to be written to. */
  readonly bytes: Uint8Array;
  readonly metered: MeteredModule;
  readonly compiled: WasmCompiled;
  /**
   * A fresh instance: memory from the pool, control block and parameters written, `init` run within its
   * budget. Throws EngineError.
   */
  instantiate(pool: MemoryPool, parameters?: ParameterValues): LoadedPlugin;
}

/**
 * Takes a module, verified or not, through every check, in order: size, structure within caps, V8's validation, imports,
 * exports, manifest, record layouts, memory and data, features, then metering and compilation. Throws EngineError with the
 * code of the first refusal. Off the hot path: a module of the largest size takes seconds.
 *
 * Start Node with `--no-wasm-dynamic-tiering`, so that V8 optimises early and calls are not slowed later:
 * that brought p99 of a tick from some 28 µs to 20.
 */
export function loadModule(given: Uint8Array | VerifiedModule): PluginModule {
  if (given instanceof VerifiedModule) return loadOnce(given);
  if (given.length > wasmLimits.moduleBytes) {
    throw new EngineError(
      "SANDPIT_ENGINE_MODULE_TOO_LARGE",
      `the module has ${given.length} bytes, the limit is ${wasmLimits.moduleBytes}: strip it`,
    );
  }
  // A private copy: what is hashed and checked is what is compiled, whatever the caller does to its bytes.
  // Not `slice`, which for a Buffer is a view.
  return load(new Uint8Array(given), UNSIGNED);
}

/** Nobody can change a judged module's bytes or trust: what passed once is the same module in every place, and its checks take some 10 ms. */
function loadOnce(given: VerifiedModule): PluginModule {
  const known = loadedModules.get(given);
  if (known !== undefined) return known;
  const module = load(VerifiedModule.bytesOf(given), given.trust);
  loadedModules.set(given, module);
  return module;
}

const loadedModules = new WeakMap<VerifiedModule, PluginModule>();

function load(bytes: Uint8Array, trust: ModuleTrust): PluginModule {
  const module = readModule(bytes);
  checkNoStart(module);
  if (!WebAssembly.validate(bytes)) {
    throw new EngineError(
      "SANDPIT_ENGINE_MODULE_INVALID",
      "the module does not validate: build it again with a standard compiler",
    );
  }
  const memory = checkImports(module);
  checkExports(module);
  const manifest = readManifest(module);
  checkRecordLayouts(module, manifest);
  checkKindLimits(manifest);
  checkMemory(memory, manifest);
  checkData(module, manifest);
  checkVector(usesVector(module), manifest);
  const metered = meterModule(module, {
    entryPoints: entryPointsOf(module, manifest),
    callDepth: manifest.limits.callDepth,
  });
  const compiled = compile(metered.bytes);
  const verifiedSha256 = sha256(bytes);
  const meteredSha256 = sha256(metered.bytes);
  const hashes = { verifiedSha256, meteredSha256, meterVersion: METER_VERSION };
  const parts = {
    manifest,
    trust,
    bytes,
    ...hashes,
    metered,
    compiled,
    hasPlainState: hasPlainState(module),
  };
  const positions = sourcePositionsOf(module);
  return {
    ...parts,
    instantiate: (pool, parameters = {}) => instantiatePlugin({ ...parts, positions }, pool, parameters),
  };
}

/** Whether a module's memory and its exported globals are all of its state. */
function hasPlainState(module: WasmModule): boolean {
  return (
    module.globals.every(({ type, isMutable }) => !isMutable || type !== ValueType.V128) &&
    module.bodies.every((_body, index) => !profileFunction(module, index).hidden)
  );
}

function usesVector(module: WasmModule): boolean {
  return module.vectorTypes || module.bodies.some((_body, index) => profileFunction(module, index).vector);
}

/**
 * V8 checks the rewriter's work before it compiles it; a failure here is a fault of the metering, and the
 * plugin stays out.
 */
function compile(bytes: Uint8Array): WasmCompiled {
  if (!WebAssembly.validate(bytes)) {
    throw new EngineError(
      "SANDPIT_ENGINE_METERED_INVALID",
      "the metered module does not validate: report the module, the metering has a fault",
    );
  }
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new EngineError(
      "SANDPIT_ENGINE_COMPILE_FAILED",
      "the engine cannot compile the module: make it smaller",
      { cause },
    );
  }
}
