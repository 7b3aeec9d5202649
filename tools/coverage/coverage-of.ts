import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { projectRoot } from "../project-root.ts";
import type { CoverageSummary } from "../test-runner/run-tests.ts";

/** The least share that has to be covered, in per cent, over all sources together. */
export const FLOOR: Readonly<Record<Measure, number>> = { branches: 90, functions: 95, lines: 95 };

export type Measure = "branches" | "functions" | "lines";

export interface Share {
  readonly covered: number;
  readonly total: number;
}

export interface FileCoverage {
  /** From the repository's root. */
  readonly path: string;
  readonly shares: Readonly<Record<Measure, Share>>;
  /** Line numbers, counted from 1, that no test has run. */
  readonly missedLines: readonly number[];
  readonly isLoaded: boolean;
}

export interface Coverage {
  readonly files: readonly FileCoverage[];
  readonly total: Readonly<Record<Measure, Share>>;
}

const FIELDS_OF_INSTANCE = "<instance_members_initializer>";
const MEASURES = ["branches", "functions", "lines"] as const;

/** The coverage of the given sources. One that was never loaded counts with all its lines, all of them missed. */
export function coverageOf(measured: CoverageSummary["files"], sources: readonly string[]): Coverage {
  const byPath = new Map(
    measured.map((file) => [relative(projectRoot, file.path).replaceAll("\\", "/"), file]),
  );
  const files = sources.map((path) => {
    const file = byPath.get(path);
    return file === undefined ? unloaded(path) : loaded(path, file);
  });
  return {
    files,
    total: {
      branches: sum(files, "branches"),
      functions: sum(files, "functions"),
      lines: sum(files, "lines"),
    },
  };
}

/** One sentence for each measure that lies below its floor. */
export function shortfalls(total: Coverage["total"]): string[] {
  return MEASURES.filter((measure) => percent(total[measure]) < FLOOR[measure]).map(
    (measure) =>
      `${measure} are covered to ${percent(total[measure]).toFixed(2)} %, at least ${FLOOR[measure]} % are asked for`,
  );
}

/** Per cent; nothing to cover counts as covered. */
export function percent({ covered, total }: Share): number {
  return total === 0 ? 100 : (100 * covered) / total;
}

function loaded(path: string, file: CoverageSummary["files"][number]): FileCoverage {
  return {
    path,
    shares: {
      branches: { covered: file.coveredBranchCount, total: file.totalBranchCount },
      functions: functionShare(file),
      lines: { covered: file.coveredLineCount, total: file.totalLineCount },
    },
    missedLines: file.lines.filter(({ count }) => count === 0).map(({ line }) => line),
    isLoaded: true,
  };
}

/**
 * V8 gives a class with fields a function of its own for them, which runs whenever the constructor does. Where one process only loads
 * the class and others make instances, the merged report shows that function as never run: the constructor, which is merged rightly,
 * stands for both.
 */
function functionShare(file: CoverageSummary["files"][number]): Share {
  const functions = file.functions.filter(({ name }) => name !== FIELDS_OF_INSTANCE);
  return { covered: functions.filter(({ count }) => count > 0).length, total: functions.length };
}

function unloaded(path: string): FileCoverage {
  const total = readFileSync(join(projectRoot, path), "utf8").split("\n").length;
  const none = { covered: 0, total: 0 };
  return {
    path,
    shares: { branches: none, functions: none, lines: { covered: 0, total } },
    missedLines: [],
    isLoaded: false,
  };
}

function sum(files: readonly FileCoverage[], measure: Measure): Share {
  let covered = 0;
  let total = 0;
  for (const { shares } of files) {
    covered += shares[measure].covered;
    total += shares[measure].total;
  }
  return { covered, total };
}
