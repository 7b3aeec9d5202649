import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { PluginSource } from "./plugin-build/plugin-source.ts";
import {
  bundledPlugins,
  kindFolders,
  projectRoot,
  sharedFiles,
  sourceFiles,
} from "./plugin-build/plugin-source.ts";

const buildRoot = join(projectRoot, "build", "plugins");

/** Where a plugin's module lies once built. */
export function modulePath(source: PluginSource): string {
  return join(buildRoot, kindFolders[source.manifest.kind], `${source.manifest.name}.wasm`);
}

export interface BuildOptions {
  readonly quiet?: boolean;
  /** Names of the plugins to build; all when left out. */
  readonly only?: readonly string[];
}

/** Builds the bundled plugins whose sources, what they share with others of their kind, SDK, options or compiler have changed since their module was written. */
export async function buildPlugins(options: BuildOptions = {}): Promise<{ built: number; skipped: number }> {
  const chosen = bundledPlugins().filter((source) => options.only?.includes(source.manifest.name) ?? true);
  const shared = sharedDigest();
  const result = { built: 0, skipped: 0 };
  for (const source of chosen) {
    if (await buildPlugin(source, shared, options.quiet ?? false)) result.built += 1;
    else result.skipped += 1;
  }
  return result;
}

async function buildPlugin(source: PluginSource, shared: string, quiet: boolean): Promise<boolean> {
  const path = modulePath(source);
  // Without manifest.ts, which the compilation makes from manifest.json.
  const own = sourceFiles(source.folder).filter((file) => basename(file) !== "manifest.ts");
  const sources = [...own, ...sharedFiles(source.manifest.kind)];
  const stamp = digest([shared, ...sources.map((file) => readFileSync(file))]);
  const stampPath = `${path}.stamp`;
  if (existsSync(path) && existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp) return false;
  if (!quiet) process.stderr.write(`building plugin ${source.manifest.kind} ${source.manifest.name}\n`);
  // Half a second to load, and memory to keep: not where everything is up to date.
  const { compilePlugin } = await import("./plugin-build/compile.ts");
  const { wasm, sourceMap } = await compilePlugin(source);
  mkdirSync(join(buildRoot, kindFolders[source.manifest.kind]), { recursive: true });
  replaceFile(path, wasm);
  replaceFile(`${path}.map`, sourceMap);
  replaceFile(stampPath, stamp);
  return true;
}

/** Whole or not at all: another process may be reading the module that is replaced. */
function replaceFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** What every plugin depends on: the SDK, the shared options, the compiler, and this tool. */
function sharedDigest(): string {
  const sdk = join(projectRoot, "abi", "assembly");
  const own = join(projectRoot, "tools", "plugin-build");
  const files = [
    ...readdirSync(sdk)
      .sort()
      .map((name) => join(sdk, name)),
    ...readdirSync(own)
      .sort()
      .map((name) => join(own, name)),
    join(projectRoot, "abi", "host", "records.ts"),
    join(projectRoot, "abi", "host", "memory-map.ts"),
    join(projectRoot, "asconfig.json"),
    join(projectRoot, "node_modules", "assemblyscript", "package.json"),
  ];
  return digest(files.map((file) => readFileSync(file)));
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

if (import.meta.main) {
  const { built, skipped } = await buildPlugins();
  process.stderr.write(`plugins: ${built} built, ${skipped} up to date\n`);
}
