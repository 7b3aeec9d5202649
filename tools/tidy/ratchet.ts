import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../project-root.ts";
import type { RepositoryFile } from "./repository-file.ts";

/** Offenders by what they are, with the size they may have at most. */
export type Ratchet = Readonly<Record<string, number>>;

export const FUNCTION_LINES_MAX = 70;
export const FILE_LINES_MAX = 400;

/** The plugins are AssemblyScript, which the linter does not parse. */
const SOURCE_FOLDERS = ["abi/host", "abi/schema", "bench", "cli", "host", "sim", "tools"];

/** Each is held equal to its source by a test. */
const GENERATED = /^(abi\/(host|assembly)\/records|plugins\/venues\/binance\/literals)\.ts$/;
const TEST = /^test\/|\.test\.ts$/;

const report = z.object({
  diagnostics: z.array(z.object({ message: z.string(), filename: z.string(), code: z.string().optional() })),
});

/** Source files longer than the limit, with their lines. Generated files and tests, which are lists, are left out. */
export function longFiles(files: readonly RepositoryFile[]): Ratchet {
  const sources = files.filter(
    ({ path }) => /\.(ts|mjs)$/.test(path) && !GENERATED.test(path) && !TEST.test(path),
  );
  const sized = sources.map(({ path, text }) => [path, text.trimEnd().split("\n").length] as const);
  return Object.fromEntries(sized.filter(([, lines]) => lines > FILE_LINES_MAX));
}

/** Functions longer than the limit as `file: name`, with their lines. The linter counts, since it can parse. */
export function longFunctions(): Ratchet {
  const script = join(projectRoot, "node_modules", "oxlint", "bin", "oxlint");
  const config = join(projectRoot, "tools", "tidy", "function-length.oxlintrc.json");
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(join(projectRoot, folder)));
  const run = spawnSync(process.execPath, [script, "-c", config, "-f", "json", ...folders], {
    cwd: projectRoot,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return functionLengths(run.stdout);
}

/** Reads the linter's report. Of several functions without a name in one file, the longest counts. */
export function functionLengths(json: string): Ratchet {
  const lengths: Record<string, number> = {};
  for (const { message, filename, code } of report.parse(JSON.parse(json)).diagnostics) {
    if (code !== "eslint(max-lines-per-function)") continue;
    const path = filename.replaceAll("\\", "/");
    if (GENERATED.test(path) || TEST.test(path)) continue;
    const name = `${path}: ${/`([^`]*)`/.exec(message)?.[1] ?? "a function without a name"}`;
    const lines = /too many lines \((\d+)\)/.exec(message)?.[1];
    if (lines === undefined) throw new Error(`the linter counts in other words than it used to: ${message}`);
    lengths[name] = Math.max(lengths[name] ?? 0, Number(lines));
  }
  return lengths;
}

/** What moved the wrong way, and what moved the right way and has to be noted so that it stays. */
export function ratchetFaults(measured: Ratchet, allowed: Ratchet, limit: number): string[] {
  const grown = Object.entries(measured).flatMap(([name, lines]) => {
    const most = allowed[name] ?? limit;
    return lines > most ? [`${name} has ${lines} lines, at most ${most} are allowed`] : [];
  });
  const shrunk = Object.entries(allowed).flatMap(([name, lines]) => {
    const now = measured[name];
    if (now === undefined) return [`${name} has come under the limit: take it out of the ratchet`];
    return now < lines ? [`${name} has shrunk to ${now} lines: write that into the ratchet`] : [];
  });
  return [...grown, ...shrunk];
}
