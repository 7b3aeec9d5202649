import type { ByteReader } from "./byte-reader.ts";
import { finish } from "./declaration-reader.ts";
import { readConstant } from "./value-type.ts";
import { wasmLimits } from "./wasm-limits.ts";
import type { WasmDataSegment, WasmElementSegment } from "./wasm-module.ts";

/**
 * Element segments. Flags: bit 0 passive or declarative, bit 1 an explicit table (or declarative), bit 2
 * expressions instead of function indexes; the last needs reference types, which are refused.
 */
export function readElementSegments(reader: ByteReader | null): WasmElementSegment[] {
  const segments: WasmElementSegment[] = [];
  let entries = 0;
  for (
    let left = reader?.count(wasmLimits.elementSegments, "element segments") ?? 0;
    reader !== null && left > 0;
    left--
  ) {
    const functions = readElementSegment(reader);
    entries += functions.length;
    if (entries > wasmLimits.tableEntries) {
      reader.fail(
        "SANDPIT_ENGINE_LIMIT_EXCEEDED",
        `more than ${wasmLimits.tableEntries} table entries: use fewer function pointers`,
      );
    }
    segments.push({ functions });
  }
  finish(reader);
  return segments;
}

function readElementSegment(reader: ByteReader): number[] {
  const start = reader.position;
  const flags = reader.u32();
  if (flags > 3) {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      "an element segment of expressions: switch reference types off",
      start,
    );
  }
  if (flags === 2) reader.u32();
  if ((flags & 1) === 0) readConstant(reader);
  if (flags !== 0 && reader.byte() !== 0) {
    reader.malformed("an element segment holds something else than functions", start);
  }
  const functions: number[] = [];
  for (let left = reader.count(wasmLimits.tableEntries, "table entries"); left > 0; left--) {
    functions.push(reader.u32());
  }
  return functions;
}

/** Data segments: 0 active, 1 passive, 2 active with a memory index. */
export function readDataSegments(reader: ByteReader | null): WasmDataSegment[] {
  const segments: WasmDataSegment[] = [];
  for (
    let left = reader?.count(wasmLimits.dataSegments, "data segments") ?? 0;
    reader !== null && left > 0;
    left--
  ) {
    segments.push(readDataSegment(reader));
  }
  finish(reader);
  return segments;
}

function readDataSegment(reader: ByteReader): WasmDataSegment {
  const offset = reader.position;
  const flags = reader.u32();
  if (flags > 2) reader.malformed("a data segment of unknown form", offset);
  if (flags === 2 && reader.u32() !== 0) {
    reader.fail("SANDPIT_ENGINE_FEATURE_REFUSED", "a data segment of a second memory", offset);
  }
  const address = flags === 1 ? null : readAddress(reader);
  const sizeBytes = reader.count(wasmLimits.dataBytes, "bytes of data");
  reader.skip(sizeBytes);
  return { offset, sizeBytes, address };
}

function readAddress(reader: ByteReader): number {
  const start = reader.position;
  const address = readConstant(reader);
  if (address === null) {
    reader.fail(
      "SANDPIT_ENGINE_DATA_OUT_OF_PLACE",
      "a data segment lies at an address that is not a constant: build without dynamic linking",
      start,
    );
  }
  return address >>> 0;
}
