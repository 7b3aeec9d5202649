import { lstatSync } from "node:fs";
import { join } from "node:path";
import { wasmLimits } from "../../host/engine/index.ts";
import { modulePath } from "../../tools/build-plugins.ts";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError } from "../console/command-error.ts";
import { keepMapBeside } from "./kept-source-map.ts";
import { readRegularFile } from "./regular-file.ts";

const rules = { bytesMax: wasmLimits.moduleBytes };

/** Where a module lies that is given as a file or as the name of a plugin of this project. */
export function pluginPath(given: string): string {
  const source = bundledPlugins().find(({ manifest }) => manifest.name === given);
  const isThere = lstatSync(given, { throwIfNoEntry: false }) !== undefined;
  return isThere || source === undefined ? given : modulePath(source);
}

/** The bytes of a module: a regular file, or the name of a plugin of this project. Throws CommandError. */
export function readPluginFile(given: string): Uint8Array {
  const path = pluginPath(given);
  try {
    keepMapBeside(path);
    return readRegularFile(path, rules);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new CommandError(
      `the plugin ${given} cannot be read: ${cause.message}`,
      `name a .wasm file, or a plugin below plugins/; ${cause.remedy}`,
      { cause },
    );
  }
}

/** "\0asm": how every WebAssembly module begins. */
const MAGIC = Buffer.from([0x00, 0x61, 0x73, 0x6d]);

/** The same, of what is meant to run: another kind of file is told at once, and not as a module with damaged bytes. Throws CommandError. */
export function readModuleFile(given: string): Uint8Array {
  const bytes = readPluginFile(given);
  if (MAGIC.equals(bytes.subarray(0, MAGIC.length))) return bytes;
  throw new CommandError(
    `${given} is no WebAssembly module: it does not begin as one`,
    "name the .wasm file that `sandpit plugin build` or `sandpit test` has made, or a plugin below plugins/",
  );
}

/** The module of a plugin in a folder of modules. Throws CommandError, also for a name that would lead out of the folder. */
export function readModuleOf(directory: string, plugin: string): Uint8Array {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(plugin))
    throw new CommandError(
      `${JSON.stringify(plugin.slice(0, 64))} is no name of a plugin`,
      "use lower case letters, digits and hyphens",
    );
  return readPluginFile(join(directory, `${plugin}.wasm`));
}
