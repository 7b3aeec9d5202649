import { createHash } from "node:crypto";
import { memoryMapOf } from "../../../abi/host/index.ts";
import type { Manifest } from "../manifest.ts";
import type { WasmGlobal, WasmMemory } from "../web-assembly.ts";
import type { LinkedFunctions, LinkedRun } from "./linked-run.ts";
import { runLinked } from "./linked-run.ts";

/** A run in V8, which can look into the memory. */
export interface V8Run {
  readonly run: LinkedRun;
  /** As the trial's digest is made: SHA-256 of what each call returned and of the bytes that it wrote. */
  readonly trialDigest: string;
}

/** Runs a linked module here. Throws WebAssembly.RuntimeError for a trap, WebAssembly.CompileError for a fault of the linking. */
export function runInV8(linked: Uint8Array, { kind }: Manifest, events: number): V8Run {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(linked), {});
  const memory = exports["memory"] as WasmMemory;
  const written = exports["written"] as WasmGlobal;
  const bytes = new Uint8Array(memory.buffer);
  const { outboxOffset } = memoryMapOf(kind);
  const hash = createHash("sha256");
  const word = new DataView(new ArrayBuffer(4));
  const run = runLinked(exports as unknown as LinkedFunctions, events, () => {
    word.setInt32(0, written.value, true);
    hash.update(new Uint8Array(word.buffer));
    if (written.value > 0) hash.update(bytes.subarray(outboxOffset, outboxOffset + written.value));
  });
  return { run, trialDigest: hash.digest("hex") };
}
