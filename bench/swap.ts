import type { LatencyHistogram } from "../host/lane/index.ts";
import { LatencyCell } from "../host/lane/index.ts";
import { GcPauses } from "../cli/backtest/gc-pauses.ts";
import type { FrameSet } from "./frames/index.ts";
import { loadFrames } from "./frames/index.ts";
import { FrameDrive } from "./lane/frame-drive.hot.ts";
import { eagerSetup, tradingRig } from "./lane/index.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { SwapDrive } from "./swap-drive.ts";
import { SwapOrders } from "./swap-orders.ts";
import type { HeldTime } from "./swap-runner.ts";
import { swapParts, SwapRunner } from "./swap-runner.ts";
import { swapSchedule } from "./swap-schedule.ts";
import type { Usage } from "./swap-usage.ts";
import { usageNow } from "./swap-usage.ts";

const SPEED = 10;
const SWAPS = 500;
const SMALL_SWAPS = 20;
/** Before anything is measured: the first swap of a slot makes the place beside it and the memory that is kept from then on. */
const WARM_SWAPS = 100;
const SMALL_WARM_SWAPS = 30;
const SEED = 20_241_108;
const NS_PER_US = 1000;
const COMMIT_P99_US = 50;
const COMMIT_MAX_US = 1000;
const RESIDENT_GROWTH_MIB = 32;
const VIRTUAL_GROWTH_MIB = 1024;

interface SessionRun {
  readonly orders: SwapOrders;
  /** Of all that left in warming and in the first half, which is swapped to equal code. */
  readonly equalDigest: string;
  readonly runner: SwapRunner;
  readonly steps: SwapDrive["steps"];
  readonly usage: readonly [Usage, Usage];
}

/** How long does a swap hold the trading thread, and what does it leave behind? */
export async function swap(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const watch = new GcPauses();
  const run = await session(frames, options.isSmall, true);
  await watch.stop();
  const plain = await session(frames, options.isSmall, false);
  checkRuns(run, plain, options.isSmall);
  const { runner, orders } = run;
  return {
    question: "microseconds for which a plugin's swap holds the trading thread, part by part",
    measures: [
      ...heldMeasures(runner.held, options.isSmall),
      ...stepMeasures(run.steps),
      ...usageMeasures(run.usage, options.isSmall),
      { name: "orders sent twice", value: orders.sent - orders.clientOrderIds.size, unit: "", atMost: 0 },
      { name: "collector's pauses, longest", value: watch.maxMs, unit: "ms" },
    ],
    hash: orders.digest(),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: {
      ...runner.count,
      callsCompared: runner.compared.calls,
      ordersSent: orders.sent,
      ordersWithoutSwaps: plain.orders.sent,
      collections: watch.count,
    },
    notes: [
      `injected at ${options.isSmall ? "full speed" : `${SPEED} times the recorded rate with the recorded spacing`}, journal at durability process; a kind is drawn for each swap, then one of its slots; shadow and probation last 1 to 32 events each`,
      "first half to equal code, whose state is carried over bit for bit: what left is the same as in a run without swaps; second half to another parameter and back, without state (the codec and microprice have none to vary)",
      "shadow: state handed over, journal record, commit; promote: the same without the state; settle: that, and the memory zeroed for the next; instantiate could be done by another",
    ],
  };
}

/** Warms, then swaps through two passes; or the first of these without a swap, at full speed. */
async function session(frames: FrameSet, isSmall: boolean, isSwapped: boolean): Promise<SessionRun> {
  const rig = await tradingRig(frames, { setup: eagerSetup(), durability: "process" });
  const { built } = rig;
  const orders = new SwapOrders();
  const settle = (): void => {
    built.lane.parts.journal.commit();
  };
  const drive = new FrameDrive(built, frames, rig.drive.answers, orders, { settle });
  const runner = new SwapRunner(built);
  const warm = new SwapDrive(drive, runner, Number.POSITIVE_INFINITY);
  const swaps = isSmall ? SMALL_SWAPS : SWAPS;
  const plan = (seed: number, count: number): void => {
    if (isSwapped) runner.begin(swapSchedule(built.slots, seed, count, frames.count), seed === SEED + 2);
  };
  plan(SEED, isSmall ? SMALL_WARM_SWAPS : WARM_SWAPS);
  await warm.pass(frames.count);
  runner.reset();
  const first = usageNow(built.pool);
  const paced = isSmall || !isSwapped ? warm : new SwapDrive(drive, runner, SPEED);
  plan(SEED + 1, swaps);
  await paced.pass(frames.count);
  const equalDigest = orders.digest();
  if (isSwapped) {
    plan(SEED + 2, swaps);
    await paced.pass(frames.count);
  }
  const usage = [first, usageNow(built.pool)] as const;
  await rig.close();
  return { orders, equalDigest, runner, steps: paced.steps, usage };
}

