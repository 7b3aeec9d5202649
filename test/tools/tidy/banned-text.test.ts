import assert from "node:assert/strict";
import { test } from "node:test";
import { bannedText } from "../../../tools/tidy/banned-text.ts";

function faultsOf(path: string, text: string): string[] {
  return bannedText([{ path, text, sizeBytes: text.length }]);
}

const banned: readonly (readonly [path: string, text: string, instead: RegExp])[] = [
  ["host/lane/a.ts", 'console.log("x");', /logger/],
  ["sim/market/a.ts", "process.exit(1);", /process\.exitCode/],
  ["host/control/a.ts", 'const x = process.env["HOME"];', /configuration/],
  ["host/lane/a.ts", "const x = Math.exp(1);", /in a plugin/],
  ["sim/market/a.ts", "a.localeCompare(b)", /locale/],
  ["test/a.test.ts", 'import assert from "node:assert";', /node:assert\/strict/],
  ["test/a.test.ts", 'test.only("x", () => {});', /--name/],
  ["test/a.test.ts", 'test("x", { only: true }, () => {});', /--name/],
  ["test/a.test.ts", 'test.skip("x");', /reason/],
  ["test/a.test.ts", 'test("x", { skip: true }, () => {});', /reason/],
  ["docs/a.md", "TODO: write", /the work itself/],
  ["host/a.ts", "// FIXME later", /the work itself/],
  ["host/a.ts", "// oxlint-disable-next-line no-var", /override/],
  ["host/a.ts", "/* eslint-disable */", /override/],
  ["host/a.ts", "/* c8 ignore next */", /a test/],
  ["host/a.ts", "/* node:coverage disable */", /a test/],
  ["host/a.ts", "// @ts-ignore", /tells the truth/],
  ["test/a.test.ts", "// @ts-expect-error", /tells the truth/],
  ["docs/a.md", "see /srv/main/x", /repository's root/],
  ["test/a.test.ts", 'open("/tmp/x")', /os\.tmpdir/],
  ["docs/a.md", "/home/someone/file", /repository's root/],
  ["package-lock.json", '"resolved": "https://example.test/x.tgz"', /registry/],
  ["docs/a.md", "https://registry.npmjs.org/zod", /registry/],
];

for (const [path, text, instead] of banned) {
  test(`${path} may not hold: ${text}`, () => {
    const faults = faultsOf(path, `first line\n${text}\n`);
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.match(faults[0] ?? "", new RegExp(`^${path.replaceAll(".", "\\.")}:2: `));
    assert.match(faults[0] ?? "", instead);
  });
}

const fine: readonly (readonly [path: string, text: string])[] = [
  ["cli/main.ts", 'console.log("x"); process.exit(1);'],
  ["host/main.ts", 'process.env["SANDPIT_CONFIG"]'],
  ["host/lane/a.ts", "Math.sqrt(2) + Math.max(1, 2)"],
  ["test/a.test.ts", 'test("x", { skip: "no file depth.gz" }, () => {});'],
  ["test/a.test.ts", 'test("readonly: true and only the last", () => {});'],
  ["plugins/agents/a/index.ts", "// @ts-ignore"],
  ["docs/a.md", "the folder ../shared/data, or https://example.test/work/x"],
  ["tools/tidy/banned-text.ts", "TODO FIXME"],
];

for (const [path, text] of fine) {
  test(`${path} may hold: ${text}`, () => assert.deepEqual(faultsOf(path, text), []));
}
