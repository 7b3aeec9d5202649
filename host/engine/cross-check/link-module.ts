import { memoryMapOf, PAGE_BYTES } from "../../../abi/host/index.ts";
import { GAS_EXPORT, METERED_BYTES_MAX, STATE_EXPORT_PREFIX } from "../meter/meter-rules.ts";
import type { PluginModule } from "../plugin-module.ts";
import { ByteReader } from "../wasm/byte-reader.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import { readModule, readSections } from "../wasm/module-reader.ts";
import { SectionId } from "../wasm/section-id.ts";
import { ExternalKind, ValueType } from "../wasm/wasm-module.ts";
import { CodeWriter } from "./code-writer.ts";
import type { EventTable } from "./event-table.ts";
import type { HarnessPlaces } from "./harness.ts";
import {
  harnessBodies,
  HarnessFunction,
  harnessFunctions,
  HarnessGlobal,
  harnessTypes,
  laneStarts,
} from "./harness.ts";

const HEADER_BYTES = 8;
const PASSIVE = 1;
const FIXED_SIZE = 1;

/** The order of a linked module's sections: its memory is its own, and it imports nothing. */
const sectionOrder = [
  SectionId.TYPE,
  SectionId.FUNCTION,
  SectionId.TABLE,
  SectionId.MEMORY,
  SectionId.GLOBAL,
  SectionId.EXPORT,
  SectionId.ELEMENT,
  SectionId.DATA_COUNT,
  SectionId.CODE,
  SectionId.DATA,
] as const;

/** Names of what a linked module exports for the host, beside its memory. */
const linkedExports = {
  begin: HarnessFunction.BEGIN,
  step: HarnessFunction.STEP,
  state: HarnessFunction.STATE,
  digest: HarnessFunction.DIGEST,
} as const;

/** What a section of the metered module holds: how many entries, and their bytes. */
interface Entries {
  readonly count: number;
  readonly bytes: Uint8Array;
}

const NONE: Entries = { count: 0, bytes: new Uint8Array(0) };

/**
 * Makes one module without imports of a metered module and a harness that gives it the table's events and hashes what comes out. The metered
 * code and not the verified one, since the metered code is what runs. Its sections are copied byte by byte, every index stays what it was;
 * what the harness needs comes behind, where the module's own code cannot name it. Throws EngineError.
 */
export function linkModule(module: PluginModule, table: EventTable): Uint8Array {
  const entries = readEntries(module.metered.bytes);
  const places = placesOf(module, table, entries);
  const out = new ByteWriter(module.metered.bytes.length + table.bytes.length + 4_096);
  out.raw(module.metered.bytes.subarray(0, HEADER_BYTES));
  for (const id of sectionOrder) {
    const body = sectionOf(id, entries.get(id) ?? NONE, places);
    if (body === null) continue;
    out.byte(id);
    out.u32(body.length);
    out.raw(body.view());
  }
  return out.toBytes();
}

function readEntries(metered: Uint8Array): Map<number, Entries> {
  const known: readonly number[] = sectionOrder;
  return new Map(
    readSections(metered, METERED_BYTES_MAX)
      .filter(({ id }) => known.includes(id))
      .map(({ id, name, payloadOffset, endOffset }) => {
        const reader = new ByteReader(metered, payloadOffset, endOffset, name);
        const count = reader.u32();
        return [id, { count, bytes: metered.subarray(reader.position, endOffset) }];
      }),
  );
}

function placesOf(
  { bytes, manifest }: PluginModule,
  table: EventTable,
  entries: ReadonlyMap<number, Entries>,
): HarnessPlaces {
  const exported = readExportIndexes(entries.get(SectionId.EXPORT) ?? NONE);
  const indexOf = (name: string): number => exported.get(name) ?? -1;
  const { globals } = readModule(bytes);
  const state = [...exported]
    .filter(([name]) => name.startsWith(STATE_EXPORT_PREFIX))
    .map(([, index]) => ({ index, type: globals[index]?.type ?? ValueType.I32 }));
  return {
    functions: entries.get(SectionId.FUNCTION)?.count ?? 0,
    types: entries.get(SectionId.TYPE)?.count ?? 0,
    globals: entries.get(SectionId.GLOBAL)?.count ?? 0,
    dataSegment: entries.get(SectionId.DATA)?.count ?? 0,
    init: indexOf("init"),
    handle: indexOf("handle"),
    gasGlobal: indexOf(GAS_EXPORT),
    state,
    map: memoryMapOf(manifest.kind),
    memoryBytes: manifest.limits.pages * PAGE_BYTES,
    table,
  };
}

