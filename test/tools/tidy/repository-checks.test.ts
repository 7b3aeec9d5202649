import assert from "node:assert/strict";
import { test } from "node:test";
import { deadFiles } from "../../../tools/tidy/dead-files.ts";
import { brokenLinks, unlinkedDocuments } from "../../../tools/tidy/documents.ts";
import { faultIds, isKnownFault, unknownFaults } from "../../../tools/tidy/fault-ids.ts";
import { lockGaps } from "../../../tools/tidy/lock-gaps.ts";
import { functionLengths, longFiles, ratchetFaults } from "../../../tools/tidy/ratchet.ts";
import type { RepositoryFile } from "../../../tools/tidy/repository-file.ts";

function repository(texts: Readonly<Record<string, string>>): RepositoryFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text, sizeBytes: text.length }));
}

test("a file that only dead files import is dead", () => {
  const files = repository({
    "host/main.ts":
      'import { a } from "./a/index.ts"; const w = new Worker(new URL("./worker.ts", import.meta.url));',
    "host/a/index.ts": 'export * from "./b.ts"; export type { C } from "./c.ts";',
    "host/a/b.ts": 'const d = await import("./d.ts");',
    "host/a/c.ts": "",
    "host/a/d.ts": "",
    "host/worker.ts": 'import "./side-effect.ts";',
    "host/side-effect.ts": "",
    "host/tested.ts": "",
    "test/host/tested.test.ts": 'import { t } from "../../host/tested.ts";',
    "host/dead.ts": 'import { e } from "./dead-too.ts";',
    "sim/dead-too.ts": "",
    "host/dead-too.ts": 'import { e } from "./dead.ts";',
  });
  assert.deepEqual(deadFiles(files), ["host/dead.ts", "sim/dead-too.ts", "host/dead-too.ts"]);
});

test("documents have to be linked from the README, and links have to lead somewhere", () => {
  const files = repository({
    "README.md":
      "[a](docs/a.md) [b](./docs/b.md#part) [out](https://example.test/x) [gone](docs/gone.md) [dir](docs/)",
    "docs/a.md": "[up](../README.md) [self](#part)",
    "docs/b.md": "",
    "docs/c.md": "",
    "docs/adr/1.md": "",
  });
  assert.deepEqual(unlinkedDocuments(files), ["docs/c.md"]);
  assert.deepEqual(brokenLinks(files), ["README.md: the link to docs/gone.md leads nowhere"]);
});

test("fault ids are read from titles alone", () => {
  const text = [
    'test("[J1] a torn record", () => {});',
    "it(`[C3, V20] resent`, x);",
    'describe("[M7][P24]", y);',
    "const z = [Q9];",
  ].join("\n");
  assert.deepEqual(faultIds(text), ["J1", "C3", "V20", "M7", "P24"]);
});

test("the catalogue ends where it ends", () => {
  assert.deepEqual(
    ["J18", "C12", "V20", "M7", "P24", "S15", "H9", "F9", "T8", "R10", "O8"].filter(
      (id) => !isKnownFault(id),
    ),
    [],
  );
  assert.deepEqual(["J0", "J19", "C13", "M8", "Q1", "T9"].filter(isKnownFault), []);
  assert.deepEqual(unknownFaults(repository({ "test/a.test.ts": 'test("[J19] x", y)' })), [
    "test/a.test.ts: no fault J19 in the catalogue",
  ]);
});

test("the ratchet lets nothing grow, and wants what shrinks written down", () => {
  assert.deepEqual(ratchetFaults({}, {}, 70), []);
  assert.match(ratchetFaults({ a: 71 }, {}, 70).join(), /a has 71 lines, at most 70/);
  assert.deepEqual(ratchetFaults({ a: 90 }, { a: 90 }, 70), []);
  assert.match(ratchetFaults({ a: 91 }, { a: 90 }, 70).join(), /at most 90/);
  assert.match(ratchetFaults({ a: 80 }, { a: 90 }, 70).join(), /shrunk to 80/);
  assert.match(ratchetFaults({}, { a: 90 }, 70).join(), /take it out/);
});

test("long files are counted without tests and generated code", () => {
  const long = "x\n".repeat(401);
  const files = repository({
    "host/a.ts": long,
    "host/b.ts": "x\n".repeat(400),
    "abi/host/records.ts": long,
    "test/a.test.ts": long,
    "docs/a.md": long,
  });
  assert.deepEqual(longFiles(files), { "host/a.ts": 401 });
});

test("a lock file without one platform's package has a gap", () => {
  const tool = { optionalDependencies: { "tool-linux": "1.0.0", "tool-win": "1.0.0" } };
  const lock = (packages: object): string =>
    JSON.stringify({ packages: { "": {}, "node_modules/tool": tool, ...packages } });
  assert.deepEqual(lockGaps(lock({ "node_modules/tool-linux": {} })), [
    "node_modules/tool asks for tool-win, which is not locked",
  ]);
  assert.deepEqual(
    lockGaps(lock({ "node_modules/tool-linux": {}, "node_modules/tool/node_modules/tool-win": {} })),
    [],
  );
});

test("function lengths are read from the linter's report, and another wording is noticed", () => {
  const json = (...diagnostics: object[]): string => JSON.stringify({ diagnostics });
  const long = (what: string, lines: number, filename = "host/a.ts"): object => ({
    message: `${what} has too many lines (${lines}). Maximum allowed is 70.`,
    filename,
    code: "eslint(max-lines-per-function)",
  });
  const named = long("The function `step`", 90);
  assert.deepEqual(
    functionLengths(json(named, long("The arrow function", 71), long("The arrow function", 80))),
    {
      "host/a.ts: step": 90,
      "host/a.ts: a function without a name": 80,
    },
  );
  assert.deepEqual(functionLengths(json(long("The function `x`", 90, "test/a.test.ts"))), {});
  assert.throws(() => functionLengths(json({ ...named, message: "too long" })), /other words/);
});
