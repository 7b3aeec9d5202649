import type { Durability } from "../host/journal/index.ts";
import { LaneCounter } from "../host/lane/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { loadFrames } from "./frames/index.ts";
import { defaultSetup, tradingRig } from "./lane/index.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";

const WARM_PASSES = 3;
const PASSES = 20;
const FRAMES_A_SECOND = 500_000;
const US_PER_SECOND = 1e6;

/** How many frames a second go from bytes to decisions, orders and journal? */
export async function pipeline(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const runs = [];
  for (const durability of ["process", "ring"] as const)
    runs.push(await run(frames, durability, options.isSmall));
  const [first] = runs;
  return {
    question:
      "frames a second from bytes in memory through books, features, agents, ensemble, risk rules and journal",
    measures: runs.flatMap(({ measures }) => measures),
    hash: first?.hash ?? "",
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: { passes: options.isSmall ? 1 : PASSES, ordersAPass: first?.ordersAPass ?? 0 },
    notes: [
      "inside the time: both agents, all rules, the journal and waiting for its thread, each second's timer, and the venue's answers: making their bytes and taking them",
      "outside: the network, and reading the frames from their files",
    ],
  };
}

async function run(
  frames: FrameSet,
  durability: Durability,
  isSmall: boolean,
): Promise<{ measures: Measure[]; hash: string; ordersAPass: number }> {
  const rig = await tradingRig(frames, { setup: defaultSetup(), durability });
  const { drive, hash, built } = rig;
  drive.pass();
  const digest = hash.finish();
  for (let pass = 1; pass < (isSmall ? 1 : WARM_PASSES); pass++) drive.pass();
  const passes = isSmall ? 1 : PASSES;
  const ordersBefore = drive.orders;
  const cpuBefore = process.threadCpuUsage();
  const startMs = performance.now();
  for (let pass = 0; pass < passes; pass++) drive.pass();
  const elapsedMs = performance.now() - startMs;
  const cpu = process.threadCpuUsage(cpuBefore);
  await rig.close();
  const total = frames.count * passes;
  const decisions = built.lane.counters[LaneCounter.DECISIONS] ?? 0;
  if (decisions < frames.count / 2)
    throw new Error(`only ${decisions} decisions were taken; the books never became usable`);
  return {
    measures: [
      {
        name: `${durability}, by the clock`,
        value: (total / elapsedMs) * 1000,
        unit: "frames/s",
        ...(isSmall ? {} : { atLeast: FRAMES_A_SECOND }),
      },
      {
        name: `${durability}, by the thread's processor time`,
        value: (total / (cpu.user + cpu.system)) * US_PER_SECOND,
        unit: "frames/s",
      },
    ],
    hash: digest,
    ordersAPass: Math.round((drive.orders - ordersBefore) / passes),
  };
}
