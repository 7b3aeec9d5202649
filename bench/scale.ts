import { createHash } from "node:crypto";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { medianOf } from "./report/index.ts";
import { ORDERS_A_STEP } from "./scale/many-loops.hot.ts";
import { ManyLane } from "./scale/many-lane.ts";

const INSTRUMENTS = [1, 10, 50, 100, 200, 500];
const OPEN_ORDERS = [0, 100, 1_000, 10_000];
const SMALL_INSTRUMENTS = [1, 10];
const SMALL_OPEN_ORDERS = [0, 100];
const FRAMES = 2_000;
const STEPS = 64;
const WARM_ROUNDS = 4;
const ROUNDS = 11;
const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;
const FRAMES_A_CALL = 20;
/**
 * A frame of one of 500 instruments finds nothing of it in the processor's caches: book, prices, features and the plugins' states are some 40 lines
 * of memory, at 50 to 100 ns each as much as the work itself. Work that grew with the count would be far beyond three times.
 */
const FRAME_RATIO_MAX = 3;
/** The gross exposure of an order is a sum over all instruments, 10 ns each: 5 µs with 500, beside 2.5 µs for all else. Open orders must add nothing. */
const ORDER_RATIO_MAX = 5;

/** One point of the curve. */
interface Point {
  readonly instruments: number;
  readonly openOrders: number;
  readonly frameNs: number;
  readonly orderNs: number;
  readonly timerUs: number;
  /** Against the point of one instrument and no order, measured in the same rounds. */
  readonly frameRatio: number;
  readonly orderRatio: number;
  readonly megabytes: number;
}

/** How do a frame and an order become dearer with the count of instruments and of open orders? */
export async function scale({ isSmall }: BenchmarkOptions): Promise<BenchmarkResult> {
  const points: Point[] = [];
  const hashes: string[] = [];
  const base = await ManyLane.build(1);
  for (const instruments of isSmall ? SMALL_INSTRUMENTS : INSTRUMENTS) {
    const lane = await ManyLane.build(instruments);
    for (const openOrders of isSmall ? SMALL_OPEN_ORDERS : OPEN_ORDERS) {
      lane.fill(openOrders);
      points.push(measure(lane, base, { instruments, openOrders }, isSmall));
      lane.check();
    }
    hashes.push(lane.hash.finish());
  }
  const worst = (pick: (point: Point) => number): number => Math.max(...points.map(pick));
  const limit = (atMost: number): { readonly atMost?: number } => (isSmall ? {} : { atMost });
  return {
    question: "how a frame and an order become dearer with the count of instruments and of open orders",
    measures: [
      ...points.flatMap(measuresOf),
      {
        name: "frame, dearest point to first",
        value: worst(({ frameRatio }) => frameRatio),
        unit: "times",
        ...limit(FRAME_RATIO_MAX),
      },
      {
        name: "order, dearest point to first",
        value: worst(({ orderRatio }) => orderRatio),
        unit: "times",
        ...limit(ORDER_RATIO_MAX),
      },
    ],
    hash: createHash("sha256").update(hashes.join()).digest("hex"),
    input: { source: "made", frames: FRAMES, files: [] },
    counts: { points: points.length, rounds: isSmall ? 1 : ROUNDS },
    notes: [
      ...points.map((point) => JSON.stringify(rounded(point))),
      bendText(points),
      "frame: a quote's bytes through codec, prices, five features, agent and ensemble; order: from an agent's intent through gate, four rules and codec to bytes; timer: the step of each second",
      "ratios are to one instrument and no order, in the same rounds; orders are of both sides and all instruments in turn; no journal, no network",
    ],
  };
}

function measure(
  lane: ManyLane,
  base: ManyLane,
  at: { readonly instruments: number; readonly openOrders: number },
  isSmall: boolean,
): Point {
  const both = [base, lane].map(() => ({
    frame: [] as number[],
    order: [] as number[],
    timer: [] as number[],
  }));
  const rounds = isSmall ? 1 : ROUNDS;
  for (let round = isSmall ? 0 : -WARM_ROUNDS; round < rounds; round++) {
    for (const [side, many] of [base, lane].entries()) {
      const frame = timeFrames(many);
      const order = timeOrders(many);
      const timer = timed(() => many.built.lane.onTimer());
      if (round < 0) continue;
      both[side]?.frame.push((frame / FRAMES) * NS_PER_MS);
      both[side]?.order.push((order / (STEPS * ORDERS_A_STEP)) * NS_PER_MS);
      both[side]?.timer.push(timer * US_PER_MS);
    }
  }
  const [first, own] = both.map(({ frame, order, timer }) => ({
    frame: medianOf(frame),
    order: medianOf(order),
    timer: medianOf(timer),
  }));
  if (first === undefined || own === undefined) throw new Error("nothing was measured");
  return {
    ...at,
    frameNs: own.frame,
    orderNs: own.order,
    timerUs: own.timer,
    frameRatio: own.frame / first.frame,
    orderRatio: own.order / first.order,
    megabytes: lane.megabytes,
  };
}

function timeFrames(many: ManyLane): number {
  const run = many.markets.quotes(FRAMES);
  // Session time goes on: the rates that are opened to a million a second would fill up all the same.
  many.built.lane.nowNs[0] = (many.built.lane.nowNs[0] ?? 0) + 1e9;
  return timed(() => {
    for (let first = 0; first < FRAMES; first += FRAMES_A_CALL)
      many.loops.frames(run, first, first + FRAMES_A_CALL);
  });
}

function timeOrders(many: ManyLane): number {
  let elapsedMs = 0;
  for (let step = 0; step < STEPS; step++) {
    elapsedMs += timed(() => many.loops.orders(ORDERS_A_STEP));
    many.takeBack();
  }
  return elapsedMs;
}

function timed(run: () => void): number {
  const startMs = performance.now();
  run();
  return performance.now() - startMs;
}

function measuresOf(point: Point): Measure[] {
  const name = `${point.instruments} instruments, ${point.openOrders} open orders`;
  return [
    { name: `frame, ${name}`, value: point.frameNs, unit: "ns" },
    { name: `order, ${name}`, value: point.orderNs, unit: "ns" },
    { name: `timer, ${name}`, value: point.timerUs, unit: "µs" },
    { name: `memory, ${name}`, value: point.megabytes, unit: "MB" },
  ];
}

function rounded(point: Point): Record<string, number> {
  return Object.fromEntries(
    Object.entries(point).map(([key, value]: [string, number]) => [key, Number(value.toPrecision(4))]),
  );
}

/** Between which neighbours the cost rises most. */
function bendText(points: readonly Point[]): string {
  const steps = points.flatMap((point) => {
    const before = points.findLast(
      ({ instruments, openOrders }) =>
        (instruments < point.instruments && openOrders === point.openOrders) ||
        (instruments === point.instruments && openOrders < point.openOrders),
    );
    return before === undefined ? [] : [{ before, point }];
  });
  const text = (key: "frameRatio" | "orderRatio", what: string): string => {
    const [steepest] = steps.toSorted((a, b) => b.point[key] / b.before[key] - a.point[key] / a.before[key]);
    if (steepest === undefined) return `${what}: one point only`;
    const { before, point } = steepest;
    return `${what} bends most from ${before.instruments} instruments with ${before.openOrders} orders to ${point.instruments} with ${point.openOrders}: ${(point[key] / before[key]).toFixed(2)} times`;
  };
  return `${text("frameRatio", "the frame")}; ${text("orderRatio", "the order")}`;
}