/** Equal code must change nothing, and no swap may be lost. */
function checkRuns({ orders, equalDigest, runner }: SessionRun, plain: SessionRun, isSmall: boolean): void {
  const { compared, count } = runner;
  const swaps = 2 * (isSmall ? SMALL_SWAPS : SWAPS);
  if (count.swaps !== swaps) throw new Error(`${count.swaps} of ${swaps} swaps were completed`);
  if (equalDigest !== plain.equalDigest)
    throw new Error(`swaps to equal code changed what left: ${equalDigest} is not ${plain.equalDigest}`);
  if (compared.calls === 0 || compared.equal !== compared.calls)
    throw new Error(`of ${compared.calls} calls of equal code ${compared.equal} came to the same`);
  if (orders.sent === 0 || orders.sent !== orders.clientOrderIds.size)
    throw new Error(`${orders.sent} orders left under ${orders.clientOrderIds.size} client order ids`);
}

/** The codec apart: its memory is 16 times as large as any other's. */
function heldMeasures(held: readonly HeldTime[], isSmall: boolean): Measure[] {
  return swapParts.flatMap((part) => {
    const ofPart = held.filter((time) => time.part === part);
    const codec = ofPart.filter(({ kind }) => kind === "venue");
    const others = ofPart.filter(({ kind }) => kind !== "venue");
    const isCommit = part === "promote" && !isSmall;
    return [
      ...(part === "promote" ? quantiles("promote, all kinds", ofPart, isCommit) : []),
      ...quantiles(`${part}, codec`, codec, false),
      ...quantiles(`${part}, other kinds`, others, false),
    ];
  });
}

function quantiles(name: string, times: readonly HeldTime[], hasTarget: boolean): Measure[] {
  const sorted = times.map(({ us }) => us).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return [
    { name: `${name} p50`, value: at(0.5), unit: "µs" },
    { name: `${name} p99`, value: at(0.99), unit: "µs", ...(hasTarget ? { atMost: COMMIT_P99_US } : {}) },
    { name: `${name} max`, value: at(1), unit: "µs", ...(hasTarget ? { atMost: COMMIT_MAX_US } : {}) },
  ];
}

function stepMeasures(steps: SwapDrive["steps"]): Measure[] {
  const rows = (name: string, histogram: LatencyHistogram): Measure[] => [
    { name: `${name} p50`, value: histogram.percentile(0.5) / NS_PER_US, unit: "µs" },
    { name: `${name} p99`, value: histogram.percentile(0.99) / NS_PER_US, unit: "µs" },
    { name: `${name} max`, value: (histogram.summary[LatencyCell.MAX_NS] ?? 0) / NS_PER_US, unit: "µs" },
  ];
  return [
    ...rows("step, nothing beside", steps.none),
    ...rows("step, a candidate beside", steps.beside),
    ...rows("step, the first after a promotion", steps.first),
  ];
}

function usageMeasures([first, last]: readonly [Usage, Usage], isSmall: boolean): Measure[] {
  const rows = (name: string, field: keyof Usage, unit: string, growthMax: number): Measure[] => [
    { name: `${name}, beginning`, value: first[field], unit },
    {
      name: `${name}, end`,
      value: last[field],
      unit,
      ...(isSmall ? {} : { atMost: first[field] + growthMax }),
    },
  ];
  return [
    ...rows("resident memory", "residentMiB", "MiB", RESIDENT_GROWTH_MIB),
    ...rows("address space", "virtualMiB", "MiB", VIRTUAL_GROWTH_MIB),
    ...rows("threads", "threads", "", 0),
    ...rows("open descriptors", "descriptors", "", 0),
    ...rows("memories of the pool", "memories", "", 0),
    ...rows("memories that plugins have", "memoriesLent", "", 0),
  ];
}
