import type { PluginModule } from "../host/engine/index.ts";
import { loadModule } from "../host/engine/index.ts";
import type { PluginSource } from "../host/lane/index.ts";

const rebuilt = new Map<string, PluginModule>();

/**
 * The same plugin of another version: other bytes, so for host and engine another module, which is compiled anew and comes to its state by snapshot. It
 * decides as the first does, so that what leaves can be held against a run without swaps.
 */
export function variantOf({ module, parameters }: PluginSource): PluginSource {
  const known = rebuilt.get(module.verifiedSha256);
  const other = known ?? loadModule(renumbered(module));
  rebuilt.set(module.verifiedSha256, other);
  return { module: other, parameters };
}

/** Its version's last digit moved on by one, so that no length changes. */
function renumbered({ bytes, manifest }: PluginModule): Uint8Array {
  const { name, version } = manifest;
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(`"version":"${version}"`);
  const last = at + `"version":"${version}`.length - 1;
  if (at < 0) throw new Error(`the manifest of ${name} does not say ${version} as it is built`);
  copy[last] = copy[last] === 0x39 ? 0x30 : (copy[last] ?? 0) + 1;
  return copy;
}
