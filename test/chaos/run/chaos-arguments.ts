import { parseArgs } from "node:util";

/** What `npm run chaos` is asked for. */
export interface ChaosArguments {
  readonly seeds: readonly number[];
  readonly minutes: number;
  readonly isJson: boolean;
  /** Hunt the seeded bugs instead. */
  readonly isHunt: boolean;
  /** Keep a plan that failed as it is: to make one of an hour smaller takes another hour. */
  readonly isKeptWhole: boolean;
  /** Tell everything that happens. */
  readonly isVerbose: boolean;
  /** One JSON line a seed; seeds that are in it already are not run again. */
  readonly results: string | null;
}

export const CHAOS_USAGE = `npm run chaos -- [--seeds N|A-B] [--minutes M] [--results FILE] [--whole] [--json] [--verbose]
npm run chaos -- --bugs [--json]

  --seeds N       the seeds 0 to N - 1 (8), each run twice; A-B: those from A to B
  --minutes M     simulated minutes under faults (2); two more follow in which everything must come right
  --results FILE  keeps each seed's result there, and leaves out the seeds that it has
  --whole         keeps a plan on which a judge complained as it is, instead of making it smaller first
  --bugs          puts each seeded bug into a host and prints which judge saw it
  --verbose       everything that happens, on standard error
  --json          one JSON line a seed, or a bug
`;

/** Throws TypeError or RangeError with the reason. */
export function chaosArguments(given: readonly string[]): ChaosArguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seeds: { type: "string", default: "8" },
      minutes: { type: "string", default: "2" },
      results: { type: "string" },
      json: { type: "boolean", default: false },
      whole: { type: "boolean", default: false },
      bugs: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  return {
    seeds: seedsOf(values.seeds),
    minutes: numberOf("minutes", values.minutes, 0.1),
    isJson: values.json,
    isHunt: values.bugs,
    isKeptWhole: values.whole,
    isVerbose: values.verbose,
    results: values.results ?? null,
  };
}

function seedsOf(text: string): number[] {
  const [, first, last] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
  const from = last === undefined ? 0 : Number(first);
  const count = last === undefined ? Number(first) : Number(last) - from + 1;
  if (!(count >= 1)) throw new RangeError(`--seeds ${text}: give a number of 1 or more, or two as in 10-19`);
  return Array.from({ length: count }, (_, index) => from + index);
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) throw new RangeError(`--${name} ${text}: give a number of ${least} or more`);
  return value;
}
