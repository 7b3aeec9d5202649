import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import asc from "assemblyscript/asc";
import { memoryMapOf, recordLayouts } from "../../abi/host/index.ts";
import { withCustomSection } from "./custom-section.ts";
import { entryModule } from "./entry-module.ts";
import { FunctionRanges } from "./function-ranges.ts";
import { manifestModule } from "./manifest-module.ts";
import type { PluginSource } from "./plugin-source.ts";
import { fromRoot, projectRoot } from "./plugin-source.ts";
import { hostSourceMap } from "./source-map.ts";

/** A compiled plugin: the module with its manifest inside, and the source map that leads a trap back to its line. */
export interface CompiledPlugin {
  readonly wasm: Uint8Array;
  readonly sourceMap: string;
}

const entryName = "sandpit-entry.ts";
const MODULE = "plugin.wasm";
const LISTING = "plugin.wat";

/** Compiles one plugin. Throws an error whose text is the compiler's own report. */
export async function compilePlugin(source: PluginSource): Promise<CompiledPlugin> {
  const functions = new FunctionRanges();
  const output = await compiled(source, ["--outFile", MODULE, "--sourceMap"], functions);
  const wasm = output(MODULE);
  const map = new TextDecoder().decode(output(`${MODULE}.map`));
  return {
    wasm: describe(stripSourceMapUrl(wasm), source),
    sourceMap: hostSourceMap(map, wasm, functions.bySource),
  };
}

/** The same module in the text form of WebAssembly, with the names of the sources. Throws as `compilePlugin` does. */
export async function listPlugin(source: PluginSource): Promise<string> {
  const output = await compiled(source, ["--textFile", LISTING], new FunctionRanges());
  return new TextDecoder().decode(output(LISTING));
}

/** Runs the compiler; what it wrote, by name. */
async function compiled(
  source: PluginSource,
  wanted: readonly string[],
  functions: FunctionRanges,
): Promise<(name: string) => Uint8Array> {
  writeManifestModule(source);
  const { kind, limits } = source.manifest;
  const entry = entryModule(source.manifest, fromRoot(join(source.folder, "index")));
  const outputs = new Map<string, Uint8Array>();
  const pages = String(limits.pages);
  const argv = [entryName, "--config", "asconfig.json", ...wanted];
  argv.push("--memoryBase", String(memoryMapOf(kind).memoryBase));
  argv.push("--initialMemory", pages, "--maximumMemory", pages);
  const { error, stderr } = await asc.main(argv, {
    transforms: [functions],
    readFile: (name: string, base: string) =>
      name === entryName ? entry : readText(isAbsolute(name) ? name : join(projectRoot, base, name)),
    writeFile: (name: string, contents: Uint8Array | string) => {
      outputs.set(name, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    },
    listFiles: () => [],
  });
  return (name) => {
    const found = outputs.get(name);
    if (error === null && found !== undefined) return found;
    throw new Error(
      `${source.folder}: AssemblyScript refused it:\n${stderr.toString()}${error?.message ?? ""}`,
    );
  };
}

/** Writes manifest.ts beside manifest.json where it has changed. */
export function writeManifestModule(source: PluginSource): void {
  const path = join(source.folder, "manifest.ts");
  const text = manifestModule(source.manifest);
  if (readText(path) !== text) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The manifest and the layouts of the records that the module was built with go into custom sections. */
function describe(wasm: Uint8Array, source: PluginSource): Uint8Array {
  const layouts: Record<string, string> = {};
  for (const name of [...source.manifest.reads, ...source.manifest.writes]) {
    if (!Object.hasOwn(recordLayouts, name))
      throw new Error(`${source.folder}/manifest.json: there is no record "${name}"; docs/abi.md lists them`);
    layouts[name] = recordLayouts[name as keyof typeof recordLayouts];
  }
  const manifest = JSON.stringify(JSON.parse(source.manifestText));
  return withCustomSection(
    withCustomSection(wasm, "sandpit.manifest", manifest),
    "sandpit.records",
    JSON.stringify(layouts),
  );
}

/** The reference to the map is a path, which would make equal sources give unequal bytes. */
function stripSourceMapUrl(wasm: Uint8Array): Uint8Array {
  const name = Buffer.from("\u0010sourceMappingURL", "latin1");
  const bytes = Buffer.from(wasm.buffer, wasm.byteOffset, wasm.byteLength);
  const at = bytes.lastIndexOf(name);
  // The section is the last one and short: id, one byte of length, then the name.
  const start = at - 2;
  if (at < 0 || bytes[start] !== 0 || start + 2 + (bytes[start + 1] ?? 0) !== bytes.length) return wasm;
  return wasm.slice(0, start);
}

function readText(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
