import { existsSync, readFileSync } from "node:fs";
import { modulePath } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError } from "../console/command-error.ts";

/** The bytes of a module: a file, or the name of a plugin of this project. Throws CommandError. */
export function readPluginFile(given: string): Uint8Array {
  const source = bundledPlugins().find(({ manifest }) => manifest.name === given);
  const path = existsSync(given) || source === undefined ? given : modulePath(source);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CommandError(
      `the plugin ${given} cannot be read`,
      "name a .wasm file, or a plugin below plugins/",
      { cause },
    );
  }
}
