import { EngineError } from "../engine-error.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import { Opcode } from "../wasm/opcode.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { ExternalKind, ValueType } from "../wasm/wasm-module.ts";
import type { CounterIndexes } from "./gas-code.ts";
import { DEPTH_EXPORT, GAS_EXPORT, STATE_EXPORT_PREFIX } from "./meter-rules.ts";
import type { MeterPlan } from "./meter-plan.ts";

/**
 * A function that the host may call, and the budget of each call: base + perByte × the value of a parameter.
 */
export interface EntryPoint {
  readonly name: string;
  readonly functionIndex: number;
  readonly gasBase: number;
  readonly gasPerByte: number;
  /** Index of the parameter with the length in bytes; null where the budget does not depend on one. */
  readonly lengthParameter: number | null;
}

/** Appends the wrapper of an entry point: fills both counters, then calls the original. */
export function writeEntryWrapper(
  module: WasmModule,
  entry: EntryPoint,
  plan: MeterPlan,
  out: ByteWriter,
): void {
  const body = new ByteWriter(64);
  const { gasGlobal, depthGlobal } = plan.counters;
  body.u32(0);
  constant(body, entry.gasBase);
  if (entry.lengthParameter !== null) {
    indexed(body, Opcode.LOCAL_GET, entry.lengthParameter);
    constant(body, entry.gasPerByte);
    body.byte(Opcode.I32_MUL);
    body.byte(Opcode.I32_ADD);
  }
  indexed(body, Opcode.GLOBAL_SET, gasGlobal);
  constant(body, plan.entryDepths.get(entry) ?? 0);
  indexed(body, Opcode.GLOBAL_SET, depthGlobal);
  const parameters = module.types[module.functions[entry.functionIndex] ?? -1]?.parameters.length ?? 0;
  for (let index = 0; index < parameters; index++) indexed(body, Opcode.LOCAL_GET, index);
  indexed(body, Opcode.CALL, entry.functionIndex);
  body.byte(Opcode.END);
  out.u32(body.length);
  out.raw(body.view());
}

/**
 * The export section: wrappers in place of the originals, then the counters. Throws when the module exports
 * anything else.
 */
export function writeEntryExports(
  module: WasmModule,
  entryPoints: readonly EntryPoint[],
  counters: CounterIndexes,
  out: ByteWriter,
): void {
  const state = mutableGlobals(module);
  out.u32(module.exports.length + 2 + state.length);
  for (const { name, kind, offset } of module.exports) {
    const position = entryPoints.findIndex((entry) => entry.name === name);
    if (kind !== ExternalKind.FUNCTION || position < 0 || name === GAS_EXPORT || name === DEPTH_EXPORT) {
      const text = `the export ${JSON.stringify(name)} has no budget: plugins export init, handle, snapshot and restore`;
      throw new EngineError("SANDPIT_ENGINE_EXPORT_NOT_ALLOWED", text, {
        offsetBytes: offset,
        section: "export",
      });
    }
    out.name(name);
    out.byte(ExternalKind.FUNCTION);
    out.u32(module.bodies.length + position);
  }
  exportGlobal(out, GAS_EXPORT, counters.gasGlobal);
  exportGlobal(out, DEPTH_EXPORT, counters.depthGlobal);
  for (const index of state) exportGlobal(out, `${STATE_EXPORT_PREFIX}${index}`, index);
}

/** Numbers of the globals that hold state. Those of vectors cannot be read from outside and are left out: see `hasPlainState`. */
function mutableGlobals(module: WasmModule): number[] {
  return module.globals.flatMap(({ type, isMutable }, index) =>
    isMutable && type !== ValueType.V128 ? [index] : [],
  );
}

function exportGlobal(out: ByteWriter, name: string, index: number): void {
  out.name(name);
  out.byte(ExternalKind.GLOBAL);
  out.u32(index);
}

function constant(out: ByteWriter, value: number): void {
  out.byte(Opcode.I32_CONST);
  out.s32(value);
}

function indexed(out: ByteWriter, opcode: number, index: number): void {
  out.byte(opcode);
  out.u32(index);
}
