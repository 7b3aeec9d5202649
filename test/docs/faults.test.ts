import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isKnownFault } from "../../tools/tidy/fault-ids.ts";
import { repositoryFiles } from "../../tools/tidy/repository-file.ts";

const page = readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8");
const HOST_TEST = /^(test\/(host|cli|chaos|crash|model)|plugins)\/.*\.test\.ts$/;
const ROW = /^\| ([A-Z]\d+) \| .+ \| ([^|]+) \|$/gm;

/** The faults that a file's test titles name in brackets. */
function faultsOf(text: string): Set<string> {
  const found = text.matchAll(/\[([A-Z]\d+)\]/g);
  return new Set([...found].map(([, id]) => id ?? "").filter((id) => isKnownFault(id)));
}

const tests = new Map(
  repositoryFiles().flatMap(({ path, text }) => (HOST_TEST.test(path) ? [[path, faultsOf(text)]] : [])),
);
const rows = [...page.matchAll(ROW)].map(([, id = "", files = ""]) => ({
  id,
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? ""),
}));

test("every fault that the page claims is covered by a test title in each file that it names", () => {
  assert.ok(rows.length > 40, `${rows.length} rows`);
  const wrong = rows.flatMap(({ id, files }) =>
    files
      .filter((file) => tests.get(file)?.has(id) !== true)
      .map((file) => `${file} has no test titled [${id}]`),
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    rows.filter(({ files }) => files.length === 0),
    [],
  );
});

test("every fault that a test of the host names is on the page, once", () => {
  const listed = rows.map(({ id }) => id);
  assert.equal(listed.length, new Set(listed).size, "a fault has one row");
  const missing = [...tests].flatMap(([file, ids]) =>
    [...ids]
      .filter((id) => !listed.includes(id))
      .map((id) => `docs/faults.md has no row for ${id}, which ${file} covers`),
  );
  assert.deepEqual(missing, []);
});

test("no fault is both covered and listed as not covered", () => {
  const rest = page.slice(page.indexOf("## Not covered"));
  const ranges = [...rest.matchAll(/\b([A-Z])(\d+)(?: to [A-Z](\d+))?/g)];
  const open = new Set(
    ranges.flatMap(([, letter = "", first = "", last = first]) =>
      Array.from(
        { length: Number(last) - Number(first) + 1 },
        (_, index) => `${letter}${Number(first) + index}`,
      ),
    ),
  );
  assert.ok(open.size > 25);
  assert.deepEqual(
    rows.filter(({ id }) => open.has(id)).map(({ id }) => id),
    [],
  );
});
