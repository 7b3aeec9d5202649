import { EngineError } from "./engine-error.ts";
import type { Manifest } from "./manifest.ts";
import { MANIFEST_SECTION, parseManifest } from "./manifest.ts";
import { customSections } from "./wasm/module-reader.ts";
import type { WasmModule } from "./wasm/wasm-module.ts";

/** The manifest of a module, which has exactly one. Throws SANDPIT_ENGINE_MANIFEST_MISSING, SANDPIT_ENGINE_MANIFEST_INVALID. */
export function readManifest(module: Pick<WasmModule, "bytes" | "sections">): Manifest {
  const [manifest, second] = customSections(module, MANIFEST_SECTION);
  if (manifest === undefined || second !== undefined) {
    const text = `the module has ${second === undefined ? "no" : "several"} custom sections ${MANIFEST_SECTION}: build it with npm run sandpit plugin build`;
    throw new EngineError("SANDPIT_ENGINE_MANIFEST_MISSING", text);
  }
  return parseManifest(manifest);
}
