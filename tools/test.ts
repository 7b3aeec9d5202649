import { parseArgs } from "node:util";
import { buildPlugins } from "./build-plugins.ts";
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
} as const;

/** Builds the plugins, runs the tests at the given paths (all of them without one), ends with the verdict on its own line. */
async function main(): Promise<Verdict> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const files = testFiles(positionals);
  const buildFailures = values["no-build"] ? 0 : await buildFailureCount();
  const verdict = await runTests({
    files,
    concurrency: CONCURRENCY,
    ...(values.name === undefined ? {} : { name: values.name }),
  });
  return { ...verdict, failed: verdict.failed + buildFailures };
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
  const verdict = await main();
  process.stdout.write(`${verdictLine(verdict)}\n`);
  process.exitCode = isSuccess(verdict) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
