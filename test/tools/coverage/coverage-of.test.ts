import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { coverageOf, shortfalls } from "../../../tools/coverage/coverage-of.ts";
import { coverageTable, lineRanges } from "../../../tools/coverage/coverage-table.ts";
import { projectRoot } from "../../../tools/project-root.ts";
import type { CoverageSummary } from "../../../tools/test-runner/run-tests.ts";

type Measured = CoverageSummary["files"][number];

function measured(
  path: string,
  coveredBranches: number,
  coveredFunctions: number,
  missed: readonly number[],
): Measured {
  const lines = Array.from({ length: 100 }, (_, index) => ({
    line: index + 1,
    count: missed.includes(index + 1) ? 0 : 1,
  }));
  return {
    path: join(projectRoot, path),
    totalLineCount: 100,
    totalBranchCount: 10,
    totalFunctionCount: 20,
    coveredLineCount: 100 - missed.length,
    coveredBranchCount: coveredBranches,
    coveredFunctionCount: coveredFunctions,
    coveredLinePercent: 0,
    coveredBranchPercent: 0,
    coveredFunctionPercent: 0,
    functions: Array.from({ length: 20 }, (_, index) => ({
      name: `f${index}`,
      line: index + 1,
      count: index < coveredFunctions ? 1 : 0,
    })),
    branches: [],
    lines,
  };
}

test("shares at their floors are enough, and one below is named", () => {
  const atFloor = coverageOf([measured("host/a.ts", 9, 19, [1, 2, 3, 4, 5])], ["host/a.ts"]);
  assert.deepEqual(shortfalls(atFloor.total), []);
  const below = coverageOf([measured("host/a.ts", 8, 18, [1, 2, 3, 4, 5, 6])], ["host/a.ts"]);
  assert.deepEqual(
    shortfalls(below.total).map((line) => line.split(" ")[0]),
    ["branches", "functions", "lines"],
  );
});

test("the function that V8 makes of a class's fields does not count: its constructor stands for it", () => {
  const file = measured("host/a.ts", 9, 20, []);
  file.functions.push({ name: "<instance_members_initializer>", line: 1, count: 0 });
  assert.deepEqual(coverageOf([file], ["host/a.ts"]).total.functions, { covered: 20, total: 20 });
});

test("a source that nothing loads counts with all its lines", () => {
  const coverage = coverageOf([], ["tools/coverage/coverage-of.ts"]);
  assert.equal(coverage.total.lines.covered, 0);
  assert.ok(coverage.total.lines.total > 50);
  assert.match(shortfalls(coverage.total).join(), /lines are covered to 0\.00 %/);
  assert.match(coverageTable(coverage), /coverage-of\.ts .* never loaded/);
});

test("what was measured outside the scope does not count", () => {
  const coverage = coverageOf([measured("sim/a.ts", 0, 0, [])], []);
  assert.equal(coverage.total.branches.total, 0);
  assert.deepEqual(shortfalls(coverage.total), []);
});

test("the table lists the worst file first, with the lines it misses, and no file that is well", () => {
  const files = [
    measured("host/fine.ts", 10, 20, []),
    measured("host/bad.ts", 7, 20, []),
    measured(
      "host/worse.ts",
      10,
      20,
      Array.from({ length: 40 }, (_, i) => i + 1),
    ),
  ];
  const text = coverageTable(coverageOf(files, ["host/bad.ts", "host/fine.ts", "host/worse.ts"]));
  assert.ok(text.indexOf("host/worse.ts") < text.indexOf("host/bad.ts"));
  assert.match(text, /host\/worse\.ts .* 1-40/);
  assert.doesNotMatch(text, /host\/fine\.ts/);
  assert.match(text, /2 of 3 files lie under a floor/);
});

test("line numbers are gathered into ranges", () => {
  assert.deepEqual(lineRanges([]), []);
  assert.deepEqual(lineRanges([1, 2, 3, 7, 9, 10]), ["1-3", "7", "9-10"]);
});
