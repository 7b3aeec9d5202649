import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { recordLayouts } from "../../../abi/host/index.ts";
import { loadModule } from "../../../host/engine/index.ts";
import type { SourceMapFile } from "../../../host/engine/index.ts";
import { customSections, readModule } from "../../../host/engine/wasm/module-reader.ts";
import { compilePlugin } from "../../../tools/plugin-build/compile.ts";
import { withCustomSection } from "../../../tools/plugin-build/custom-section.ts";
import { manifestModule } from "../../../tools/plugin-build/manifest-module.ts";
import {
  bundledPlugins,
  fromRoot,
  projectRoot,
  readPluginSource,
  sharedFiles,
  sourceFiles,
} from "../../../tools/plugin-build/plugin-source.ts";

const root = join(projectRoot, "build", "test-plugins", `build-${process.pid}`);
after(() => {
  rmSync(root, { recursive: true, force: true });
});

const limits = { gasBase: 4000, gasPerByte: 8, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 2 };
const base = {
  kind: "feature",
  version: "1.0.0",
  abi: 1,
  description: "of a test",
  reads: ["Quote"],
  writes: ["FeatureUpdate"],
  outputs: ["first"],
  limits,
};
const still = `import { Feature, Quote, registerFeature } from "abi/assembly";
import { Output, parameters } from "./manifest";
class Still extends Feature { onQuote(quote: Quote): void { this.publish(1, Output.first, parameters.scale); } }
registerFeature(new Still());`;

/** A plugin's folder with these files. */
function folder(name: string, manifest: object | string | null, index: string | null = still): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  if (manifest !== null)
    writeFileSync(
      join(path, "manifest.json"),
      typeof manifest === "string" ? manifest : JSON.stringify(manifest),
    );
  if (index !== null) writeFileSync(join(path, "index.ts"), index);
  return path;
}

const scale = { name: "scale", type: "f64", default: 1, min: 0, max: 10, description: "of the output" };

test("a folder becomes a module that the engine takes, with its manifest and its records' layouts inside", async () => {
  const path = folder("still", { name: "still", ...base, parameters: [scale] });
  const { wasm, sourceMap } = await compilePlugin(readPluginSource(path));
  const { manifest } = loadModule(wasm);
  assert.deepEqual(
    [manifest.name, manifest.outputs, manifest.parameters.map(({ name }) => name)],
    ["still", ["first"], ["scale"]],
  );
  const layouts = customSections(readModule(wasm), "sandpit.records").map(
    (section) => JSON.parse(Buffer.from(section).toString()) as unknown,
  );
  assert.deepEqual(layouts, [{ Quote: recordLayouts.Quote, FeatureUpdate: recordLayouts.FeatureUpdate }]);
  assert.match(sourceMap, /"mappings"/);
  assert.equal(
    readFileSync(join(path, "manifest.ts"), "utf8"),
    manifestModule(readPluginSource(path).manifest),
  );
});

test("a module exports snapshot and restore where its manifest has a state, and not otherwise", async () => {
  const exportsOf = async (more: object): Promise<string[]> => {
    const path = folder("still", { name: "still", ...base, parameters: [scale], ...more });
    const { wasm } = await compilePlugin(readPluginSource(path));
    return readModule(wasm)
      .exports.map(({ name }) => name)
      .sort();
  };
  assert.deepEqual(await exportsOf({}), ["handle", "init"]);
  const whole = ["handle", "init", "restore", "snapshot"];
  assert.deepEqual(await exportsOf({ state: { version: 1, restores: [1] } }), whole);
  assert.deepEqual(await exportsOf({ state: { version: 0, restores: [] } }), whole);
});

test("a version that is none is refused before it becomes part of a source", async () => {
  for (const version of [-1, 1.5, 2 ** 31, "1); unreachable(("]) {
    const path = folder("still", { name: "still", ...base, state: { version: 1, restores: [version] } });
    await assert.rejects(compilePlugin(readPluginSource(path)), /is no version of a state/);
  }
});

test("[S10] equal sources give equal bytes, wherever they are built", async () => {
  const path = folder("still", { name: "still", ...base, parameters: [scale] });
  const [one, two] = [
    await compilePlugin(readPluginSource(path)),
    await compilePlugin(readPluginSource(path)),
  ];
  assert.deepEqual(one.wasm, two.wasm);
  assert.ok(!Buffer.from(one.wasm).includes("sourceMappingURL"));
});

test("the source map names the code it belongs to, and its functions by place, and is the same at every build", async () => {
  const path = folder("still", { name: "still", ...base, parameters: [scale] });
  const { wasm, sourceMap } = await compilePlugin(readPluginSource(path));
  assert.equal((await compilePlugin(readPluginSource(path))).sourceMap, sourceMap);
  const map = JSON.parse(sourceMap) as SourceMapFile;
  const code = readModule(wasm).sections.find(({ name }) => name === "code");
  assert.ok(code !== undefined);
  const payload = wasm.subarray(code.payloadOffset, code.endOffset);
  const { codeOffset, codeSha256, functions } = map.x_sandpit;
  assert.equal(codeOffset, code.payloadOffset);
  assert.equal(codeSha256, createHash("sha256").update(payload).digest("hex"));
  const index = `${fromRoot(path)}/index.ts`;
  assert.ok(map.sources.includes(index) && map.sources.includes("abi/assembly/feature.ts"));
  const [line = ""] = still.split("\n").slice(2);
  const columns = [line.indexOf("onQuote") + 1, line.lastIndexOf("}") - 1];
  assert.deepEqual(functions[index], [[3, columns[0], 3, columns[1], "Still.onQuote"]]);
});

