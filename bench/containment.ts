import { createHash } from "node:crypto";
import type { PluginModule } from "../host/engine/index.ts";
import { loadModule } from "../host/engine/index.ts";
import type { ContainmentDrive } from "./containment/containment-drive.ts";
import type { ContainmentRig, Place } from "./containment/containment-rig.ts";
import { containmentRig } from "./containment/containment-rig.ts";
import { compileMisbehaving } from "./containment/misbehaving-agent.ts";
import { loadFrames } from "./frames/index.ts";
import { LatencyCell } from "../host/lane/index.ts";
import { PacedDrive } from "./lane/index.ts";
import { Misdeed } from "./misdeeds.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { medianOf } from "./report/index.ts";

const SPEED = 10;
const SMALL_SPEED = 100;
const ROUNDS = 9;
const FRAMES = 8_192;
const SMALL_FRAMES = 2_500;
const WARM_PASSES = 2;
/** Of one call on a thread, in ns. */
const DEADLINE_NS = 10e6;
/** In the small form, a test on a machine that may be busy, it is no more than a net: only what the agent does stops it. */
const SMALL_DEADLINE_NS = 1e9;
const RATIO_MAX = 1.1;
const STOP_MS_MAX = 25;
const LOOK_MS = 2;
const WAIT_MS_MAX = 20_000;
const QUIET = "quiet";

type Deed = Misdeed | typeof QUIET;
const deeds: readonly Deed[] = [QUIET, ...Object.values(Misdeed)];

/** Of one place: p99 of the other agents' orders by deed and round, and how long each misdeed lasted. */
interface PlaceRun {
  readonly place: Place;
  readonly p99: ReadonlyMap<Deed, number[]>;
  readonly stopMs: ReadonlyMap<Deed, number[]>;
  /** Responses that were measured in each quiet turn: p99 is that of so many. */
  readonly orders: readonly number[];
  readonly digest: string;
}

/** By how much does an agent that misbehaves slow the orders of the others down, in the lane and on a thread of its own? */
export async function containment(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const modules = new Map<Deed, PluginModule>();
  for (const deed of deeds)
    modules.set(deed, loadModule(await compileMisbehaving(deed === QUIET ? null : deed)));
  const runs: PlaceRun[] = [];
  for (const place of ["inline", "thread"] as const) {
    const rig = await containmentRig(frames, place, options.isSmall ? SMALL_DEADLINE_NS : DEADLINE_NS);
    try {
      runs.push(await runPlace(rig, modules, options.isSmall));
    } finally {
      await rig.close();
    }
  }
  const digests = new Set(runs.map(({ digest }) => digest));
  if (digests.size !== 1)
    throw new Error("the other agents' orders depend on where a quiet one runs; nothing was measured");
  const rounds = options.isSmall ? 1 : ROUNDS;
  return {
    question:
      "p99 of the other agents' orders while one agent misbehaves, as a multiple of p99 while it is quiet",
    measures: runs.flatMap((run) => measuresOf(run, options.isSmall)),
    hash: createHash("sha256")
      .update([...digests].join())
      .digest("hex"),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: {
      rounds,
      framesARound: framesOf(options.isSmall),
      ordersARound: medianOf(runs.flatMap(({ orders }) => orders)),
      misdeeds: runs.reduce((sum, { stopMs }) => sum + [...stopMs.values()].flat().length, 0),
    },
    notes: [
      `each round gives every deed the same frames, at ${options.isSmall ? SMALL_SPEED : SPEED} times the recorded rate; ratios are the median over rounds of p99 with a misdeed over p99 of the quiet agent in the same round and place`,
      "an agent that was stopped begins again after 200 frames, afresh and on another thread if it had one, and is left alone after its fifth failure, as a host leaves it for ten minutes; making the instance and starting its thread is in the measured time",
      "to its stop: from the handing over of the record on which the misdeed begins, in the lane its call, to the step that stops the agent",
    ],
  };
}

async function runPlace(
  rig: ContainmentRig,
  modules: ReadonlyMap<Deed, PluginModule>,
  isSmall: boolean,
): Promise<PlaceRun> {
  const { drive, hash, place } = rig;
  drive.pass();
  const digest = hash.finish();
  for (let pass = 1; pass < (isSmall ? 1 : WARM_PASSES); pass++) drive.pass();
  const paced = new PacedDrive(drive, isSmall ? SMALL_SPEED : SPEED);
  paced.pass(framesOf(isSmall));
  const p99 = new Map<Deed, number[]>(deeds.map((deed) => [deed, []]));
  const stopMs = new Map<Deed, number[]>(deeds.map((deed) => [deed, []]));
  const orders: number[] = [];
  for (let round = 0; round < (isSmall ? 1 : ROUNDS); round++) {
    // Each deed, the quiet one too, has each place in the order once: what a machine does over a minute falls on all alike.
    for (const deed of [...deeds.slice(round % deeds.length), ...deeds.slice(0, round % deeds.length)]) {
      const module = modules.get(deed);
      if (module === undefined) continue;
      p99.get(deed)?.push(await runDeed(drive, paced, { deed, module, isSmall }));
      if (deed === QUIET) orders.push(paced.response.summary[LatencyCell.COUNT] ?? 0);
      stopMs.get(deed)?.push(...drive.stopMs);
    }
  }
  return { place, p99, stopMs, orders, digest };
}

/** One deed's turn in a round: p99 of the others. Refuses what measured nothing. */
async function runDeed(
  drive: ContainmentDrive,
  paced: PacedDrive,
  {
    deed,
    module,
    isSmall,
  }: { readonly deed: Deed; readonly module: PluginModule; readonly isSmall: boolean },
): Promise<number> {
  drive.place(module);
  // What was begun and ended is tidied up here, and the journal's threads have their turn.
  if (!(await until(() => drive.isReady)))
    throw new Error(`the thread of the agent that should ${deed} did not begin; nothing was measured`);
  paced.reset();
  paced.pass(framesOf(isSmall));
  // On a busy machine most frames are late, and a lane decides on the last of many: as fast as it goes it decides on each.
  if (isSmall && !drive.wasGiven) drive.pass();
  if (deed !== QUIET && !(await until(() => drive.wasStopped)))
    throw new Error(`the agent that should ${deed} was never stopped for it; nothing was measured`);
  if (drive.ordersLost !== 0)
    throw new Error(`${drive.ordersLost} orders never came to the venue; nothing was measured`);
  return paced.response.percentile(0.99);
}

/** Waits for something for twenty seconds at most; whether it came. */
async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = performance.now() + WAIT_MS_MAX;
  while (!isSo()) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}

function measuresOf({ place, p99, stopMs }: PlaceRun, isSmall: boolean): Measure[] {
  const quiet = p99.get(QUIET) ?? [];
  return Object.values(Misdeed).flatMap((deed): Measure[] => {
    const ratios = (p99.get(deed) ?? []).map((value, round) => value / (quiet[round] ?? Number.NaN));
    const stops = stopMs.get(deed) ?? [];
    return [
      {
        name: `${place}, ${deed}: p99 of the others, ratio`,
        value: medianOf(ratios),
        unit: "",
        ...(isSmall ? {} : { atMost: RATIO_MAX }),
      },
      {
        name: `${place}, ${deed}: to its stop, longest`,
        value: Math.max(0, ...stops),
        unit: "ms",
        ...(isSmall || place === "inline" ? {} : { atMost: STOP_MS_MAX }),
      },
    ];
  });
}

function framesOf(isSmall: boolean): number {
  return isSmall ? SMALL_FRAMES : FRAMES;
}
