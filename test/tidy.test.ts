import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { bannedText } from "../tools/tidy/banned-text.ts";
import { deadFiles } from "../tools/tidy/dead-files.ts";
import { brokenLinks, unlinkedDocuments } from "../tools/tidy/documents.ts";
import { unknownFaults } from "../tools/tidy/fault-ids.ts";
import { lockGaps } from "../tools/tidy/lock-gaps.ts";
import {
  FILE_LINES_MAX,
  FUNCTION_LINES_MAX,
  longFiles,
  longFunctions,
  ratchetFaults,
} from "../tools/tidy/ratchet.ts";
import { repositoryFiles } from "../tools/tidy/repository-file.ts";

const FILE_BYTES_MAX = 512 * 1024;

const files = repositoryFiles();
const ratchet = z
  .object({ functions: z.record(z.string(), z.number()), files: z.record(z.string(), z.number()) })
  .parse(JSON.parse(readFileSync(new URL("tidy-ratchet.json", import.meta.url), "utf8")));

function none(faults: readonly string[]): void {
  if (faults.length > 0) assert.fail(faults.join("\n"));
}

test("the repository's files are found", () => {
  assert.ok(files.some(({ path }) => path === "package.json"));
  assert.ok(files.some(({ path }) => path === "test/tidy.test.ts"));
  assert.ok(!files.some(({ path }) => path.includes("node_modules/")));
});

test("no file holds a call, comment or path that has a better replacement", () => none(bannedText(files)));

test("every source file is reached by a program or a test", () => none(deadFiles(files)));

test(`functions stay within ${FUNCTION_LINES_MAX} lines, and those in the ratchet only shrink`, () => {
  none(ratchetFaults(longFunctions(), ratchet.functions, FUNCTION_LINES_MAX));
});

test(`files stay within ${FILE_LINES_MAX} lines, and those in the ratchet only shrink`, () => {
  none(ratchetFaults(longFiles(files), ratchet.files, FILE_LINES_MAX));
});

test("the fault ids in test titles are in the catalogue", () => none(unknownFaults(files)));

test("README.md links to every document in docs/", () => none(unlinkedDocuments(files)));

test("links between documents lead somewhere", () => none(brokenLinks(files)));

test("no large file is committed", () => {
  none(
    files
      .filter(({ sizeBytes }) => sizeBytes > FILE_BYTES_MAX)
      .map(({ path, sizeBytes }) => `${path} has ${sizeBytes} bytes`),
  );
});

test("the lock files know the packages of every platform", () => {
  const locks = files.filter(({ path }) => path.endsWith("package-lock.json"));
  assert.ok(locks.length >= 2);
  none(locks.flatMap(({ path, text }) => lockGaps(text).map((gap) => `${path}: ${gap}`)));
});
