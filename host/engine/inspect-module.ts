import { EngineError } from "./engine-error.ts";
import type { Manifest } from "./manifest.ts";
import { MANIFEST_SECTION, parseManifest } from "./manifest.ts";
import { profileFunction } from "./meter/function-profile.ts";
import { printableText } from "./printable-text.ts";
import { sha256 } from "./sha256.ts";
import { customSections, readModule } from "./wasm/module-reader.ts";
import type { WasmLimits, WasmModule } from "./wasm/wasm-module.ts";
import { ExternalKind } from "./wasm/wasm-module.ts";

/** What a module contains, for people; nothing in it has been judged. All names are escaped. */
export interface ModuleReport {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sections: readonly {
    readonly name: string;
    readonly offset: number;
    readonly sizeBytes: number;
  }[];
  readonly imports: readonly {
    readonly name: string;
    readonly kind: string;
    readonly memory: WasmLimits | null;
  }[];
  readonly exports: readonly { readonly name: string; readonly kind: string; readonly type: string | null }[];
  readonly functions: number;
  readonly globals: number;
  readonly tableEntries: number;
  readonly instructions: number;
  readonly dataBytes: number;
  readonly hasStart: boolean;
  readonly usesSimd: boolean;
  readonly usesBulkMemory: boolean;
  /** Null where there is none or it is refused; then `manifestError` says why. */
  readonly manifest: Manifest | null;
  readonly manifestError: string | null;
}

const kindNames = ["function", "table", "memory", "global"];
const typeNames = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
]);

/** Reads a module for display. Throws EngineError when it is not a module within the caps. */
export function inspectModule(bytes: Uint8Array): ModuleReport {
  const module = readModule(bytes);
  const profiles = module.bodies.map((_body, index) => profileFunction(module, index));
  return {
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
    sections: module.sections.map((section) => ({
      name: printableText(section.name, 64),
      offset: section.startOffset,
      sizeBytes: section.endOffset - section.startOffset,
    })),
    imports: module.imports.map((entry) => ({
      name: printableText(`${entry.module}.${entry.name}`, 128),
      kind: kindNames[entry.kind] ?? "unknown",
      memory: entry.memory,
    })),
    exports: module.exports.map((entry) => ({
      name: printableText(entry.name, 64),
      kind: kindNames[entry.kind] ?? "unknown",
      type: entry.kind === ExternalKind.FUNCTION ? functionType(module, entry.index) : null,
    })),
    functions: module.functions.length,
    globals: module.globals.length,
    tableEntries: module.tables.reduce((sum, table) => sum + table.min, 0),
    instructions: profiles.reduce((sum, profile) => sum + profile.instructions, 0),
    dataBytes: module.data.reduce((sum, segment) => sum + segment.sizeBytes, 0),
    hasStart: module.startOffset !== null,
    usesSimd: module.vectorTypes || profiles.some((profile) => profile.vector),
    usesBulkMemory: profiles.some((profile) => profile.bulkOperations > 0),
    ...readManifest(module),
  };
}

function functionType(module: WasmModule, index: number): string | null {
  const type = module.types[module.functions[index] ?? -1];
  // Imported functions come first in the index space, which the reader does not resolve.
  if (type === undefined || module.imports.some((entry) => entry.kind === ExternalKind.FUNCTION)) return null;
  const names = (types: readonly number[]): string =>
    `(${types.map((value) => typeNames.get(value) ?? "unknown").join(", ")})`;
  return `${names(type.parameters)} -> ${names(type.results)}`;
}

function readManifest(module: WasmModule): { manifest: Manifest | null; manifestError: string | null } {
  const found = customSections(module, MANIFEST_SECTION);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    return { manifest: null, manifestError: `${found.length} sections ${MANIFEST_SECTION}` };
  }
  try {
    return { manifest: parseManifest(first), manifestError: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { manifest: null, manifestError: error.message };
  }
}
