import type { WasmCompiled, WasmTable } from "./web-assembly.ts";

/**
 * The module that stands between a slot's wrapper and its plugin. A swap sets the table's only entry; the
 * wrapper and the code that V8 has optimised for it stay as they are.
 *
 * ```
 * (module
 *   (type (func (param i32 i32) (result i32)))
 *   (table (export "table") 1 1 funcref)
 *   (func (export "stopped") (type 0) (i32.const -1005))
 *   (func (export "call") (type 0) (call_indirect (type 0) (local.get 0) (local.get 1) (i32.const 0)))
 *   (elem (i32.const 0) 0))
 * ```
 */
const trampolineBytes = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // type: (i32, i32) -> i32
  ...[0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f],
  // two functions of type 0
  ...[0x03, 0x03, 0x02, 0x00, 0x00],
  // table of one function, fixed size
  ...[0x04, 0x05, 0x01, 0x70, 0x01, 0x01, 0x01],
  // exports: "table", "stopped", "call"
  ...[0x07, 0x1a, 0x03],
  ...[0x05, 0x74, 0x61, 0x62, 0x6c, 0x65, 0x01, 0x00],
  ...[0x07, 0x73, 0x74, 0x6f, 0x70, 0x70, 0x65, 0x64, 0x00, 0x00],
  ...[0x04, 0x63, 0x61, 0x6c, 0x6c, 0x00, 0x01],
  // the entry is function 0 at first
  ...[0x09, 0x07, 0x01, 0x00, 0x41, 0x00, 0x0b, 0x01, 0x00],
  // -1005 as signed LEB128 is 93 78
  ...[0x0a, 0x13, 0x02],
  ...[0x05, 0x00, 0x41, 0x93, 0x78, 0x0b],
  ...[0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x41, 0x00, 0x11, 0x00, 0x00, 0x0b],
);

let compiled: WasmCompiled | null = null;

export interface Trampoline {
  readonly call: (template: number, lengthBytes: number) => number;
  readonly stopped: unknown;
  readonly table: WasmTable;
}

/** A trampoline of its own for one slot, which leads to `stopped` until something is installed. */
export function createTrampoline(): Trampoline {
  compiled ??= new WebAssembly.Module(trampolineBytes);
  const { exports } = new WebAssembly.Instance(compiled, {});
  return {
    call: exports["call"] as Trampoline["call"],
    stopped: exports["stopped"],
    table: exports["table"] as WasmTable,
  };
}
