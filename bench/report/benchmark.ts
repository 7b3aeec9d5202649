import type { FrameChoice, InputFile } from "../frames/index.ts";

export interface BenchmarkOptions {
  /** A few seconds on a slice of the frames: for a test, which looks at the hash alone. */
  readonly isSmall: boolean;
  readonly frames: FrameChoice;
}

/** One number. Where it has a limit the benchmark has a target. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What one benchmark found. */
export interface BenchmarkResult {
  readonly question: string;
  readonly measures: readonly Measure[];
  /** SHA-256 over outputs that do not depend on time: a faster program that does something else has another. */
  readonly hash: string;
  readonly input: { readonly source: string; readonly frames: number; readonly files: readonly InputFile[] };
  /** Passes, orders and the like. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is inside the measured time, and what is not. */
  readonly notes: readonly string[];
}

export type Benchmark = (options: BenchmarkOptions) => Promise<BenchmarkResult>;

/** Whether a number keeps its limit; undefined where it has none. */
export function isMet({ value, atLeast, atMost }: Measure): boolean | undefined {
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? undefined : value <= atMost;
}
