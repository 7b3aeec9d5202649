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

/** Compiles one plugin. Throws an error whose text is the compiler's own report. */
export async function compilePlugin(source: PluginSource): Promise<CompiledPlugin> {
  writeManifestModule(source);
  const { manifest } = source;
  const index = fromRoot(join(source.folder, "index"));
  const entry = entryModule(manifest, index);
  const outputs = new Map<string, Uint8Array>();
  const pages = String(manifest.limits.pages);
  const { memoryBase } = memoryMapOf(manifest.kind);
  const argv = [
    entryName,
    "--config",
    "asconfig.json",
    "--outFile",
    "plugin.wasm",
    "--sourceMap",
    "--memoryBase",
    String(memoryBase),
  ];
  argv.push("--initialMemory", pages, "--maximumMemory", pages);
  const functions = new FunctionRanges();
  const { error, stderr } = await asc.main(argv, {
    transforms: [functions],
    readFile: (name: string, base: string) =>
      name === entryName ? entry : readText(isAbsolute(name) ? name : join(projectRoot, base, name)),
    writeFile: (name: string, contents: Uint8Array | string) => {
      outputs.set(name, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    },
    listFiles: () => [],
  });
  const wasm = outputs.get("plugin.wasm");
  if (error !== null || wasm === undefined)
    throw new Error(
      `${source.folder}: AssemblyScript refused it:\n${stderr.toString()}${error?.message ?? ""}`,
    );
  const map = new TextDecoder().decode(outputs.get("plugin.wasm.map"));
  return {
    wasm: describe(stripSourceMapUrl(wasm), source),
    sourceMap: hostSourceMap(map, wasm, functions.bySource),
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
