import type { LatencyHistogram } from "../host/lane/index.ts";
import { LatencyCell } from "../host/lane/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { loadFrames } from "./frames/index.ts";
import { idleMemory } from "./idle-memory.ts";
import type { TradingRig } from "./lane/index.ts";
import { eagerSetup, PacedDrive, tradingRig } from "./lane/index.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { GcPauses } from "../cli/backtest/gc-pauses.ts";

const SPEED = 10;
/** A test has no minute to wait: its timings mean nothing anyway. */
const SMALL_SPEED = 100;
/** The recording takes 65 s at ten times its speed. The first 165 s of its 650 take 16.5, and both levels then end within a minute. */
const PACED_FRAMES = 16_384;
const WARM_PASSES = 2;
/** Four seconds at the measured rate: the waiting and the frames that more follow are code of their own. */
const PACED_WARM_FRAMES = 4096;
const US = 1000;
/** Microseconds at p50, p99 and p99.9. */
const LIMITS: Readonly<Record<"ring" | "process", readonly [number, number, number]>> = {
  ring: [5, 25, 100],
  process: [12, 80, 200],
};
const SHARES = [0.5, 0.99, 0.999] as const;

/** How long from a frame in memory to an order whose intent is durable and whose bytes are encoded? */
export async function tickToOrder(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const runs = [];
  for (const durability of ["ring", "process"] as const)
    runs.push(await run(frames, durability, options.isSmall));
  const [first] = runs;
  return {
    question: "microseconds from a frame's intended arrival to its order encoded and its intent durable",
    measures: [...runs.flatMap(({ measures }) => measures), ...idleMemory()],
    hash: first?.hash ?? "",
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: Object.assign({}, ...runs.map(({ counts }) => counts)) as Record<string, number>,
    notes: [
      `injected at ${options.isSmall ? SMALL_SPEED : SPEED} times the recorded rate with the recorded spacing, by a spinning wait; warmed by ${WARM_PASSES} passes at full speed`,
      "response counts from the intended time of the oldest frame that the decision covers, whether or not the lane was busy: coordinated omission is in it, and so is every collector's pause",
      "where this machine's memory is slow to read again after a pause, a step that follows one is slow by as many lines as it needs, some 500 to 900",
      "the thread spins: where it had a core for less than 99 % of the time, the scheduler's delays are the numbers' greater part",
      "the venue's answers arrive half a millisecond of session time after the order; making their bytes delays later frames and is counted against them",
    ],
  };
}

async function run(
  frames: FrameSet,
  durability: "ring" | "process",
  isSmall: boolean,
): Promise<{ measures: Measure[]; counts: Record<string, number>; hash: string }> {
  const rig = await tradingRig(frames, { setup: eagerSetup(), durability });
  const hash = warm(rig, isSmall);
  const paced = new PacedDrive(rig.drive, isSmall ? SMALL_SPEED : SPEED);
  paced.pass(Math.min(PACED_WARM_FRAMES, frames.count));
  paced.reset();
  const watch = new GcPauses();
  const cpuBefore = process.threadCpuUsage();
  const startMs = performance.now();
  const ordersBefore = rig.drive.orders;
  const pacedFrames = Math.min(PACED_FRAMES, frames.count);
  paced.pass(pacedFrames);
  const elapsedMs = performance.now() - startMs;
  const cpu = process.threadCpuUsage(cpuBefore);
  await watch.stop();
  const orders = rig.drive.orders - ordersBefore;
  await rig.close();
  const measures = [
    ...percentiles(`${durability}, response`, paced.response, isSmall ? undefined : LIMITS[durability]),
    ...percentiles(`${durability}, from the frame decided on`, paced.fromLast, undefined),
    ...percentiles(`${durability}, service`, paced.service, undefined),
    {
      name: `${durability}, time that the thread had a core`,
      value: (cpu.user + cpu.system) / elapsedMs / 10,
      unit: "%",
    },
    { name: `${durability}, collector's pauses, total`, value: watch.totalMs, unit: "ms" },
    { name: `${durability}, collector's pauses, longest`, value: watch.maxMs, unit: "ms" },
  ];
  const counts = {
    [`${durability}Frames`]: pacedFrames,
    [`${durability}Orders`]: orders,
    [`${durability}Steps`]: paced.steps,
    [`${durability}Conflated`]: paced.conflated,
    [`${durability}Collections`]: watch.count,
  };
  return { measures, counts, hash };
}

/** Passes at full speed. The first one gives the hash: its orders do not depend on what else the machine does. */
function warm({ drive, hash }: TradingRig, isSmall: boolean): string {
  drive.pass();
  const digest = hash.finish();
  for (let pass = 1; pass < (isSmall ? 1 : WARM_PASSES); pass++) drive.pass();
  return digest;
}

function percentiles(
  name: string,
  histogram: LatencyHistogram,
  limits: readonly number[] | undefined,
): Measure[] {
  const rows: Measure[] = SHARES.map((share, index) => {
    const atMost = limits?.[index];
    return {
      name: `${name} p${share * 100}`,
      value: histogram.percentile(share) / US,
      unit: "µs",
      ...(atMost === undefined ? {} : { atMost }),
    };
  });
  return [
    ...rows,
    { name: `${name} max`, value: (histogram.summary[LatencyCell.MAX_NS] ?? 0) / US, unit: "µs" },
  ];
}