test("what the compiler refuses is told in its own words, with the folder", async () => {
  const path = folder("broken", { name: "broken", ...base }, "const value: i32 = missing;");
  await assert.rejects(
    compilePlugin(readPluginSource(path)),
    /broken: AssemblyScript refused it:[^]*Cannot find name 'missing'/,
  );
});

test("a manifest that names no record of the schema is refused with the page to look at", async () => {
  const path = folder("stranger", {
    name: "stranger",
    ...base,
    reads: ["Quote", "toString"],
    parameters: [scale],
  });
  await assert.rejects(
    compilePlugin(readPluginSource(path)),
    /there is no record "toString"; docs\/abi\.md lists them/,
  );
});

test("a folder that is no plugin is refused with what is missing or wrong", () => {
  assert.throws(() => readPluginSource(folder("no-index", base, null)), /no-index: index\.ts is missing/);
  assert.throws(
    () => readPluginSource(folder("no-manifest", null)),
    /no-manifest: manifest\.json is missing/,
  );
  assert.throws(() => readPluginSource(folder("no-json", "{")), /no-json.manifest\.json is not JSON/);
  assert.throws(
    () => readPluginSource(folder("no-kind", { name: "no-kind", kind: "toString" })),
    /kind "toString" is unknown; use one of venue, feature/,
  );
  assert.throws(
    () => readPluginSource(folder("one-name", { ...base, name: "another" })),
    /name "another" must equal the folder's name "one-name"/,
  );
});

test("the manifest's side in AssemblyScript has parameters, features with their mask, and outputs, in order", () => {
  const text = manifestModule({
    name: "x",
    kind: "agent",
    reads: [],
    writes: [],
    features: ["one", "two", "three"],
    outputs: ["first", "second"],
    parameters: [{ name: "rate", type: "i64", description: "per second" }],
    limits: { pages: 4 },
  });
  for (const part of [
    'import { FeatureVector, PARAMETERS_OFFSET } from "abi/assembly";',
    "  /** per second */\n  rate: i64;",
    "  one: f64;\n  two: f64;\n  three: f64;",
    "(vector.freshMask & 7) == 7",
    "export const first: u16 = 0;\n  export const second: u16 = 1;",
  ])
    assert.ok(text.includes(part), part);
  const bare = manifestModule({ name: "x", kind: "risk", reads: [], writes: [], limits: { pages: 4 } });
  assert.equal(bare, "// Generated from manifest.json by `sandpit plugin build`. Do not edit.\n");
});

test("a name that would be code is refused before it becomes code", () => {
  for (const name of ["a: f64; evil", "Upper", "", "with-dash", "1st", "a b"]) {
    const manifest = { name: "x", kind: "agent", reads: [], writes: [], limits: { pages: 4 } } as const;
    for (const parts of [
      { features: [name] },
      { outputs: [name] },
      { parameters: [{ name, type: "f64", description: "" } as const] },
    ])
      assert.throws(() => manifestModule({ ...manifest, ...parts }), /is no name for a field/);
  }
});

test("a custom section of any length can be read back", () => {
  const empty = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  for (const length of [0, 1, 100, 127, 128, 16_383, 16_384, 70_000]) {
    const payload = "é".repeat(Math.floor(length / 2)) + "x".repeat(length % 2);
    const module = readModule(withCustomSection(empty, "name é", payload));
    assert.deepEqual(
      customSections(module, "name é").map((section) => Buffer.from(section).toString()),
      [payload],
    );
  }
});

test("the bundled plugins are found in a fixed order, their tests left out of what decides their bytes", () => {
  const names = bundledPlugins().map(({ manifest }) => manifest.name);
  assert.ok(names.includes("microprice") && names.includes("binance"));
  assert.deepEqual(
    bundledPlugins().map(({ manifest }) => manifest.name),
    names,
  );
  const path = folder("still", { name: "still", ...base, parameters: [scale] });
  writeFileSync(join(path, "index.test.ts"), "");
  assert.deepEqual(
    sourceFiles(path)
      .map((file) => file.slice(path.length + 1))
      .filter((file) => file !== "manifest.ts"),
    ["index.ts", "manifest.json"],
  );
  assert.equal(fromRoot(join(projectRoot, "a", "b")), "a/b");
});

test("whatever a plugin imports, other than the SDK, is among the files that have it built anew", () => {
  for (const plugin of bundledPlugins()) {
    const known = new Set([...sourceFiles(plugin.folder), ...sharedFiles(plugin.manifest.kind)]);
    for (const file of known) {
      if (!file.endsWith(".ts")) continue;
      for (const [, from = ""] of readFileSync(file, "utf8").matchAll(/ from "(\.[^"]*)"/g)) {
        const path = join(file, "..", from.endsWith(".ts") ? from : `${from}.ts`);
        const isMade = path === join(plugin.folder, "manifest.ts");
        const isSdk = fromRoot(path).startsWith("abi/");
        assert.ok(
          isMade || isSdk || known.has(path),
          `${fromRoot(file)} imports ${from}, which is watched by nobody`,
        );
      }
    }
  }
});
