import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ConfigurationError, parseConfiguration } from "../../host/control/configuration.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { documentedKeys, numericRange } from "./documented-keys.ts";
import { shapeKeys } from "./shape-keys.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/configuration.md", root), "utf8");
const keys = documentedKeys(page);
const example = /<!-- example: complete -->\s+```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";

type Json = Record<string, unknown>;

interface Place {
  readonly whole: unknown;
  readonly holder: Json;
  readonly name: string;
  /** As a refusal tells it. */
  readonly path: string;
}

/** The object that holds a key's last part in a fresh copy of the example; in a list the first element that has the next part. */
function placeOf(key: string): Place {
  const whole: unknown = JSON.parse(example);
  const parts = key.split(".");
  const path: (string | number)[] = [];
  let holder = whole as Json;
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const list = part.replace("[]", "");
    path.push(list);
    if (part.endsWith("[]")) {
      const elements = holder[list] as Json[];
      const next = parts[index + 1]?.replace("[]", "") ?? "";
      const at = Math.max(
        0,
        elements.findIndex((element) => Object.hasOwn(element, next)),
      );
      path.push(at);
      holder = elements[at] ?? {};
    } else holder = holder[list] as Json;
  }
  const name = parts.at(-1) ?? "";
  return { whole, holder, name, path: [...path, name].join(".") };
}

function refusal(whole: unknown): string {
  try {
    parseConfiguration(whole, "example");
    return "";
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message;
  }
}

test("the page lists exactly the keys of a configuration", () => {
  const shape = shapeKeys(
    readFileSync(new URL("host/control/configuration-shape.ts", root), "utf8"),
    "Configuration",
  );
  assert.ok(shape.length > 50, "the shape was read");
  assert.deepEqual(keys.map(({ key }) => key).sort(), [...shape].sort());
});

test("the page's complete example is accepted, names every key, and makes a lane", () => {
  const configuration = parseConfiguration(JSON.parse(example), "example");
  for (const { key } of keys) {
    const { holder, name } = placeOf(key);
    assert.ok(Object.hasOwn(holder, name), `the example has no ${key}`);
  }
  assert.equal(
    laneConfigurationOf(configuration, { epoch: 1, startWallMs: 0 }).agents.length,
    configuration.agents.length,
  );
});

test("the files of docs/examples are accepted and make lanes", () => {
  const paths = globSync("docs/examples/*.json", { cwd: root });
  assert.ok(paths.length > 0);
  for (const path of paths) {
    const configuration = parseConfiguration(JSON.parse(readFileSync(new URL(path, root), "utf8")), path);
    assert.ok(laneConfigurationOf(configuration, { epoch: 1, startWallMs: 0 }).instruments.length > 0);
  }
});

test("the example gives plugins that exist parameters that they have", () => {
  const manifests = globSync("plugins/*/*/manifest.json", { cwd: root }).map(
    (path) =>
      JSON.parse(readFileSync(new URL(path, root), "utf8")) as {
        name: string;
        parameters?: { name: string }[];
      },
  );
  const { venues, features, agents, ensemble, risk } = parseConfiguration(JSON.parse(example), "example");
  for (const placement of [
    ...venues.filter(({ kind }) => kind === "binance").map(({ plugin }) => ({ plugin, parameters: {} })),
    ...features.plugins,
    ...agents,
    ensemble,
    ...risk.rules,
  ]) {
    const manifest = manifests.find(({ name }) => name === placement.plugin);
    assert.ok(manifest !== undefined, `there is no plugin ${placement.plugin}`);
    const known = manifest.parameters?.map(({ name }) => name) ?? [];
    for (const name of Object.keys(placement.parameters))
      assert.ok(known.includes(name), `${placement.plugin} has no parameter ${name}`);
  }
});

test("a key that the page says must not be left out is refused when it is, by its path", () => {
  for (const { key, absent } of keys) {
    const { whole, holder, name, path } = placeOf(key);
    Reflect.deleteProperty(holder, name);
    const text = refusal(whole);
    if (absent === "refused")
      assert.ok(text.includes(path), `${key} was left out and the answer is "${text}"`);
    else assert.equal(text, "", key);
  }
});

test("numbers are accepted at both ends of the ranges that the page gives and refused beyond", () => {
  let ranges = 0;
  for (const documented of keys) {
    const range = numericRange(documented);
    if (range === null) continue;
    ranges += 1;
    const step = range.isInteger ? 1 : 1e-6;
    const answer = (value: number): string => {
      const { whole, holder, name } = placeOf(documented.key);
      holder[name] = value;
      return refusal(whole);
    };
    assert.equal(answer(range.least), "", `${documented.key} at its least`);
    assert.equal(answer(range.most), "", `${documented.key} at its most`);
    assert.notEqual(answer(range.least - step), "", `${documented.key} below its least`);
    assert.notEqual(answer(range.most + step), "", `${documented.key} above its most`);
    if (range.isInteger) assert.notEqual(answer(range.least + 0.5), "", `${documented.key} with a fraction`);
  }
  assert.ok(ranges >= 15, `${ranges} ranges were found`);
});

test("a key that is not on the page is refused by its name", () => {
  const { whole, holder } = placeOf("risk.openOrdersMax");
  holder["openOrderMax"] = 1;
  assert.match(refusal(whole), /risk: unknown key "openOrderMax"/);
});
