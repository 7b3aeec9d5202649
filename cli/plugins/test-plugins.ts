import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildPlugins } from "../../tools/build-plugins.ts";
import { bundledPlugins, fromRoot } from "../../tools/plugin-build/plugin-source.ts";
import type { PluginSource } from "../../tools/plugin-build/plugin-source.ts";
import type { CallTally } from "../../tools/plugin-kit/call-tally.ts";
import { TALLY_FILE_VARIABLE } from "../../tools/plugin-kit/call-tally.ts";
import { runTests } from "../../tools/test-runner/run-tests.ts";
import { testFiles } from "../../tools/test-runner/test-files.ts";
import type { Verdict } from "../../tools/test-runner/verdict.ts";
import { CommandError, UsageError } from "../console/command-error.ts";

const CONCURRENCY = 2;

export interface PluginTestRun extends Verdict {
  readonly plugins: readonly string[];
  /** What calls cost in the tests that use the plugin kit. */
  readonly tallies: readonly CallTally[];
}

/** Builds plugins and runs their tests, each file in a process of its own. What fails is reported on standard output as it happens. */
export async function testPlugins(
  wanted: readonly string[],
  name: string | undefined,
): Promise<PluginTestRun> {
  const sources = chosenPlugins(wanted);
  const names = sources.map(({ manifest }) => manifest.name);
  const files = testFiles(sources.filter(hasTest).map(({ folder }) => fromRoot(folder)));
  await buildPlugins({ only: names });
  const directory = mkdtempSync(join(tmpdir(), "sandpit-test-"));
  const tallyFile = join(directory, "tallies");
  process.env[TALLY_FILE_VARIABLE] = tallyFile;
  try {
    const verdict = await runTests({
      files,
      concurrency: CONCURRENCY,
      ...(name === undefined ? {} : { name }),
    });
    const { passed, failed, skipped } = verdict;
    return { plugins: names, passed, failed, skipped, tallies: readTallies(tallyFile) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The plugins of these names and folders; all that have a test when none is wanted. Throws what names the remedy. */
function chosenPlugins(wanted: readonly string[]): PluginSource[] {
  const known = bundledPlugins();
  if (wanted.length === 0) return known.filter(hasTest);
  const chosen = wanted.map((given) => {
    const found = known.find(({ folder, manifest }) => manifest.name === given || folder === resolve(given));
    if (found !== undefined) return found;
    throw new UsageError(
      `there is no plugin "${given}" below plugins/`,
      `use one of ${known.map(({ manifest }) => manifest.name).join(", ")}, or a plugin's folder`,
    );
  });
  const bare = chosen.find((source) => !hasTest(source));
  if (bare !== undefined)
    throw new CommandError(
      `${fromRoot(bare.folder)} has no test`,
      "write index.test.ts; docs/plugin-authors.md and any plugin made by `sandpit new` show how",
    );
  return [...new Set(chosen)];
}

function hasTest({ folder }: PluginSource): boolean {
  return readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith(".test.ts"));
}

function readTallies(path: string): CallTally[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as CallTally);
}
