import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { MemoryPool } from "../host/engine/index.ts";
import { loadFrames } from "./frames/index.ts";
import { checkOutputs } from "./metering-check.ts";
import type { PluginInputs } from "./metering-inputs.ts";
import { recordInputs } from "./metering-inputs.ts";
import type { MeteringSide } from "./metering-sides.ts";
import { idleSide, MeteredSide, UnmeteredSide } from "./metering-sides.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { medianOf } from "./report/index.ts";

const WARM_ROUNDS = 3;
const ROUNDS = 15;
const NS_PER_MS = 1e6;
const RATIO_MAX = 1.15;

/** Nanoseconds of all calls of a plugin in one round; `idle`: the same calls of a function that does nothing. */
interface RoundTimes {
  readonly metered: number;
  readonly unmetered: number;
  readonly idle: number;
}

interface PluginTimes {
  readonly name: string;
  readonly calls: number;
  readonly rounds: readonly RoundTimes[];
}

/** What does the metering of a plugin's code cost? */
export async function metering(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const recorded = await recordInputs(frames);
  const hash = createHash("sha256");
  const times = recorded.map((inputs) => measured(inputs, hash, options.isSmall));
  const all = sumOf(times);
  const calls = times.reduce((sum, plugin) => sum + plugin.calls, 0);
  return {
    question: "how many times as long does a plugin take with its metering as without?",
    measures: [
      ratio("all plugins, calls", all, ({ metered, unmetered }) => metered / unmetered, options.isSmall),
      ratio(
        "all plugins, own code alone",
        all,
        ({ metered, unmetered, idle }) => (metered - idle) / (unmetered - idle),
        options.isSmall,
      ),
      ...times.flatMap((plugin) => measuresOf(plugin, options.isSmall)),
    ],
    hash: hash.digest("hex"),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: { calls, plugins: times.length, rounds: options.isSmall ? 1 : ROUNDS },
    notes: [
      "every call that each plugin gets in a lane that orders on every occasion, repeated from a fresh instance in each round; metered and unmetered take turns within a round; all plugins: each as often as the lane calls it",
      "calls: the input copied to the inbox, the call from JavaScript through a trampoline, the plugin; own code: without the time that the same copies and calls take with a function that does nothing",
      "both wrote the same bytes in answer to every input, and ended with the same memory",
    ],
  };
}

function measured(inputs: PluginInputs, hash: Hash, isSmall: boolean): PluginTimes {
  const metered = new MeteredSide(inputs, new MemoryPool({ memoriesMax: 2 }));
  const unmetered = new UnmeteredSide(inputs, metered);
  const idle = idleSide(inputs, metered.memory);
  checkOutputs(inputs, metered, unmetered, hash);
  const rounds: RoundTimes[] = [];
  for (let round = isSmall ? 0 : -WARM_ROUNDS; round < (isSmall ? 1 : ROUNDS); round++) {
    // Whoever comes second finds the inputs in the cache: they take turns at that too.
    const sides = round % 2 === 0 ? [metered, idle, unmetered] : [unmetered, idle, metered];
    const spent = new Map(sides.map((side) => [side, spentNs(side)]));
    const of = (side: MeteringSide): number => spent.get(side) ?? 0;
    if (round >= 0) rounds.push({ metered: of(metered), unmetered: of(unmetered), idle: of(idle) });
  }
  return { name: inputs.name, calls: inputs.count, rounds };
}

function spentNs(side: MeteringSide): number {
  side.reset();
  const startMs = performance.now();
  side.calls.run();
  return (performance.now() - startMs) * NS_PER_MS;
}

/** Round by round over all plugins: each counts by how often a lane calls it. */
function sumOf(times: readonly PluginTimes[]): RoundTimes[] {
  const [first, ...rest] = times.map(({ rounds }) => rounds);
  return (first ?? []).map((own, round) => {
    const sum = { ...own };
    for (const rounds of rest) {
      sum.metered += rounds[round]?.metered ?? 0;
      sum.unmetered += rounds[round]?.unmetered ?? 0;
      sum.idle += rounds[round]?.idle ?? 0;
    }
    return sum;
  });
}

function measuresOf({ name, calls, rounds }: PluginTimes, isSmall: boolean): Measure[] {
  const own = (of: (times: RoundTimes) => number): number =>
    medianOf(rounds.map((times) => of(times) - times.idle)) / calls;
  return [
    ratio(`${name}, calls`, rounds, ({ metered, unmetered }) => metered / unmetered, isSmall),
    { name: `${name}, own code metered`, value: own(({ metered }) => metered), unit: "ns/call" },
    { name: `${name}, own code unmetered`, value: own(({ unmetered }) => unmetered), unit: "ns/call" },
  ];
}

/** The median of the rounds' ratios: what slows the machine for a round slows both in it. */
function ratio(
  name: string,
  rounds: readonly RoundTimes[],
  of: (times: RoundTimes) => number,
  isSmall: boolean,
): Measure {
  return { name, value: medianOf(rounds.map(of)), unit: "times", ...(isSmall ? {} : { atMost: RATIO_MAX }) };
}
