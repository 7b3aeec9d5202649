import { createHash } from "node:crypto";
import { NullJournal } from "../host/control/null-journal.ts";
import { FrameDecoding } from "./frame-decoding.hot.ts";
import { FrameKind, framesOfKind, loadFrames } from "./frames/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { JsonDecoding } from "./json-decoding.ts";
import { benchLane, defaultSetup } from "./lane/index.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";
import { timeRounds } from "./report/index.ts";

const WARM_ROUNDS = 3;
const ROUNDS = 7;
const RATIO = 12;
const NS_PER_MS = 1e6;
const KINDS = [
  { name: "depth", kind: FrameKind.DEPTH },
  { name: "bookTicker", kind: FrameKind.QUOTE },
  { name: "trade", kind: FrameKind.TRADE },
] as const;

/** How much faster than V8's JSON.parse with conversion to numbers is the codec? */
export async function decode(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const frames = loadFrames(options.isSmall, options.frames);
  const built = await benchLane(defaultSetup(), new NullJournal());
  const ours = new FrameDecoding(built.lane.parts.venue, frames);
  const theirs = new JsonDecoding(frames);
  const measures: Measure[] = [];
  const all = { ours: 0, theirs: 0 };
  for (const { name, kind } of KINDS) {
    const places = framesOfKind(frames, kind);
    if (ours.values(places) !== theirs.values(places)) throw new Error(`the codec and JSON.parse do not find equally many values in the ${name} frames`);
    const contenders = [
      { name: "codec", run: () => ours.run(places) },
      { name: "JSON.parse", run: () => theirs.run(places) },
    ];
    const times = timeRounds(contenders, options.isSmall ? 0 : WARM_ROUNDS, options.isSmall ? 1 : ROUNDS);
    const spent = { ours: times.get("codec") ?? Number.NaN, theirs: times.get("JSON.parse") ?? Number.NaN };
    all.ours += spent.ours;
    all.theirs += spent.theirs;
    measures.push(
      { name: `${name}, codec`, value: (spent.ours / places.length) * NS_PER_MS, unit: "ns/frame" },
      { name: `${name}, JSON.parse with conversion`, value: (spent.theirs / places.length) * NS_PER_MS, unit: "ns/frame" },
      { name: `${name}, ratio`, value: spent.theirs / spent.ours, unit: "times", ...(options.isSmall ? {} : { atLeast: RATIO }) },
    );
  }
  measures.push({ name: "the whole recording, ratio", value: all.theirs / all.ours, unit: "times", ...(options.isSmall ? {} : { atLeast: RATIO }) });
  return {
    question: "a frame's bytes to checked records, beside JSON.parse and conversion of every price, size and id",
    measures,
    hash: hashOf(ours, frames),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: { rounds: options.isSmall ? 1 : ROUNDS },
    notes: ["inside: the copy into the codec's memory and its metered call; for JSON.parse: bytes to a string, parsing, Number() of each decimal"],
  };
}

/** The records of every frame, in order. */
function hashOf(decoding: FrameDecoding, frames: FrameSet): string {
  const hash = createHash("sha256");
  for (let index = 0; index < frames.count; index++) hash.update(decoding.records(index));
  return hash.digest("hex");
}
