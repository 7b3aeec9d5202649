import { getHeapStatistics } from "node:v8";
import { LaneCounter } from "../host/lane/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { loadFrames } from "./frames/index.ts";
import type { RigOptions, TradingRig } from "./lane/index.ts";
import { defaultSetup, eagerSetup, tradingRig } from "./lane/index.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { medianOf } from "./report/index.ts";

const WARM_PASSES = 12;
/** Passes of one window: about a million frames. */
const PASSES = 10;
const WINDOWS = 3;
const KIB = 1024;
const MILLION = 1e6;
const KIB_A_MILLION = 64;

/** How much garbage does a step leave? Needs --expose-gc and a young generation that a pass does not fill. */
export async function allocation(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const measures: Measure[] = [];
  let hash = "";
  for (const durability of ["ring", "process"] as const) {
    const usual = await run(frames, { setup: defaultSetup(), durability }, options.isSmall);
    hash = usual.hash;
    measures.push({
      name: `${durability}, median of windows`,
      value: usual.kib,
      unit: "KiB/million",
      ...(options.isSmall ? {} : { atMost: KIB_A_MILLION }),
    });
    const eager = await run(frames, { setup: eagerSetup(), durability }, options.isSmall);
    measures.push({
      name: `${durability}, ordering on every occasion`,
      value: eager.kib,
      unit: "KiB/million",
    });
  }
  return {
    question: "kibibytes of heap that a million steps leave behind",
    measures,
    hash,
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: {
      windows: options.isSmall ? 1 : WINDOWS,
      passesAWindow: options.isSmall ? 1 : PASSES,
      warmPasses: options.isSmall ? 1 : WARM_PASSES,
    },
    notes: [
      "the collector does not run in a window; steps are frames, answers and timers; what the engine makes for itself (code, feedback) is counted too",
    ],
  };
}

async function run(
  frames: FrameSet,
  options: RigOptions,
  isSmall: boolean,
): Promise<{ kib: number; hash: string }> {
  const rig = await tradingRig(frames, options);
  rig.drive.pass();
  const hash = rig.hash.finish();
  for (let pass = 1; pass < (isSmall ? 1 : WARM_PASSES); pass++) rig.drive.pass();
  // Once, and not before each window: a full collection drops code that is then made anew.
  globalThis.gc?.();
  const windows = Array.from({ length: isSmall ? 1 : WINDOWS }, () => {
    const steps = stepsOf(rig);
    const before = usedBytes();
    for (let pass = 0; pass < (isSmall ? 1 : PASSES); pass++) rig.drive.pass();
    return ((usedBytes() - before) / KIB / (stepsOf(rig) - steps)) * MILLION;
  });
  await rig.close();
  return { kib: Math.max(0, medianOf(windows)), hash };
}

function stepsOf({ built }: TradingRig): number {
  return built.lane.counters[LaneCounter.STEPS] ?? 0;
}

function usedBytes(): number {
  return getHeapStatistics().used_heap_size;
}
