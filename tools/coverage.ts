import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPlugins } from "./build-plugins.ts";
import { coverageOf, shortfalls } from "./coverage/coverage-of.ts";
import { coverageTable } from "./coverage/coverage-table.ts";
import { loadAllSource, sourcesInScope } from "./coverage/sources.ts";
import { projectRoot } from "./project-root.ts";
import { runTests } from "./test-runner/run-tests.ts";
import { testFiles } from "./test-runner/test-files.ts";
import { isSuccess } from "./test-runner/verdict.ts";

/** Counting branches slows a hot loop forty-fold: tests of allocation, speed and long simulation have no place here. */
const TOO_SLOW = /\.(alloc|bench|sim)\.test\.ts$/;

/** A generated test that loads what no other test loads: a file that is never loaded would otherwise count nowhere. */
const LOAD_ALL = ".cache/load-all.test.ts";

const sources = sourcesInScope();
await buildPlugins({ quiet: true });
mkdirSync(join(projectRoot, ".cache"), { recursive: true });
writeFileSync(join(projectRoot, LOAD_ALL), loadAllSource(sources));

const files = testFiles([]).filter((file) => !TOO_SLOW.test(file));
const run = await runTests({
  files: [...files, LOAD_ALL],
  concurrency: 2,
  coverage: { include: sources, exclude: [] },
});
const coverage = coverageOf(run.coverage?.files ?? [], sources);
const short = shortfalls(coverage.total);
process.stdout.write(coverageTable(coverage));
for (const line of short) process.stdout.write(`coverage: ${line}\n`);
// Not in the words of a verdict: these tests have been counted once already.
process.stdout.write(
  `coverage: ${short.length === 0 ? "enough" : "too little"}, with ${run.failed} failing tests of ${run.passed + run.failed}\n`,
);
process.exitCode = isSuccess(run) && short.length === 0 ? 0 : 1;
