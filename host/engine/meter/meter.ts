import { EngineError } from "../engine-error.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import { SectionId, sectionRank } from "../wasm/section-id.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { ValueType } from "../wasm/wasm-module.ts";
import { writeEntryExports, writeEntryWrapper } from "./entry-wrapper.ts";
import type { EntryPoint } from "./entry-wrapper.ts";
import { BodyRewriter } from "./body-rewriter.ts";
import { METERED_BYTES_MAX } from "./meter-rules.ts";
import { planModule } from "./meter-plan.ts";
import type { MeterPlan } from "./meter-plan.ts";
import { NO_OFFSET, OffsetMap } from "./offset-map.ts";

export interface MeterOptions {
  readonly entryPoints: readonly EntryPoint[];
  /** Depth units that a call from the host may use. */
  readonly callDepth: number;
}

export interface MeteredModule {
  readonly bytes: Uint8Array;
  readonly offsets: OffsetMap;
  /** Recursive functions, which are counted as they are called. */
  readonly recursiveFunctions: number;
}

/**
 * Adds metering to a module that `WebAssembly.validate` has accepted; that order matters, because only then
 * can its code not name the two globals and the wrappers that are appended here. Equal input gives equal
 * bytes. Every index of the original stays what it was.
 */
export function meterModule(module: WasmModule, options: MeterOptions): MeteredModule {
  const plan = planModule(module, options.entryPoints, options.callDepth);
  const out = new ByteWriter(module.bytes.length * 2);
  out.raw(module.bytes.subarray(0, 8));
  const runs: number[] = [];
  let globalsWritten = false;
  for (const section of module.sections) {
    if (!globalsWritten && sectionRank(section.id) >= sectionRank(SectionId.GLOBAL)) {
      writeSection(out, SectionId.GLOBAL, (body) => writeGlobals(module, body));
      globalsWritten = true;
    }
    if (section.id === SectionId.GLOBAL) continue;
    if (section.id === SectionId.TYPE) {
      writeSection(out, section.id, (body) => writeTypes(module, plan, body));
    } else if (section.id === SectionId.FUNCTION) {
      writeSection(out, section.id, (body) => writeFunctions(module, options, body));
    } else if (section.id === SectionId.EXPORT) {
      writeSection(out, section.id, (body) =>
        writeEntryExports(module, options.entryPoints, plan.counters, body),
      );
    } else if (section.id === SectionId.CODE) writeCode(module, plan, options, out, runs);
    else out.raw(module.bytes.subarray(section.startOffset, section.endOffset));
    if (out.length > METERED_BYTES_MAX) refuseSize(out.length);
  }
  return {
    bytes: out.toBytes(),
    offsets: new OffsetMap(Uint32Array.from(runs)),
    recursiveFunctions: plan.recursiveFunctions,
  };
}

function writeSection(out: ByteWriter, id: number, write: (body: ByteWriter) => void): void {
  const body = new ByteWriter();
  write(body);
  out.byte(id);
  out.u32(body.length);
  out.raw(body.view());
}

/** The payload of a section of the original without its leading count; empty when there is none. */
function entriesOf(module: WasmModule, id: number): Uint8Array {
  const section = module.sections.find((candidate) => candidate.id === id);
  if (section === undefined) return new Uint8Array(0);
  let start = section.payloadOffset;
  while ((module.bytes[start] ?? 0) >= 0x80) start += 1;
  return module.bytes.subarray(start + 1, section.endOffset);
}

function writeTypes(module: WasmModule, plan: MeterPlan, body: ByteWriter): void {
  body.u32(module.types.length + plan.addedTypes.length);
  body.raw(entriesOf(module, SectionId.TYPE));
  for (const results of plan.addedTypes) {
    body.byte(0x60);
    body.u32(0);
    body.u32(results.length);
    for (const result of results) body.byte(result);
  }
}

function writeFunctions(module: WasmModule, options: MeterOptions, body: ByteWriter): void {
  body.u32(module.functions.length + options.entryPoints.length);
  body.raw(entriesOf(module, SectionId.FUNCTION));
  for (const entry of options.entryPoints) body.u32(module.functions[entry.functionIndex] ?? 0);
}

/**
 * Two mutable 32-bit globals after the module's own; zero until a wrapper fills them, so nothing runs outside
 * of a wrapper.
 */
function writeGlobals(module: WasmModule, body: ByteWriter): void {
  body.u32(module.globals.length + 2);
  body.raw(entriesOf(module, SectionId.GLOBAL));
  for (let left = 2; left > 0; left--) {
    body.byte(ValueType.I32);
    body.byte(1);
    body.byte(0x41);
    body.byte(0);
    body.byte(0x0b);
  }
}

function writeCode(
  module: WasmModule,
  plan: MeterPlan,
  options: MeterOptions,
  out: ByteWriter,
  runs: number[],
): void {
  const code = new ByteWriter(module.bytes.length * 2);
  code.u32(module.bodies.length + options.entryPoints.length);
  module.bodies.forEach((body, index) => {
    const bodyPlan = plan.bodies[index];
    if (bodyPlan === undefined) {
      throw new EngineError("SANDPIT_ENGINE_METERED_INVALID", `no plan for function ${index}`);
    }
    const rewritten = new BodyRewriter(module, body, bodyPlan, plan.counters).rewrite();
    code.u32(rewritten.bytes.length);
    // What is charged before the first instruction counts as that instruction.
    runs.push(code.length, body.codeOffset);
    for (let run = 0; run < rewritten.runs.length; run += 2) {
      runs.push((rewritten.runs[run] ?? 0) + code.length, rewritten.runs[run + 1] ?? 0);
    }
    code.raw(rewritten.bytes);
    if (code.length > METERED_BYTES_MAX) refuseSize(code.length);
  });
  runs.push(code.length, NO_OFFSET);
  for (const entry of options.entryPoints) writeEntryWrapper(module, entry, plan, code);
  out.byte(SectionId.CODE);
  out.u32(code.length);
  for (let run = 0; run < runs.length; run += 2) runs[run] = (runs[run] ?? 0) + out.length;
  out.raw(code.view());
}

function refuseSize(bytes: number): never {
  const text = `the metered module has more than ${METERED_BYTES_MAX} bytes (${bytes}): the code consists of very small loops, write fewer`;
  throw new EngineError("SANDPIT_ENGINE_METERED_TOO_LARGE", text);
}
