import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { MemoryPool } from "../host/engine/index.ts";
import { loadFrames } from "./frames/index.ts";
import { checkOutputs } from "./metering-check.ts";
import type { PluginInputs } from "./metering-inputs.ts";
import { recordCoinbaseInputs, recordInputs } from "./metering-inputs.ts";
import type { MeteringSide } from "./metering-sides.ts";
import { IdleSide, MeteredSide, UnmeteredSide } from "./metering-sides.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";

const WARM_ROUNDS = 3;
const ROUNDS = 31;
const NS_PER_MS = 1e6;
const RATIO_MAX = 1.15;

/**
 * Nanoseconds of all calls of a plugin, each run of them the fastest of its rounds: what other processes do to a run can only lengthen it, and
 * no whole round of 80 ms stays free of them. `idle`: the same calls of a function that does nothing.
 */
interface PluginTimes {
  readonly name: string;
  readonly calls: number;
  readonly metered: number;
  readonly unmetered: number;
  readonly idle: number;
}

/** What does the metering of a plugin's code cost? */
export async function metering(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const recorded = [...(await recordInputs(frames)), await recordCoinbaseInputs(options.isSmall)];
  const hash = createHash("sha256");
  const times = recorded.map((inputs) => measured(inputs, hash, options.isSmall));
  const all = sumOf(times);
  return {
    question: "how many times as long does a plugin take with its metering as without?",
    measures: [
      ratio("all plugins, calls", all.metered / all.unmetered, options.isSmall),
      ratio(
        "all plugins, own code alone",
        (all.metered - all.idle) / (all.unmetered - all.idle),
        options.isSmall,
      ),
      ...times.flatMap((plugin) => measuresOf(plugin, options.isSmall)),
    ],
    hash: hash.digest("hex"),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: { calls: all.calls, plugins: times.length, rounds: options.isSmall ? 1 : ROUNDS },
    notes: [
      "every call that each plugin gets in a lane that orders on every occasion, repeated from a fresh instance in each round; metered and unmetered take turns within a round and have the same memory, and of every 64 calls in a row the fastest round of each counts; all plugins: each as often as the lane calls it, and Coinbase's codec as often as a host at the simulated venue and the recorded messages do",
      "calls: the input copied to the inbox, the call from JavaScript through a trampoline, the plugin; own code: without the time that the same copies and calls take with a function that does nothing",
      "both wrote the same bytes in answer to every input, and ended with the same memory",
    ],
  };
}

function measured(inputs: PluginInputs, hash: Hash, isSmall: boolean): PluginTimes {
  const pool = new MemoryPool({ memoriesMax: 2 });
  const metered = new MeteredSide(inputs, pool);
  const unmetered = new UnmeteredSide(inputs, pool);
  const idle = new IdleSide(inputs, pool);
  checkOutputs(inputs, metered, unmetered, hash);
  const fastest = new Map<MeteringSide, Float64Array>(
    [metered, unmetered, idle].map((side) => [
      side,
      new Float64Array(side.calls.runs).fill(Number.POSITIVE_INFINITY),
    ]),
  );
  for (let round = isSmall ? 0 : -WARM_ROUNDS; round < (isSmall ? 1 : ROUNDS); round++) {
    // Whoever comes second finds the inputs in the cache: they take turns at that too.
    const sides = round % 2 === 0 ? [metered, idle, unmetered] : [unmetered, idle, metered];
    for (const side of sides) takeTimes(side, fastest.get(side) ?? new Float64Array(0));
  }
  const of = (side: MeteringSide): number =>
    fastest.get(side)?.reduce((sum, elapsed) => sum + elapsed, 0) ?? Number.NaN;
  return {
    name: inputs.name,
    calls: inputs.count,
    metered: of(metered),
    unmetered: of(unmetered),
    idle: of(idle),
  };
}

/** One round of a side, each run of calls kept where it is its fastest. */
function takeTimes(side: MeteringSide, fastest: Float64Array): void {
  side.reset();
  const { calls } = side;
  for (let run = 0; run < calls.runs; run++) {
    const startMs = performance.now();
    calls.run(run);
    const elapsed = (performance.now() - startMs) * NS_PER_MS;
    if (elapsed < (fastest[run] ?? 0)) fastest[run] = elapsed;
  }
  side.end();
}

/** Over all plugins: each counts by how often a lane calls it. */
function sumOf(times: readonly PluginTimes[]): PluginTimes {
  const sum = { name: "all plugins", calls: 0, metered: 0, unmetered: 0, idle: 0 };
  for (const { calls, metered, unmetered, idle } of times) {
    sum.calls += calls;
    sum.metered += metered;
    sum.unmetered += unmetered;
    sum.idle += idle;
  }
  return sum;
}

function measuresOf({ name, calls, metered, unmetered, idle }: PluginTimes, isSmall: boolean): Measure[] {
  return [
    ratio(`${name}, calls`, metered / unmetered, isSmall),
    { name: `${name}, own code metered`, value: (metered - idle) / calls, unit: "ns/call" },
    { name: `${name}, own code unmetered`, value: (unmetered - idle) / calls, unit: "ns/call" },
  ];
}

function ratio(name: string, value: number, isSmall: boolean): Measure {
  return { name, value, unit: "times", ...(isSmall ? {} : { atMost: RATIO_MAX }) };
}
