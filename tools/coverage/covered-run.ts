import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../project-root.ts";
import { runTests } from "../test-runner/run-tests.ts";
import type { Verdict } from "../test-runner/verdict.ts";
import { sumOf } from "../test-runner/verdict.ts";
import { coverageOf, shortfalls } from "./coverage-of.ts";
import { coverageTable } from "./coverage-table.ts";
import { loadAllSource, sourcesInScope } from "./sources.ts";

/** Counting branches slows a hot loop forty-fold: tests of allocation, speed and long simulation run without. */
const TOO_SLOW = /\.(alloc|bench|sim)\.test\.ts$/;

/** A generated test that loads what no other test loads: a file that is never loaded would otherwise count nowhere. */
const LOAD_ALL = ".cache/load-all.test.ts";

export interface CoveredRun {
  readonly verdict: Verdict;
  readonly isEnough: boolean;
}

/**
 * Runs the tests with branches counted, then those that counting would slow too much without, and prints what is covered. Too
 * little coverage is no failed test.
 */
export async function runCovered(files: readonly string[], concurrency: number): Promise<CoveredRun> {
  const sources = sourcesInScope();
  mkdirSync(dirname(join(projectRoot, LOAD_ALL)), { recursive: true });
  writeFileSync(join(projectRoot, LOAD_ALL), loadAllSource(sources));
  const counted = await runTests({
    files: [...files.filter((file) => !TOO_SLOW.test(file)), LOAD_ALL],
    concurrency,
    coverage: { include: sources, exclude: [] },
  });
  const uncounted = await runTests({ files: files.filter((file) => TOO_SLOW.test(file)), concurrency });
  const coverage = coverageOf(counted.coverage?.files ?? [], sources);
  const short = shortfalls(coverage.total);
  process.stdout.write(coverageTable(coverage));
  for (const line of short) process.stdout.write(`✖ coverage: ${line}\n`);
  return { verdict: sumOf(counted, uncounted), isEnough: short.length === 0 };
}
