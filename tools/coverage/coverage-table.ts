import { FLOOR, percent } from "./coverage-of.ts";
import type { Coverage, FileCoverage, Measure, Share } from "./coverage-of.ts";

const RANGES_MAX = 8;

/** The totals, and below them every file that lies under a floor, the worst first. */
export function coverageTable({ files, total }: Coverage): string {
  const offenders = files.filter(isOffender).sort((a, b) => worst(a) - worst(b));
  const width = Math.max(20, ...offenders.map(({ path }) => path.length));
  const rows = offenders.map((file) => `${row(file.path, file.shares, width)}  ${remark(file)}`);
  const head = `${"".padEnd(width)}  branches  functions    lines`;
  const count = `${offenders.length} of ${files.length} files lie under a floor`;
  return [head, row("all files", total, width), ...rows, count, ""].join("\n");
}

function isOffender(file: FileCoverage): boolean {
  return !file.isLoaded || measures(file).some((measure) => percent(file.shares[measure]) < FLOOR[measure]);
}

function worst(file: FileCoverage): number {
  return file.isLoaded ? Math.min(...measures(file).map((measure) => percent(file.shares[measure]))) : -1;
}

function measures(file: FileCoverage): Measure[] {
  return Object.keys(file.shares) as Measure[];
}

function row(name: string, shares: Readonly<Record<Measure, Share>>, width: number): string {
  const cell = (measure: Measure): string => percent(shares[measure]).toFixed(2);
  return `${name.padEnd(width)}  ${cell("branches").padStart(8)}  ${cell("functions").padStart(9)}  ${cell("lines").padStart(7)}`;
}

function remark(file: FileCoverage): string {
  if (!file.isLoaded) return "never loaded";
  const ranges = lineRanges(file.missedLines);
  const rest = ranges.length > RANGES_MAX ? ` and ${ranges.length - RANGES_MAX} more` : "";
  return ranges.slice(0, RANGES_MAX).join(" ") + rest;
}

/** `[1, 2, 3, 7]` as `["1-3", "7"]`. The numbers ascend. */
export function lineRanges(lines: readonly number[]): string[] {
  const ranges: string[] = [];
  let first = -1;
  for (const [index, line] of lines.entries()) {
    if (first === -1) first = line;
    if (lines[index + 1] === line + 1) continue;
    ranges.push(first === line ? String(line) : `${first}-${line}`);
    first = -1;
  }
  return ranges;
}
