import { readFileSync } from "node:fs";
import { buildPlugins, modulePath } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";

/** Modules of bundled plugins by name, built where they are stale; all of them when none is named. */
export async function bundledModules(...names: readonly string[]): Promise<Map<string, Uint8Array>> {
  await buildPlugins(names.length === 0 ? { quiet: true } : { quiet: true, only: names });
  const sources = bundledPlugins().filter(
    ({ manifest }) => names.length === 0 || names.includes(manifest.name),
  );
  return new Map(sources.map((source) => [source.manifest.name, readFileSync(modulePath(source))]));
}
