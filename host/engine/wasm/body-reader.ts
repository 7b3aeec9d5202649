import { ByteReader } from "./byte-reader.ts";
import { finish } from "./declaration-reader.ts";
import { readValueType } from "./value-type.ts";
import { wasmLimits } from "./wasm-limits.ts";
import type { WasmBody } from "./wasm-module.ts";
import { ValueType } from "./wasm-module.ts";

/** Function bodies: their place and their locals. The instructions are InstructionReader's. */
export function readBodies(reader: ByteReader | null): { bodies: WasmBody[]; vector: boolean } {
  const bodies: WasmBody[] = [];
  let vector = false;
  for (
    let left = reader?.count(wasmLimits.functions, "function bodies") ?? 0;
    reader !== null && left > 0;
    left--
  ) {
    const body = readBody(reader);
    vector ||= body.vectorLocals > 0;
    bodies.push(body);
  }
  finish(reader);
  return { bodies, vector };
}

function readBody(reader: ByteReader): WasmBody {
  const size = reader.count(wasmLimits.bodyBytes, "bytes in one function body");
  const startOffset = reader.position;
  const endOffset = startOffset + size;
  const inner = new ByteReader(reader.bytes, startOffset, endOffset, reader.section);
  const localGroups = inner.count(wasmLimits.localsPerFunction, "groups of locals");
  const localGroupsOffset = inner.position;
  let locals = 0;
  let vectorLocals = 0;
  for (let left = localGroups; left > 0; left--) {
    const groupOffset = inner.position;
    const count = inner.u32();
    if (readValueType(inner) === ValueType.V128) vectorLocals += count;
    locals += count;
    if (locals > wasmLimits.localsPerFunction) {
      const text = `more than ${wasmLimits.localsPerFunction} locals in one function: split it`;
      inner.fail("SANDPIT_ENGINE_LIMIT_EXCEEDED", text, groupOffset);
    }
  }
  reader.skip(size);
  return {
    startOffset,
    codeOffset: inner.position,
    endOffset,
    localGroupsOffset,
    localGroups,
    locals,
    vectorLocals,
  };
}
