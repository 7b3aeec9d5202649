import { parseArgs } from "node:util";

/** What `npm run chaos` is asked for. */
export interface ChaosArguments {
  readonly from: number;
  readonly seeds: number;
  readonly minutes: number;
  readonly isJson: boolean;
  /** Hunt the seeded bugs instead. */
  readonly isHunt: boolean;
  /** Tell everything that happens. */
  readonly isVerbose: boolean;
  /** One JSON line a seed; seeds that are in it already are not run again. */
  readonly results: string | null;
}

export const CHAOS_USAGE = `npm run chaos -- [--seeds N] [--from SEED] [--minutes M] [--results FILE] [--json] [--verbose]
npm run chaos -- --bugs [--json]

  --seeds N       that many seeds (8), each run twice
  --from SEED     the first of them (0)
  --minutes M     simulated minutes under faults (2); two more follow in which everything must come right
  --results FILE  keeps each seed's result there, and leaves out the seeds that it has
  --bugs          puts each seeded bug into a host and prints which judge saw it
  --verbose       everything that happens, on standard error
  --json          one JSON line a seed, or a bug
`;

/** Throws TypeError or RangeError with the reason. */
export function chaosArguments(given: readonly string[]): ChaosArguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      from: { type: "string", default: "0" },
      seeds: { type: "string", default: "8" },
      minutes: { type: "string", default: "2" },
      results: { type: "string" },
      json: { type: "boolean", default: false },
      bugs: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  return {
    from: numberOf("from", values.from, 0),
    seeds: numberOf("seeds", values.seeds, 1),
    minutes: numberOf("minutes", values.minutes, 0.1),
    isJson: values.json,
    isHunt: values.bugs,
    isVerbose: values.verbose,
    results: values.results ?? null,
  };
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) throw new RangeError(`--${name} ${text}: give a number of ${least} or more`);
  return value;
}
