import { memoryMapOf, PAGE_BYTES } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { EngineErrorCode } from "./engine-error.ts";
import { printableText } from "./printable-text.ts";
import type { Manifest } from "./manifest.ts";
import type { EntryPoint } from "./meter/entry-wrapper.ts";
import type { WasmExport, WasmImport, WasmLimits, WasmModule } from "./wasm/wasm-module.ts";
import { ExternalKind } from "./wasm/wasm-module.ts";

/** What a plugin may export, with the types as WasmFunctionType keys: 127 is i32. */
const exportTypes: ReadonlyMap<
  string,
  { readonly key: string; readonly text: string; readonly required: boolean }
> = new Map([
  ["init", { key: ":", text: "() -> ()", required: true }],
  ["handle", { key: "127,127:127", text: "(i32, i32) -> i32", required: true }],
  ["snapshot", { key: ":127", text: "() -> i32", required: false }],
  ["restore", { key: "127:127", text: "(i32) -> i32", required: false }],
]);

/** Code that runs at instantiation would run before any budget is set. */
export function checkNoStart(module: WasmModule): void {
  if (module.startOffset === null) return;
  const text =
    "the module has a start function, which would run without a budget: build with --exportStart init";
  throw new EngineError("SANDPIT_ENGINE_START_SECTION", text, {
    offsetBytes: module.startOffset,
    section: "start",
  });
}

/**
 * Exactly one import: the memory `env.memory`. Returns its limits. All other imports are listed in the
 * refusal.
 */
export function checkImports(module: WasmModule): WasmLimits {
  const others = module.imports.filter((entry) => !isMemoryImport(entry));
  if (others.length > 0) {
    const names = others.map((entry) => quoted(`${entry.module}.${entry.name}`)).join(", ");
    refuse(
      "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
      `imports that no plugin may have: ${names}; the only import is the memory env.memory`,
      others[0],
      "import",
    );
  }
  const [memory, second] = module.imports;
  if (memory === undefined || memory.memory === null || second !== undefined || module.memories.length > 0) {
    refuse(
      "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
      "the module does not import exactly one memory, env.memory: build with --importMemory",
      second,
      "import",
    );
  }
  return memory.memory;
}

function isMemoryImport(entry: WasmImport): boolean {
  return entry.module === "env" && entry.name === "memory" && entry.kind === ExternalKind.MEMORY;
}

/** The allowed exports with their types, nothing else. */
export function checkExports(module: WasmModule): void {
  for (const entry of module.exports) checkExport(module, entry);
  for (const [name, { required, text }] of exportTypes) {
    if (required && !module.exports.some((entry) => entry.name === name)) {
      refuse("SANDPIT_ENGINE_EXPORT_MISSING", `the export ${name}: ${text} is missing`, undefined, "export");
    }
  }
}

function checkExport(module: WasmModule, entry: WasmExport): void {
  const allowed = exportTypes.get(entry.name);
  if (allowed === undefined || entry.kind !== ExternalKind.FUNCTION) {
    const text = `the export ${quoted(entry.name)} is not allowed: plugins export init, handle, snapshot and restore; build with --noExportMemory`;
    refuse("SANDPIT_ENGINE_EXPORT_NOT_ALLOWED", text, entry, "export");
  }
  const key = module.types[module.functions[entry.index] ?? -1]?.key;
  if (key !== allowed.key) {
    refuse(
      "SANDPIT_ENGINE_EXPORT_TYPE",
      `the export ${entry.name} is not of type ${allowed.text}`,
      entry,
      "export",
    );
  }
}

/**
 * First and last size of the memory equal what the manifest claims: it cannot grow, and the host's views stay
 * valid.
 */
export function checkMemory(memory: WasmLimits, manifest: Manifest): void {
  if (memory.shared || memory.max === null || memory.max !== memory.min) {
    refuse(
      "SANDPIT_ENGINE_MEMORY_NOT_FIXED",
      "the memory is not of fixed size: build with equal --initialMemory and --maximumMemory",
      undefined,
      "import",
    );
  }
  if (memory.min !== manifest.limits.pages) {
    const text = `the memory has ${memory.min} pages, the manifest's limits.pages is ${manifest.limits.pages}: make them equal`;
    refuse("SANDPIT_ENGINE_MEMORY_MISMATCH", text, undefined, "import");
  }
}

/** Statics lie in the plugin's part of the memory: instantiation must not write over the host's. */
export function checkData(module: WasmModule, manifest: Manifest): void {
  const { memoryBase } = memoryMapOf(manifest.kind);
  const sizeBytes = manifest.limits.pages * PAGE_BYTES;
  for (const segment of module.data) {
    if (segment.address === null) continue;
    if (segment.address >= memoryBase && segment.address + segment.sizeBytes <= sizeBytes) continue;
    const text = `statics from ${segment.address} to ${segment.address + segment.sizeBytes} lie outside of ${memoryBase} to ${sizeBytes}: build with --memoryBase ${memoryBase}`;
    refuse("SANDPIT_ENGINE_DATA_OUT_OF_PLACE", text, segment, "data");
  }
}

/** SIMD is for venue codecs: the other kinds also run in engines without it. */
export function checkVector(usesVector: boolean, manifest: Manifest): void {
  if (usesVector && manifest.kind !== "venue") {
    refuse(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      `SIMD is allowed for venues only, this is of kind ${manifest.kind}: build with --disable simd`,
      undefined,
      "code",
    );
  }
}

/** The budgets of the exports, by the manifest. */
export function entryPointsOf(module: WasmModule, manifest: Manifest): EntryPoint[] {
  const { gasBase, gasPerByte, initGas } = manifest.limits;
  return module.exports.map((entry) => {
    const handle = entry.name === "handle";
    return {
      name: entry.name,
      functionIndex: entry.index,
      gasBase: handle ? gasBase : initGas,
      gasPerByte: handle ? gasPerByte : 0,
      lengthParameter: handle ? 1 : null,
    };
  });
}

function quoted(name: string): string {
  return `"${printableText(name, 64)}"`;
}

function refuse(
  code: EngineErrorCode,
  text: string,
  at: { readonly offset: number } | undefined,
  section: string,
): never {
  throw new EngineError(code, text, at === undefined ? { section } : { offsetBytes: at.offset, section });
}
