import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { buildPlugins, modulePath } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError } from "../console/command-error.ts";

/**
 * From here on V8 compiles a plugin whole when it is loaded. By default it compiles each function at its first call: the first order of a
 * session then waited up to 10 ms for the codec's encoder and the rules. Not before the plugins are built: the compiler itself is a
 * WebAssembly module of 10 MB, which is better compiled as it goes.
 */
function compileWhole(): void {
  setFlagsFromString("--no-wasm-lazy-compilation");
}

/** Builds the plugins whose sources have changed, with progress on standard error, and reads the modules that a configuration names. */
export async function pluginModules(configuration: Configuration): Promise<Map<string, Uint8Array>> {
  await buildPlugins();
  compileWhole();
  const { venue, features, agents, ensemble, risk } = configuration;
  const placements = [venue, ...features.plugins, ...agents, ensemble, ...risk.rules];
  const sources = new Map(bundledPlugins().map((source) => [source.manifest.name, source]));
  const modules = new Map<string, Uint8Array>();
  for (const { plugin } of placements) {
    const source = sources.get(plugin);
    if (source === undefined) {
      throw new CommandError(
        `the configuration names the plugin "${plugin}", and plugins/ has none of that name`,
        `use one of ${[...sources.keys()].join(", ")}`,
      );
    }
    modules.set(plugin, readFileSync(modulePath(source)));
  }
  return modules;
}
