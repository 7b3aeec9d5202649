import type { PluginKind } from "../../abi/host/index.ts";
import { memoryMapOf, PAGE_BYTES } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { Manifest, ManifestLimits } from "./manifest.ts";

/**
 * The most that a manifest may ask for. 10 million instructions are 3 to 10 ms on the trading thread; a venue
 * adds up to 600 a byte for the rare frame of a megabyte. A frame of 32 locals takes some 400 bytes of stack,
 * so 512 of them stay well within V8's 984 KiB. No budget within these limits exceeds GAS_MAX, whatever the
 * length of the input; a test holds that.
 */
export function kindLimits(kind: PluginKind): ManifestLimits {
  const { outboxCapacity } = memoryMapOf(kind);
  return {
    gasBase: 10_000_000,
    gasPerByte: kind === "venue" ? 600 : 1_000,
    initGas: 100_000_000,
    callDepth: 512,
    pages: 256,
    outputs: outboxCapacity / 8,
  };
}

/**
 * Throws SANDPIT_ENGINE_KIND_LIMIT, naming the limit, when a manifest asks for more than its kind may have or
 * for too little to run.
 */
export function checkKindLimits(manifest: Manifest): void {
  const most = kindLimits(manifest.kind);
  const { limits } = manifest;
  checkMost("gasBase", limits.gasBase, most.gasBase);
  checkMost("gasPerByte", limits.gasPerByte, most.gasPerByte);
  checkMost("initGas", limits.initGas, most.initGas);
  checkMost("callDepth", limits.callDepth, most.callDepth);
  checkMost("pages", limits.pages, most.pages);
  checkMost("outputs", limits.outputs, most.outputs);
  const { memoryBase } = memoryMapOf(manifest.kind);
  const pagesMin = memoryBase / PAGE_BYTES + 1;
  if (limits.pages < pagesMin) {
    refuse(
      `limits.pages is ${limits.pages}, a plugin of kind ${manifest.kind} needs at least ${pagesMin}: the host owns the bytes below ${memoryBase}`,
    );
  }
}

function checkMost(name: string, value: number, most: number): void {
  if (value > most) {
    refuse(`limits.${name} is ${value}, the most for this kind is ${most}: lower it in manifest.json`);
  }
}

function refuse(text: string): never {
  throw new EngineError("SANDPIT_ENGINE_KIND_LIMIT", text);
}
