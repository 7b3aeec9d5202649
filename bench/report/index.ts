export type { Benchmark, BenchmarkOptions, BenchmarkResult, Measure } from "./benchmark.ts";
export { isMet } from "./benchmark.ts";
export type { Conditions } from "./conditions.ts";
export { conditionsSince, currentLoad } from "./conditions.ts";
export { medianOf, timeRounds } from "./rounds.ts";
export { resultLines } from "./result-lines.ts";
