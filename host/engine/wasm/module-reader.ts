import { ByteReader } from "./byte-reader.ts";
import { readBodies } from "./body-reader.ts";
import { readDataSegments, readElementSegments } from "./segment-reader.ts";
import {
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readStart,
  readTables,
  readTypes,
} from "./declaration-reader.ts";
import { SectionId, sectionName, sectionRank } from "./section-id.ts";
import { wasmLimits } from "./wasm-limits.ts";
import type { WasmModule, WasmSection } from "./wasm-module.ts";
import { ValueType } from "./wasm-module.ts";
import { EngineError } from "../engine-error.ts";

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * Reads a module's structure within the caps of `wasmLimits`. It checks what the engine relies on (sizes,
 * counts, encodings, the admitted features), not types: `WebAssembly.validate` does that. Throws EngineError
 * with section and byte.
 */
export function readModule(bytes: Uint8Array): WasmModule {
  const sections = readSections(bytes);
  const at = (id: number): ByteReader | null => sectionReader(bytes, sections, id);
  const types = readTypes(at(SectionId.TYPE));
  const imports = readImports(at(SectionId.IMPORT), types.list.length);
  const functions = readFunctions(at(SectionId.FUNCTION), types.list.length);
  const globals = readGlobals(at(SectionId.GLOBAL));
  const code = readBodies(at(SectionId.CODE));
  if (code.bodies.length !== functions.length) {
    const text = `${functions.length} functions are declared, ${code.bodies.length} have a body: build the module again, its bytes are damaged`;
    throw new EngineError("SANDPIT_ENGINE_MODULE_MALFORMED", text, { section: "code" });
  }
  return {
    bytes,
    sections,
    types: types.list,
    imports,
    functions,
    tables: readTables(at(SectionId.TABLE)),
    memories: readMemories(at(SectionId.MEMORY)),
    globals,
    exports: readExports(at(SectionId.EXPORT)),
    startOffset: readStart(at(SectionId.START)),
    elements: readElementSegments(at(SectionId.ELEMENT)),
    data: readDataSegments(at(SectionId.DATA)),
    bodies: code.bodies,
    vectorTypes: types.vector || globals.some(({ type }) => type === ValueType.V128) || code.vector,
  };
}

/**
 * The sections of a module in their order, which the format fixes; what is in them is not looked at. A metered module may be larger
 * than a plugin's. Throws EngineError.
 */
export function readSections(bytes: Uint8Array, bytesMax: number = wasmLimits.moduleBytes): WasmSection[] {
  if (bytes.length > bytesMax) {
    const text = `the module has ${bytes.length} bytes, the limit is ${bytesMax}: strip debug information or split the plugin`;
    throw new EngineError("SANDPIT_ENGINE_MODULE_TOO_LARGE", text);
  }
  const reader = new ByteReader(bytes);
  for (const expected of header) {
    if (reader.byte() !== expected) {
      reader.malformed("this is not a WebAssembly module of version 1", reader.position - 1);
    }
  }
  const sections: WasmSection[] = [];
  let rank = 0;
  let customs = 0;
  while (!reader.done) {
    const section = readSection(reader);
    sections.push(section);
    if (section.id === SectionId.CUSTOM) {
      customs += 1;
      if (customs > wasmLimits.customSections) {
        reader.fail(
          "SANDPIT_ENGINE_LIMIT_EXCEEDED",
          `more than ${wasmLimits.customSections} custom sections: strip some`,
          section.startOffset,
        );
      }
      continue;
    }
    const next = sectionRank(section.id);
    if (next <= rank) {
      reader.malformed(`section ${section.name} is repeated or out of order`, section.startOffset);
    }
    rank = next;
  }
  return sections;
}

function readSection(reader: ByteReader): WasmSection {
  const startOffset = reader.position;
  const id = reader.byte();
  const name = sectionName(id);
  if (name === null) {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      `section id ${id} belongs to a proposal that plugins may not use: switch it off`,
      startOffset,
    );
  }
  reader.section = name;
  const size = reader.u32();
  const payloadOffset = reader.position;
  if (size > reader.end - payloadOffset) {
    reader.malformed("the section reaches beyond the module", startOffset);
  }
  const endOffset = payloadOffset + size;
  reader.position = endOffset;
  if (id !== SectionId.CUSTOM) return { id, name, startOffset, payloadOffset, endOffset };
  const custom = new ByteReader(reader.bytes, payloadOffset, endOffset, "custom");
  return { id, name: custom.name(), startOffset, payloadOffset: custom.position, endOffset };
}

function sectionReader(bytes: Uint8Array, sections: readonly WasmSection[], id: number): ByteReader | null {
  const section = sections.find((candidate) => candidate.id === id);
  return section === undefined
    ? null
    : new ByteReader(bytes, section.payloadOffset, section.endOffset, section.name);
}

/** Contents of every custom section of this name. */
export function customSections(module: Pick<WasmModule, "bytes" | "sections">, name: string): Uint8Array[] {
  return module.sections
    .filter((section) => section.id === SectionId.CUSTOM && section.name === name)
    .map((section) => module.bytes.subarray(section.payloadOffset, section.endOffset));
}
