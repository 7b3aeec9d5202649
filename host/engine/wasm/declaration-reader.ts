import type { ByteReader } from "./byte-reader.ts";
import { readConstant, readValueType } from "./value-type.ts";
import { wasmLimits } from "./wasm-limits.ts";
import type { WasmExport, WasmFunctionType, WasmGlobalType, WasmImport, WasmLimits } from "./wasm-module.ts";
import { ExternalKind, ValueType } from "./wasm-module.ts";

export function readTypes(reader: ByteReader | null): { list: WasmFunctionType[]; vector: boolean } {
  const list: WasmFunctionType[] = [];
  let vector = false;
  for (let left = reader?.count(wasmLimits.types, "types") ?? 0; reader !== null && left > 0; left--) {
    const start = reader.position;
    if (reader.byte() !== 0x60) {
      reader.fail(
        "SANDPIT_ENGINE_FEATURE_REFUSED",
        "a type is not a function type: switch garbage collection off",
        start,
      );
    }
    const parameters = readValueTypes(reader, wasmLimits.parametersPerType, "parameters");
    const results = readValueTypes(reader, wasmLimits.resultsPerType, "results");
    vector ||= parameters.includes(ValueType.V128) || results.includes(ValueType.V128);
    list.push({ parameters, results, key: `${parameters.join(",")}:${results.join(",")}` });
  }
  finish(reader);
  return { list, vector };
}

function readValueTypes(reader: ByteReader, max: number, what: string): number[] {
  const types: number[] = [];
  for (let left = reader.count(max, what); left > 0; left--) types.push(readValueType(reader));
  return types;
}

export function readImports(reader: ByteReader | null, types: number): WasmImport[] {
  const imports: WasmImport[] = [];
  for (let left = reader?.count(wasmLimits.imports, "imports") ?? 0; reader !== null && left > 0; left--) {
    const offset = reader.position;
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    imports.push({ module, name, kind, memory: readImportType(reader, kind, types), offset });
  }
  finish(reader);
  return imports;
}

function readImportType(reader: ByteReader, kind: number, types: number): WasmLimits | null {
  if (kind === ExternalKind.MEMORY) return readLimits(reader);
  if (kind === ExternalKind.FUNCTION) readIndex(reader, types, "type");
  else if (kind === ExternalKind.TABLE) readTable(reader);
  else if (kind === ExternalKind.GLOBAL) readGlobalType(reader);
  else {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      `an import of kind ${kind}: plugins import a memory and nothing else`,
    );
  }
  return null;
}

export function readFunctions(reader: ByteReader | null, types: number): number[] {
  const functions: number[] = [];
  for (
    let left = reader?.count(wasmLimits.functions, "functions") ?? 0;
    reader !== null && left > 0;
    left--
  ) {
    functions.push(readIndex(reader, types, "type"));
  }
  finish(reader);
  return functions;
}

export function readTables(reader: ByteReader | null): WasmLimits[] {
  const tables: WasmLimits[] = [];
  for (let left = reader?.count(wasmLimits.tables, "tables") ?? 0; reader !== null && left > 0; left--) {
    tables.push(readTable(reader));
  }
  finish(reader);
  return tables;
}

function readTable(reader: ByteReader): WasmLimits {
  const start = reader.position;
  if (reader.byte() !== 0x70) {
    reader.fail("SANDPIT_ENGINE_FEATURE_REFUSED", "a table holds something else than functions", start);
  }
  const limits = readLimits(reader);
  if (limits.min > wasmLimits.tableEntries) {
    const text = `a table of ${limits.min} entries, the limit is ${wasmLimits.tableEntries}: use fewer function pointers`;
    reader.fail("SANDPIT_ENGINE_LIMIT_EXCEEDED", text, start);
  }
  return limits;
}

export function readMemories(reader: ByteReader | null): WasmLimits[] {
  const memories: WasmLimits[] = [];
  for (let left = reader?.count(wasmLimits.memories, "memories") ?? 0; reader !== null && left > 0; left--) {
    memories.push(readLimits(reader));
  }
  finish(reader);
  return memories;
}

/** Flags: 0 min, 1 min and max, 2 and 3 the same shared; above that 64-bit indexes and custom page sizes. */
function readLimits(reader: ByteReader): WasmLimits {
  const start = reader.position;
  const flags = reader.byte();
  if (flags > 3) {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      `limits with flags ${flags}: plugins use 32-bit memories of 64 KiB pages`,
      start,
    );
  }
  const min = reader.u32();
  return { min, max: (flags & 1) === 1 ? reader.u32() : null, shared: (flags & 2) === 2 };
}

export function readGlobals(reader: ByteReader | null): WasmGlobalType[] {
  const globals: WasmGlobalType[] = [];
  for (let left = reader?.count(wasmLimits.globals, "globals") ?? 0; reader !== null && left > 0; left--) {
    globals.push(readGlobalType(reader));
    readConstant(reader);
  }
  finish(reader);
  return globals;
}

function readGlobalType(reader: ByteReader): WasmGlobalType {
  const type = readValueType(reader);
  const mutability = reader.byte();
  if (mutability > 1) reader.malformed("a global is neither constant nor mutable", reader.position - 1);
  return { type, isMutable: mutability === 1 };
}

export function readExports(reader: ByteReader | null): WasmExport[] {
  const exports: WasmExport[] = [];
  const names = new Set<string>();
  for (let left = reader?.count(wasmLimits.exports, "exports") ?? 0; reader !== null && left > 0; left--) {
    const offset = reader.position;
    const name = reader.name();
    const kind = reader.byte();
    if (kind > ExternalKind.GLOBAL) {
      reader.fail("SANDPIT_ENGINE_FEATURE_REFUSED", `an export of kind ${kind}`, offset);
    }
    if (names.has(name)) reader.malformed("two exports have the same name", offset);
    names.add(name);
    exports.push({ name, kind, index: reader.u32(), offset });
  }
  finish(reader);
  return exports;
}

export function readStart(reader: ByteReader | null): number | null {
  if (reader === null) return null;
  const start = reader.position;
  reader.u32();
  finish(reader);
  return start;
}

function readIndex(reader: ByteReader, size: number, what: string): number {
  const start = reader.position;
  const index = reader.u32();
  if (index >= size) reader.malformed(`there is no ${what} ${index}`, start);
  return index;
}

/** A section that goes on after its last entry is damaged or hides something. */
export function finish(reader: ByteReader | null): void {
  if (reader !== null && !reader.done) reader.malformed("bytes follow the section's last entry");
}
