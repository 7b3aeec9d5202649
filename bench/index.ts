import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { catalogue } from "./catalogue.ts";
import type { BenchmarkResult, Conditions } from "./report/index.ts";
import { isMet, resultLines } from "./report/index.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

export interface BenchmarkRunOptions {
  /** One line of JSON for each benchmark and one with all of them, in place of tables. */
  readonly json: boolean;
  /** A few seconds in all; the timings then mean nothing. */
  readonly small: boolean;
  /** Names; all when empty. */
  readonly only: readonly string[];
}

interface Report {
  readonly name: string;
  readonly result: BenchmarkResult;
  readonly conditions: Conditions;
}

/** Names of the benchmarks, in the order in which they run. */
export const benchmarkNames: readonly string[] = [...catalogue.keys()];

/**
 * Runs benchmarks one after the other, each in a process of its own with a clean heap, and prints what they found. Returns 0, or 1 where one of
 * them failed or missed a target. Throws RangeError for a name that none has.
 */
export async function runBenchmarks(
  options: BenchmarkRunOptions,
  write: (text: string) => void = writeOut,
): Promise<number> {
  const unknown = options.only.filter((name) => !catalogue.has(name));
  if (unknown.length > 0)
    throw new RangeError(
      `there is no benchmark ${unknown.join(", ")}; there are ${benchmarkNames.join(", ")}`,
    );
  const reports: Report[] = [];
  let isFailed = false;
  for (const name of benchmarkNames) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const report = await runOne(name, options.small);
    if (report === null) isFailed = true;
    else {
      reports.push(report);
      write(
        options.json
          ? `${JSON.stringify(report)}\n`
          : `${resultLines(report.name, report.result, report.conditions).join("\n")}\n`,
      );
    }
  }
  if (options.json) write(`${JSON.stringify({ benchmarks: reports })}\n`);
  const isMissed = reports.some(({ result }) => result.measures.some((measure) => isMet(measure) === false));
  return isFailed || isMissed ? 1 : 0;
}

/** The child's report; null where it failed, and then its own words are on standard error. */
async function runOne(name: string, isSmall: boolean): Promise<Report | null> {
  const flags = catalogue.get(name)?.flags ?? [];
  const child = spawn(process.execPath, [...flags, CHILD, name, ...(isSmall ? ["small"] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [status]] = await Promise.all([
    text(child.stdout),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  if (status === 0) return JSON.parse(output) as Report;
  process.stderr.write(`benchmark ${name} failed\n`);
  return null;
}

function writeOut(line: string): void {
  process.stdout.write(line);
}