function readExportIndexes({ count, bytes }: Entries): Map<string, number> {
  const reader = new ByteReader(bytes, 0, bytes.length, "export");
  const indexes = new Map<string, number>();
  for (let left = count; left > 0; left--) {
    const name = reader.name();
    reader.byte();
    indexes.set(name, reader.u32());
  }
  return indexes;
}

/** A section of the linked module; null for one that it does not have. */
function sectionOf(
  id: (typeof sectionOrder)[number],
  own: Entries,
  places: HarnessPlaces,
): ByteWriter | null {
  switch (id) {
    case SectionId.TYPE:
      return appended(own, harnessTypes.map(functionType));
    case SectionId.FUNCTION:
      return appended(
        own,
        harnessFunctions.map((type) => unsigned(places.types + type)),
      );
    case SectionId.MEMORY:
      return memorySection(places);
    case SectionId.GLOBAL:
      return appended(own, harnessGlobals());
    case SectionId.EXPORT:
      return exportSection(places);
    case SectionId.DATA_COUNT:
      return countOf(places.dataSegment + 1);
    case SectionId.CODE:
      return appended(own, harnessBodies(places));
    case SectionId.DATA:
      return appended(own, [passiveSegment(places.table.bytes)]);
    default:
      return own.count === 0 ? null : appended(own, []);
  }
}

function appended({ count, bytes }: Entries, added: readonly Uint8Array[]): ByteWriter {
  const body = new ByteWriter(bytes.length + 1_024);
  body.u32(count + added.length);
  body.raw(bytes);
  for (const entry of added) body.raw(entry);
  return body;
}

function countOf(value: number): ByteWriter {
  const body = new ByteWriter(8);
  body.u32(value);
  return body;
}

function unsigned(value: number): Uint8Array {
  return countOf(value).toBytes();
}

function functionType({ parameters, results }: (typeof harnessTypes)[number]): Uint8Array {
  return Uint8Array.of(0x60, parameters.length, ...parameters, results.length, ...results);
}

function memorySection({ memoryBytes }: HarnessPlaces): ByteWriter {
  const body = new ByteWriter(16);
  body.u32(1);
  body.byte(FIXED_SIZE);
  body.u32(memoryBytes / PAGE_BYTES);
  body.u32(memoryBytes / PAGE_BYTES);
  return body;
}

function harnessGlobals(): Uint8Array[] {
  const mutable = (type: number, start: Uint8Array): Uint8Array => Uint8Array.of(type, 1, ...start);
  return [
    mutable(ValueType.I64, new CodeWriter().i64(laneStarts.a).toConstant()),
    mutable(ValueType.I64, new CodeWriter().i64(laneStarts.b).toConstant()),
    mutable(ValueType.I32, new CodeWriter().i32(0).toConstant()),
  ];
}

/** Memory and the last answer's length are for V8 alone, which compares them with the ordinary run. */
function exportSection({ functions, globals }: HarnessPlaces): ByteWriter {
  const exported = Object.entries(linkedExports).map(
    ([name, offset]) => [name, ExternalKind.FUNCTION, functions + offset] as const,
  );
  const all = [
    ...exported,
    ["memory", ExternalKind.MEMORY, 0] as const,
    ["written", ExternalKind.GLOBAL, globals + HarnessGlobal.WRITTEN] as const,
  ];
  const body = new ByteWriter(128);
  body.u32(all.length);
  for (const [name, kind, index] of all) {
    body.name(name);
    body.byte(kind);
    body.u32(index);
  }
  return body;
}

function passiveSegment(bytes: Uint8Array): Uint8Array {
  const body = new ByteWriter(bytes.length + 16);
  body.byte(PASSIVE);
  body.u32(bytes.length);
  body.raw(bytes);
  return body.view();
}
