import { createHash } from "node:crypto";
import { NullJournal } from "../host/control/null-journal.ts";
import { FeedCode } from "../host/data/feeds/index.ts";
import { BookUpdates } from "./book-updates.hot.ts";
import type { FrameSet } from "./frames/index.ts";
import { FrameKind, loadFrames } from "./frames/index.ts";
import { benchLane, defaultSetup, onlyVenue } from "./lane/index.ts";
import { CcxtBook } from "./peers/ccxt-book.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { timeRounds } from "./report/index.ts";

const WARM_ROUNDS = 2;
const ROUNDS = 5;
const RATIO = 40;
const US_PER_MS = 1000;
const MANTISSA = 1e8;
const AGREEING_MIN = 0.99;

/** How much faster than npm's ccxt does a depth frame get into a book? */
export async function book(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const places = Int32Array.from(
    frames.kind
      .keys()
      .filter((index) => frames.kind[index] === FrameKind.DEPTH || frames.kind[index] === FrameKind.SNAPSHOT),
  );
  const built = await benchLane(defaultSetup(), new NullJournal());
  const ours = new BookUpdates(onlyVenue(built), frames, places);
  const hash = hashOf(ours, places);
  const levels = ours.feed.book.counters[0] ?? 0;
  // The peer is 67 MB to install: a test does without.
  const measures = options.isSmall ? ownMeasures(ours, places) : await compared(ours, frames, places);
  return {
    question: "a depth frame's bytes into a book of all levels, beside ccxt's parser and order-book handler",
    measures,
    hash,
    input: { source: frames.source, frames: places.length, files: frames.files },
    counts: { rounds: options.isSmall ? 1 : ROUNDS, deltas: ours.applied, levels },
    notes: ["inside: decoding, checks, update ids and gaps, every level, best bid and ask"],
  };
}

function ownMeasures(ours: BookUpdates, places: Int32Array): Measure[] {
  const times = timeRounds([{ name: "sandpit", run: () => ours.run() }], 0, 1);
  return [
    {
      name: "decode and book",
      value: ((times.get("sandpit") ?? Number.NaN) / places.length) * US_PER_MS,
      unit: "µs/frame",
    },
  ];
}

async function compared(ours: BookUpdates, frames: FrameSet, places: Int32Array): Promise<Measure[]> {
  const peer = await CcxtBook.load();
  const bytes = Buffer.from(frames.bytes.buffer, frames.bytes.byteOffset, frames.bytes.byteLength);
  const messages = Array.from(places, (index) => {
    const begin = frames.begin[index] ?? 0;
    return bytes.subarray(begin, begin + (frames.length[index] ?? 0));
  });
  const snapshotAt = places.findIndex((index) => frames.kind[index] === FrameKind.SNAPSHOT);
  const snapshot = messages[snapshotAt]?.toString("utf8") ?? "";
  // The peer gets the snapshot first: its own request for one keeps the deltas back until the answer is there.
  const replay = (isCut: boolean) => (): void => {
    peer.snapshot(snapshot);
    messages.forEach((message, at) => {
      if (at !== snapshotAt) peer.message(message);
      if (isCut) peer.cut();
    });
  };
  const agreeing = agreement(ours, peer, messages, snapshotAt);
  const contenders = [
    { name: "sandpit", run: () => ours.run() },
    { name: "ccxt", run: replay(false) },
    { name: "ccxt, cut", run: replay(true) },
  ];
  const times = timeRounds(contenders, WARM_ROUNDS, ROUNDS);
  const micros = (name: string): number => ((times.get(name) ?? Number.NaN) / places.length) * US_PER_MS;
  const own = micros("sandpit");
  return [
    { name: "decode and book", value: own, unit: "µs/frame" },
    { name: "ccxt 4.5.84, all levels, as here", value: micros("ccxt"), unit: "µs/frame" },
    { name: "ratio", value: micros("ccxt") / own, unit: "times", atLeast: RATIO },
    { name: "ccxt 4.5.84, cut to 1,000 levels after each", value: micros("ccxt, cut"), unit: "µs/frame" },
    { name: "ratio to that", value: micros("ccxt, cut") / own, unit: "times" },
    { name: "deltas after which both have the same top", value: agreeing * 100, unit: "%" },
  ];
}

/** The share of applied deltas after which both books show the same top. */
function agreement(
  ours: BookUpdates,
  peer: CcxtBook,
  messages: readonly Buffer[],
  snapshotAt: number,
): number {
  let same = 0;
  ours.begin();
  peer.snapshot(messages[snapshotAt]?.toString("utf8") ?? "");
  messages.forEach((message, at) => {
    if (at !== snapshotAt) peer.message(message);
    const code = ours.one(at);
    if (code !== FeedCode.APPLIED && code !== FeedCode.BECAME_LIVE) return;
    const [bid, bidSize, ask, askSize] = peer.top();
    const theirs = [bid, bidSize, ask, askSize].map((value) => Math.round((value ?? Number.NaN) * MANTISSA));
    if (theirs.every((value, cell) => value === ours.feed.book.best[cell])) same += 1;
  });
  // A peer that has given up on its book is fast at nothing.
  if (same < ours.applied * AGREEING_MIN)
    throw new Error(
      `ccxt's best prices equal ours after ${same} of ${ours.applied} deltas only; one of the two books is wrong`,
    );
  return same / ours.applied;
}

/** Best bid and ask, price and size, after each delta. */
function hashOf(ours: BookUpdates, places: Int32Array): string {
  const hash = createHash("sha256");
  const { best } = ours.feed.book;
  ours.begin();
  places.forEach((_, at) => {
    const code = ours.one(at);
    if (code === FeedCode.APPLIED || code === FeedCode.BECAME_LIVE)
      hash.update(new Uint8Array(best.buffer, best.byteOffset, best.byteLength));
  });
  return hash.digest("hex");
}
