import type { BenchmarkResult } from "./benchmark.ts";
import { isMet } from "./benchmark.ts";
import type { Conditions } from "./conditions.ts";

const NAME_WIDTH = 46;
const VALUE_WIDTH = 14;
const VERDICTS = new Map([
  [true, "met"],
  [false, "MISSED"],
]);

/** A result as a table for a person. */
export function resultLines(name: string, result: BenchmarkResult, conditions: Conditions): string[] {
  const { input, counts } = result;
  const rows = result.measures.map((measure) => {
    const limit = measure.atLeast === undefined ? measure.atMost : measure.atLeast;
    const sign = measure.atLeast === undefined ? "at most" : "at least";
    const verdict =
      limit === undefined ? "" : `${sign} ${shown(limit)}: ${VERDICTS.get(isMet(measure) ?? false) ?? ""}`;
    return `  ${measure.name.padEnd(NAME_WIDTH)} ${shown(measure.value).padStart(VALUE_WIDTH)} ${measure.unit.padEnd(12)} ${verdict}`.trimEnd();
  });
  return [
    `${name}: ${result.question}`,
    ...rows,
    `  ${Object.entries(counts)
      .map(([key, count]) => `${key} ${shown(count)}`)
      .join(", ")}; ${shown(input.frames)} ${input.source} frames; hash ${result.hash.slice(0, 16)}`,
    ...result.notes.map((note) => `  ${note}`),
    `  ${conditions.cpu} × ${conditions.cores}, node ${conditions.node}, load ${conditions.loadBefore.toFixed(1)} to ${conditions.loadAfter.toFixed(1)}, ${conditions.date}`,
    "",
  ];
}

function shown(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000)
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ",");
  return value.toPrecision(3);
}
