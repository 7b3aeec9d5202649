import { createHash } from "node:crypto";
import { parseSourceMap } from "./source-map-file.ts";
import type { SourceMapFile } from "./source-map-file.ts";
import { SourcePositions } from "./source-positions.ts";
import { SectionId } from "./wasm/section-id.ts";
import type { WasmModule } from "./wasm/wasm-module.ts";

/** More than the plugins of a host with all their swaps of a week; the oldest goes first. */
const MAPS_MAX = 256;

const maps = new Map<string, SourceMapFile>();

/**
 * Takes a source map into keeping, for the modules that are loaded from now on. It is matched by the hash of the code, so it does not
 * matter what else the module carries or how often its bytes were copied. Returns false when it is no map of the plugin build: nothing is
 * kept then. Decides nothing but texts.
 */
export function keepSourceMap(text: string): boolean {
  const map = parseSourceMap(text);
  if (map === null) return false;
  const key = map.x_sandpit.codeSha256;
  maps.delete(key);
  maps.set(key, map);
  for (const oldest of maps.keys()) {
    if (maps.size <= MAPS_MAX) break;
    maps.delete(oldest);
  }
  return true;
}

/** The source positions of a module, or null when no map of its code is in keeping. */
export function sourcePositionsOf(module: WasmModule): SourcePositions | null {
  if (maps.size === 0) return null;
  const code = module.sections.find(({ id }) => id === SectionId.CODE);
  if (code === undefined) return null;
  const payload = module.bytes.subarray(code.payloadOffset, code.endOffset);
  const map = maps.get(createHash("sha256").update(payload).digest("hex"));
  return map === undefined ? null : new SourcePositions(map, code.payloadOffset, module.bodies);
}
