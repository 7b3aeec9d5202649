import { instantiateSync } from "@assemblyscript/loader";
import { ByteWriter } from "../../host/engine/wasm/byte-writer.ts";
import type { WasmMemory } from "../../host/engine/web-assembly.ts";

/** Reads an AssemblyScript string by its pointer; null for 0. Throws an Error for what is no string. */
export type StringReader = (pointer: number) => string | null;

/**
 * A reader of the strings in a plugin's memory. The loader reads the memory that a module exports, and a plugin exports none: this one
 * imports the memory and exports it again, and does nothing else.
 */
export function stringReader(memory: WasmMemory): StringReader {
  const module = Uint8Array.from(memoryModule());
  const { exports } = instantiateSync(module, { env: { memory } });
  return (pointer) => (pointer === 0 ? null : exports.__getString(pointer >>> 0));
}

/** (module (import "env" "memory" (memory 0)) (export "memory" (memory 0))) */
function memoryModule(): Uint8Array {
  const out = new ByteWriter(64);
  out.raw(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  section(out, 2, (body) => {
    body.u32(1);
    body.name("env");
    body.name("memory");
    body.raw(Uint8Array.of(2, 0, 0));
  });
  section(out, 7, (body) => {
    body.u32(1);
    body.name("memory");
    body.raw(Uint8Array.of(2, 0));
  });
  return out.toBytes();
}

function section(out: ByteWriter, id: number, write: (body: ByteWriter) => void): void {
  const body = new ByteWriter(32);
  write(body);
  out.byte(id);
  out.u32(body.length);
  out.raw(body.view());
}
