import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { memoryMapOf } from "../abi/host/index.ts";
import { MemoryPool } from "../host/engine/index.ts";
import { loadFrames } from "./frames/index.ts";
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

/** Nanoseconds of all calls of a plugin in one round, without what the idle side needs for the same inputs. */
interface RoundTimes {
  readonly metered: number;
  readonly unmetered: number;
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
  const calls = times.reduce((sum, plugin) => sum + plugin.calls, 0);
  return {
    question: "how many times as long does a plugin take with its metering as without?",
    measures: [
      ratioOf("all plugins, in a lane's proportions", sumOf(times), options.isSmall),
      ...times.flatMap((plugin) => measuresOf(plugin, options.isSmall)),
    ],
    hash: hash.digest("hex"),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: { calls, plugins: times.length, rounds: options.isSmall ? 1 : ROUNDS },
    notes: [
      "every call that each plugin gets in a lane that orders on every occasion, repeated from a fresh instance in each round; metered and unmetered take turns within a round",
      "inside: the plugin's own code; the copy of the input and the call from JavaScript are measured with a function that does nothing, and taken off",
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
    const of = (side: MeteringSide): number => (spent.get(side) ?? 0) - (spent.get(idle) ?? 0);
    if (round >= 0) rounds.push({ metered: of(metered), unmetered: of(unmetered) });
  }
  return { name: inputs.name, calls: inputs.count, rounds };
}

function spentNs(side: MeteringSide): number {
  side.reset();
  const startMs = performance.now();
  side.calls.run();
  return (performance.now() - startMs) * NS_PER_MS;
}

/** Gives every input to both. Throws where they answer differently. */
function checkOutputs(
  { name, kind, count }: PluginInputs,
  metered: MeteringSide,
  unmetered: MeteringSide,
  hash: Hash,
): void {
  const { outboxOffset, memoryBase } = memoryMapOf(kind);
  for (let index = 0; index < count; index++) {
    const written = metered.calls.one(index);
    const end = outboxOffset + Math.max(0, written);
    const [one, other] = [metered, unmetered].map(({ memory }) => memory.subarray(outboxOffset, end));
    if (unmetered.calls.one(index) !== written || Buffer.compare(one ?? EMPTY, other ?? EMPTY) !== 0)
      throw new Error(`${name} answers input ${index + 1} of ${count} differently without its metering`);
    hash.update(`${written} `).update(one ?? EMPTY);
  }
  if (Buffer.compare(metered.memory.subarray(memoryBase), unmetered.memory.subarray(memoryBase)) !== 0)
    throw new Error(`${name} has another state after ${count} inputs without its metering`);
}

const EMPTY = new Uint8Array(0);

/** Round by round over all plugins: each counts by how often a lane calls it. */
function sumOf(times: readonly PluginTimes[]): RoundTimes[] {
  const [first] = times;
  return (first?.rounds ?? []).map((_, round) => ({
    metered: times.reduce((sum, { rounds }) => sum + (rounds[round]?.metered ?? 0), 0),
    unmetered: times.reduce((sum, { rounds }) => sum + (rounds[round]?.unmetered ?? 0), 0),
  }));
}

function measuresOf({ name, calls, rounds }: PluginTimes, isSmall: boolean): Measure[] {
  return [
    ratioOf(name, rounds, isSmall),
    { name: `${name}, metered`, value: medianOf(rounds.map(({ metered }) => metered)) / calls, unit: "ns/call" },
    {
      name: `${name}, unmetered`,
      value: medianOf(rounds.map(({ unmetered }) => unmetered)) / calls,
      unit: "ns/call",
    },
  ];
}

/** The median of the rounds' ratios: what slows the machine for a round slows both in it. */
function ratioOf(name: string, rounds: readonly RoundTimes[], isSmall: boolean): Measure {
  const value = medianOf(rounds.map(({ metered, unmetered }) => metered / unmetered));
  return { name, value, unit: "times", ...(isSmall ? {} : { atMost: RATIO_MAX }) };
}
