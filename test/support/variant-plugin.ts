import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compilePlugin } from "../../tools/plugin-build/compile.ts";
import { bundledPlugins, projectRoot, readPluginSource } from "../../tools/plugin-build/plugin-source.ts";

export interface Variation {
  readonly version: string;
  /** Members of the manifest that differ. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Texts of index.ts that are replaced, each of which has to be there once. */
  readonly edits?: readonly (readonly [text: string, by: string])[];
}

/** What the field `spare` of a variant's first class begins with. */
export const SPARE = 7;

let made = 0;

/** A bundled plugin of another version, built from its sources with these changes. Its first class has a field `spare` more, so that what follows it lies elsewhere: other code. */
export async function variantPlugin(
  name: string,
  { version, manifest = {}, edits = [] }: Variation,
): Promise<Uint8Array> {
  const source = bundledPlugins().find((plugin) => plugin.manifest.name === name);
  if (source === undefined) throw new Error(`there is no plugin ${name}`);
  made += 1;
  const folder = join(projectRoot, "build", "test-plugins", `${process.pid}-variant-${made}`, name);
  mkdirSync(folder, { recursive: true });
  try {
    cpSync(source.folder, folder, { recursive: true });
    const whole = JSON.parse(source.manifestText) as Record<string, unknown>;
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...whole, ...manifest, version }));
    const index = join(folder, "index.ts");
    const text = edits.reduce(replaced, readFileSync(index, "utf8"));
    writeFileSync(index, text.replace(/^class (\w+) \{$/m, `class $1 {\n  spare: i64 = ${SPARE};`));
    return (await compilePlugin(readPluginSource(folder))).wasm;
  } finally {
    rmSync(dirname(folder), { recursive: true, force: true });
  }
}

function replaced(text: string, [from, by]: readonly [string, string]): string {
  if (text.split(from).length !== 2)
    throw new Error(`the source has ${JSON.stringify(from)} not once: correct the test`);
  return text.replace(from, by);
}
