import type { LatencyHistogram } from "../host/lane/index.ts";
import { LatencyCell } from "../host/lane/index.ts";
import { GcPauses } from "../cli/backtest/gc-pauses.ts";
import type { FrameSet } from "./frames/index.ts";
import { loadFrames } from "./frames/index.ts";
import { FrameDrive } from "./lane/frame-drive.hot.ts";
import { eagerSetup, tradingRig } from "./lane/index.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { checkSwaps } from "./swap-check.ts";
import { SwapDrive } from "./swap-drive.ts";
import { SwapOrders } from "./swap-orders.ts";
import type { HeldTime } from "./swap-runner.ts";
import { swapParts, SwapRunner } from "./swap-runner.ts";
import { swapKinds, swapSchedule } from "./swap-schedule.ts";
import { ThreadSwitches } from "./swap-switches.ts";
import type { Usage } from "./swap-usage.ts";
import { usageNow } from "./swap-usage.ts";

const SPEED = 10;
const SWAPS = 500;
const SMALL_SWAPS = 20;
/** To other code, before anything is measured: the first swap of a slot makes the place beside it, and the memories that are kept from then on. */
const WARM_SWAPS = 100;
const SMALL_WARM_SWAPS = 30;
const SEED = 20_241_108;
const NS_PER_US = 1000;
const US_PER_MS = 1000;
const QUANTILES = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["max", 1],
] as const;
/** The targets of a promotion, in the order of the quantiles; the median has none. */
const COMMIT_US = [undefined, 50, 1000];
const RESIDENT_GROWTH_MIB = 32;
const VIRTUAL_GROWTH_MIB = 1024;

interface SessionRun {
  readonly orders: SwapOrders;
  readonly runner: SwapRunner;
  readonly steps: SwapDrive["steps"];
  readonly usage: readonly [Usage, Usage];
  /** Of the time of the measured passes. */
  readonly coreShare: number;
}

/** How long does a swap hold the trading thread, and what does it leave behind? */
export async function swap(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const watch = new GcPauses();
  const run = await session(frames, options.isSmall, true);
  await watch.stop();
  const plain = await session(frames, options.isSmall, false);
  const { runner, orders } = run;
  checkSwaps({
    swapsWanted: 2 * (options.isSmall ? SMALL_SWAPS : SWAPS),
    swaps: runner.count.swaps,
    digest: orders.digest(),
    digestWithoutSwaps: plain.orders.digest(),
    callsCompared: runner.compared.calls,
    callsEqual: runner.compared.equal,
    variants: runner.count.variants,
    snapshots: runner.count.snapshots,
    ordersSent: orders.sent,
    clientOrderIds: orders.clientOrderIds.size,
  });
  return {
    question: "microseconds for which a plugin's swap holds the trading thread, part by part",
    measures: [
      ...heldMeasures(runner.held, options.isSmall),
      ...stepMeasures(run.steps),
      ...usageMeasures(run.usage, options.isSmall),
      { name: "orders sent twice", value: orders.sent - orders.clientOrderIds.size, unit: "", atMost: 0 },
      { name: "time that the thread had a core", value: run.coreShare * 100, unit: "%" },
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
      "first half to equal code, whose state is carried over bit for bit; second half to other code and back, which takes the state over by snapshot where there is any; what left in both is the same as in a run without swaps",
      "each part in a turn of its own, as a host makes them: instantiate when a module is deployed; the journal's record of each change written before it; shadow with the state handed over, promote, settle; the commit of each after it; clean, the zeroing of what was given back, in slices of 256 KiB",
    ],
  };
}

/** Warms, then swaps through two passes; or the same without a swap, at full speed. */
async function session(frames: FrameSet, isSmall: boolean, isSwapped: boolean): Promise<SessionRun> {
  const rig = await tradingRig(frames, { setup: eagerSetup(), durability: "process" });
  const { built } = rig;
  const orders = new SwapOrders();
  const settle = (): void => {
    built.lane.parts.journal.commit();
  };
  const drive = new FrameDrive(built, frames, rig.drive.answers, orders, { settle });
  const switches = new ThreadSwitches();
  const runner = new SwapRunner(built, switches);
  const warm = new SwapDrive(drive, runner, Number.POSITIVE_INFINITY);
  const swaps = isSmall ? SMALL_SWAPS : SWAPS;
  const plan = (seed: number, count: number): void => {
    if (isSwapped) runner.begin(swapSchedule(built.slots, seed, count, frames.count), seed !== SEED + 1);
  };
  plan(SEED, isSmall ? SMALL_WARM_SWAPS : WARM_SWAPS);
  await warm.pass(frames.count);
  runner.reset();
  const paced = new SwapDrive(drive, runner, isSmall || !isSwapped ? Number.POSITIVE_INFINITY : SPEED);
  const first = usageNow(built.pool);
  const cpuBefore = process.threadCpuUsage();
  const startMs = performance.now();
  plan(SEED + 1, swaps);
  await paced.pass(frames.count);
  plan(SEED + 2, swaps);
  await paced.pass(frames.count);
  const cpu = process.threadCpuUsage(cpuBefore);
  const coreShare = (cpu.user + cpu.system) / (performance.now() - startMs) / US_PER_MS;
  const usage = [first, usageNow(built.pool)] as const;
  switches.close();
  await rig.close();
  return { orders, runner, steps: paced.steps, usage, coreShare };
}

/** The codec apart: its memory has 36 pages, the others' 4. The commit, which has a target, by kind. */
function heldMeasures(held: readonly HeldTime[], isSmall: boolean): Measure[] {
  return swapParts.flatMap((part) => {
    const ofPart = held.filter((time) => time.part === part && !time.isSnapshot);
    if (part === "promote") return commitMeasures(ofPart, isSmall);
    const bySnapshot = held.filter((time) => time.part === part && time.isSnapshot);
    return [
      ...(bySnapshot.length === 0 ? [] : quantiles(`${part}, by snapshot`, bySnapshot)),
      ...quantiles(
        `${part}, codec`,
        ofPart.filter(({ kind }) => kind === "venue"),
      ),
      ...quantiles(
        `${part}, other kinds`,
        ofPart.filter(({ kind }) => kind !== "venue"),
      ),
    ];
  });
}

function commitMeasures(commits: readonly HeldTime[], isSmall: boolean): Measure[] {
  const limits = isSmall ? [] : COMMIT_US;
  return [
    ...quantiles("promote, all kinds", commits, limits),
    ...quantiles(
      "promote, where the thread kept its core",
      commits.filter(({ isCoreKept }) => isCoreKept),
    ),
    ...swapKinds.flatMap((kind) =>
      quantiles(
        `promote, ${kind}`,
        commits.filter((time) => time.kind === kind),
      ),
    ),
  ];
}

/** p50, p99 and the longest, exactly; `limits` in this order. */
function quantiles(
  name: string,
  times: readonly HeldTime[],
  limits: readonly (number | undefined)[] = [],
): Measure[] {
  const sorted = times.map(({ us }) => us).toSorted((a, b) => a - b);
  return QUANTILES.map(([label, share], place) => {
    const atMost = limits[place];
    return {
      name: `${name} ${label}`,
      value: sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0,
      unit: "µs",
      ...(atMost === undefined ? {} : { atMost }),
    };
  });
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
