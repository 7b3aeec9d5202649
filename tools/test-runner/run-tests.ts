import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { spec } from "node:test/reporters";
import { projectRoot } from "../project-root.ts";
import { terseReporter } from "./terse-reporter.ts";
import type { Verdict } from "./verdict.ts";

/** A file that hangs must not hang the run. */
const FILE_LIMIT_MS = 600_000;

export interface TestRunOptions {
  /** From the repository's root. */
  readonly files: readonly string[];
  /** Files at work at once. */
  readonly concurrency: number;
  /** Runs only the tests whose name matches. */
  readonly name?: string;
  /** Globs of the sources whose coverage is wanted. */
  readonly coverage?: { readonly include: readonly string[]; readonly exclude: readonly string[] };
}

type CoverageEvent = Extract<TestEvent, { type: "test:coverage" }>;
export type CoverageSummary = CoverageEvent["data"]["summary"];

export interface TestRun extends Verdict {
  /** Present where coverage was asked for. */
  coverage: CoverageSummary | undefined;
}

/** Runs test files, each in a process of its own, and prints a report of them on stdout. */
export async function runTests(options: TestRunOptions): Promise<TestRun> {
  const result: TestRun = { passed: 0, failed: 0, skipped: 0, coverage: undefined };
  const stopper = new AbortController();
  const stop = (): void => stopper.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const stream = run({
    files: options.files.map((file) => join(projectRoot, file)),
    concurrency: options.concurrency,
    cwd: projectRoot,
    timeout: FILE_LIMIT_MS,
    signal: stopper.signal,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    ...(options.name === undefined ? {} : { testNamePatterns: [options.name] }),
    ...(options.coverage === undefined
      ? {}
      : {
          coverage: true,
          coverageIncludeGlobs: [...options.coverage.include],
          coverageExcludeGlobs: [...options.coverage.exclude],
        }),
  });
  stream.on("test:coverage", ({ summary }) => {
    result.coverage = summary;
  });
  let emptyFiles = 0;
  stream.on("test:pass", ({ name, file }) => {
    // A file in which no test ran passes as a test named after itself.
    if (name === file) emptyFiles += 1;
  });
  stream.on("test:summary", (summary) => {
    if (summary.file !== undefined) return;
    const { tests, passed, skipped, todo } = summary.counts;
    result.passed = passed - emptyFiles;
    result.skipped = skipped + todo;
    // Cancelled tests count as failed. A suite whose hook fails spoils the run without being a test.
    const failed = tests - passed - skipped - todo;
    result.failed = failed === 0 && !summary.success ? 1 : failed;
  });
  await report(stream);
  process.off("SIGINT", stop).off("SIGTERM", stop);
  return result;
}

async function report(stream: ReturnType<typeof run>): Promise<void> {
  const isTerminal = process.stdout.isTTY && process.env["CI"] === undefined;
  const text = isTerminal
    ? stream.compose(spec)
    : Readable.from(terseReporter(stream as AsyncIterable<TestEvent>));
  text.pipe(process.stdout, { end: false });
  await once(text, "end");
}
