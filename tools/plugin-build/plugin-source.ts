import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root: the folder of asconfig.json. */
export const projectRoot: string = fileURLToPath(new URL("../../", import.meta.url));

/** Kind of plugin, by the folder it stands in. */
export const kindFolders = {
  venue: "venues",
  feature: "features",
  agent: "agents",
  ensemble: "ensembles",
  risk: "risk",
} as const;

export type PluginKind = keyof typeof kindFolders;

/** What the build needs of a manifest; the host checks the whole of it when it loads the module. */
export interface SourceManifest {
  readonly name: string;
  readonly kind: PluginKind;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly features?: readonly string[];
  readonly outputs?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly type: "f64" | "i64";
    readonly description: string;
  }[];
  readonly state?: { readonly version: number; readonly restores: readonly number[] };
  readonly limits: { readonly pages: number };
}

export interface PluginSource {
  /** Absolute folder of index.ts and manifest.json. */
  readonly folder: string;
  readonly manifest: SourceManifest;
  /** The manifest as written, which goes into the module. */
  readonly manifestText: string;
}

/** Every plugin under plugins/, in a fixed order. */
export function bundledPlugins(): PluginSource[] {
  return Object.values(kindFolders).flatMap((folder) => {
    const path = join(projectRoot, "plugins", folder);
    if (!existsSync(path)) return [];
    const names = readdirSync(path).filter((name) => existsSync(join(path, name, "manifest.json")));
    return names.sort().map((name) => readPluginSource(join(path, name)));
  });
}

/** Reads one plugin's folder. Throws an error that names the file and the remedy. */
export function readPluginSource(path: string): PluginSource {
  const folder = resolve(path);
  for (const file of ["index.ts", "manifest.json"]) {
    if (!existsSync(join(folder, file)))
      throw new Error(`${folder}: ${file} is missing; a plugin is a folder with index.ts and manifest.json`);
  }
  const manifestText = readFileSync(join(folder, "manifest.json"), "utf8");
  let manifest: SourceManifest;
  try {
    manifest = JSON.parse(manifestText) as SourceManifest;
  } catch (cause) {
    throw new Error(`${join(folder, "manifest.json")} is not JSON: ${String(cause)}`, { cause });
  }
  if (!Object.hasOwn(kindFolders, manifest.kind)) {
    throw new Error(
      `${join(folder, "manifest.json")}: kind "${manifest.kind}" is unknown; use one of ${Object.keys(kindFolders).join(", ")}`,
    );
  }
  if (manifest.name !== basename(folder)) {
    throw new Error(
      `${join(folder, "manifest.json")}: name "${manifest.name}" must equal the folder's name "${basename(folder)}"`,
    );
  }
  return { folder, manifest, manifestText };
}

/** The files that decide a plugin's bytes, sorted, tests left out. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.endsWith(".test.ts") && statSync(join(folder, name)).isFile())
    .sort()
    .map((name) => join(folder, name));
}

/** What the plugins of a kind share: the files of every folder beside theirs that is no plugin. They decide a plugin's bytes as its own do. */
export function sharedFiles(kind: PluginKind): string[] {
  const folder = join(projectRoot, "plugins", kindFolders[kind]);
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory() && !existsSync(join(path, "manifest.json")))
    .flatMap(sourceFiles);
}

/** A path as the compiler wants it: from the project's root, with forward slashes. */
export function fromRoot(path: string): string {
  return relative(projectRoot, path).replaceAll("\\", "/");
}
