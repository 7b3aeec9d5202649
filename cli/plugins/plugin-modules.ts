import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { hostTrust, verifyModules } from "../../host/control/index.ts";
import type { PluginModules } from "../../host/lane/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { buildPlugins, modulePath } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError } from "../console/command-error.ts";
import { readModuleOf } from "./plugin-file.ts";
import { keepMapBeside } from "./kept-source-map.ts";

/**
 * From here on V8 compiles a plugin whole when it is loaded. By default it compiles each function at its first call: the first order of a
 * session then waited up to 10 ms for the codec's encoder and the rules. Not before the plugins are built: the compiler itself is a
 * WebAssembly module of 10 MB, which is better compiled as it goes.
 */
function compileWhole(): void {
  setFlagsFromString("--no-wasm-lazy-compilation");
}

/**
 * Reads the modules that a configuration names: from its folder of modules, or else those of this project, of which it first builds the ones
 * whose sources have changed, with progress on standard error.
 */
export async function pluginModules(configuration: Configuration): Promise<Map<string, Uint8Array>> {
  const { venues, features, agents, ensemble, risk, trust } = configuration;
  const placements = [...venues, ...features.plugins, ...agents, ensemble, ...risk.rules];
  const { moduleDirectory } = trust;
  if (moduleDirectory !== null) {
    compileWhole();
    return new Map(placements.map(({ plugin }) => [plugin, readModuleOf(moduleDirectory, plugin)]));
  }
  await buildPlugins();
  compileWhole();
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
    const path = modulePath(source);
    keepMapBeside(path);
    modules.set(plugin, readFileSync(path));
  }
  return modules;
}

/**
 * The modules as the configuration's host will judge them, for what runs before it does: the warm-up must run nothing that the host
 * would refuse. Throws EngineError.
 */
export function judgedModules(
  configuration: Configuration,
  modules: ReadonlyMap<string, Uint8Array>,
): PluginModules {
  return verifyModules(modules, hostTrust(configuration, new NodeDisk(), new SystemClock().wallMs()));
}
