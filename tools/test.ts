import { parseArgs } from "node:util";
import { buildPlugins } from "./build-plugins.ts";
import { runCovered } from "./coverage/covered-run.ts";
import { runTests } from "./test-runner/run-tests.ts";
import { testFiles } from "./test-runner/test-files.ts";
import type { Verdict } from "./test-runner/verdict.ts";
import { isSuccess, verdictLine } from "./test-runner/verdict.ts";

const CONCURRENCY = 2;
const OPTIONS = {
  /** Runs only the tests whose name matches. */
  name: { type: "string" },
  /** Takes the plugins as they lie in build/. */
  "no-build": { type: "boolean", default: false },
  /** Counts branches as well, and fails where the tests leave too many out. */
  coverage: { type: "boolean", default: false },
} as const;

interface Outcome {
  readonly verdict: Verdict;
  readonly isSuccess: boolean;
}

/** Builds the plugins, runs the tests at the given paths (all of them without one), ends with the verdict on its own line. */
async function main(): Promise<Outcome> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const { coverage, name } = values;
  if (coverage && (positionals.length > 0 || name !== undefined))
    throw new Error("--coverage is for all tests: leave out the paths and --name");
  const files = testFiles(positionals);
  const buildFailures = values["no-build"] ? 0 : await buildFailureCount();
  const run = coverage
    ? await runCovered(files, CONCURRENCY)
    : {
        verdict: await runTests({
          files,
          concurrency: CONCURRENCY,
          ...(name === undefined ? {} : { name }),
        }),
        isEnough: true,
      };
  const verdict = { ...run.verdict, failed: run.verdict.failed + buildFailures };
  return { verdict, isSuccess: isSuccess(verdict) && run.isEnough };
}

// Tests that need no plugin still have something to say when one does not compile.
async function buildFailureCount(): Promise<number> {
  try {
    await buildPlugins({ quiet: true });
    return 0;
  } catch (error) {
    process.stdout.write(
      `✖ the plugins do not build\n${error instanceof Error ? error.message : String(error)}\n\n`,
    );
    return 1;
  }
}

try {
  const outcome = await main();
  process.stdout.write(`${verdictLine(outcome.verdict)}\n`);
  process.exitCode = outcome.isSuccess ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
