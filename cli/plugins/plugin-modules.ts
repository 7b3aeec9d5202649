import { readFileSync } from "node:fs";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { buildPlugins, modulePath } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError } from "../console/command-error.ts";

/** Builds the plugins whose sources have changed, with progress on standard error, and reads the modules that a configuration names. */
export async function pluginModules(configuration: Configuration): Promise<Map<string, Uint8Array>> {
  await buildPlugins();
  const { venue, features, agents, ensemble, risk } = configuration;
  const placements = [venue, ...features.plugins, ...agents, ensemble, ...risk.rules];
  const sources = new Map(bundledPlugins().map((source) => [source.manifest.name, source]));
  const modules = new Map<string, Uint8Array>();
  for (const { plugin } of placements) {
    const source = sources.get(plugin);
    if (source === undefined) {
      throw new CommandError(`the configuration names the plugin "${plugin}", and plugins/ has none of that name`, `use one of ${[...sources.keys()].join(", ")}`);
    }
    modules.set(plugin, readFileSync(modulePath(source)));
  }
  return modules;
}
