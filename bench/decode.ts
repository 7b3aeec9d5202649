import { createHash } from "node:crypto";
import { NullJournal } from "../host/control/null-journal.ts";
import { FrameDecoding } from "./frame-decoding.hot.ts";
import { FrameKind, framesOfKind, loadFrames } from "./frames/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { JsonDecoding, toDouble, toInteger, toMantissa } from "./json-decoding.ts";
import { benchLane, defaultSetup, onlyVenue } from "./lane/index.ts";
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
  const ours = new FrameDecoding(onlyVenue(built), frames);
  const peers = [
    { name: "doubles", decoding: new JsonDecoding(frames, toDouble), sum: 0, isEqual: false },
    { name: "mantissas below 2^53", decoding: new JsonDecoding(frames, toMantissa), sum: 0, isEqual: false },
    { name: "64-bit mantissas", decoding: new JsonDecoding(frames, toInteger), sum: 0, isEqual: true },
  ];
  const measures: Measure[] = [];
  let sum = 0;
  for (const { name, kind } of KINDS) {
    const places = framesOfKind(frames, kind);
    const contenders = [
      { name: "codec", run: () => ours.run(places) },
      ...peers.map((peer) => ({ name: peer.name, run: () => peer.decoding.run(places) })),
    ];
    const times = timeRounds(contenders, options.isSmall ? 0 : WARM_ROUNDS, options.isSmall ? 1 : ROUNDS);
    const spent = times.get("codec") ?? Number.NaN;
    sum += spent;
    measures.push({ name: `${name}, codec`, value: (spent / places.length) * NS_PER_MS, unit: "ns/frame" });
    for (const peer of peers) {
      if (ours.values(places) !== peer.decoding.values(places))
        throw new Error(`the codec and JSON.parse do not find equally many prices in the ${name} frames`);
      const peerSpent = times.get(peer.name) ?? Number.NaN;
      peer.sum += peerSpent;
      measures.push({
        name: `${name}, JSON.parse and ${peer.name}`,
        value: (peerSpent / places.length) * NS_PER_MS,
        unit: "ns/frame",
      });
      measures.push({
        name: `${name}, ratio to JSON.parse and ${peer.name}`,
        value: peerSpent / spent,
        unit: "times",
        ...(options.isSmall || !peer.isEqual ? {} : { atLeast: RATIO }),
      });
    }
  }
  for (const peer of peers)
    measures.push({
      name: `the whole input, ratio to ${peer.name}`,
      value: peer.sum / sum,
      unit: "times",
      ...(options.isSmall || !peer.isEqual ? {} : { atLeast: RATIO }),
    });
  return {
    question:
      "a frame's bytes to checked records, beside JSON.parse and conversion of every price, size and id",
    measures,
    hash: hashOf(ours, frames),
    input: { source: frames.source, frames: frames.count, files: frames.files },
    counts: { rounds: options.isSmall ? 1 : ROUNDS },
    notes: [
      "inside: the copy into the codec's memory and its metered call; for JSON.parse: bytes to a string, parsing, each decimal converted",
      "64-bit mantissas are what the codec's records hold: the target is set against the peer that finds the same numbers; the two others find less",
    ],
  };
}

/** The records of every frame, in order. */
function hashOf(decoding: FrameDecoding, frames: FrameSet): string {
  const hash = createHash("sha256");
  const { slot, reader } = decoding.venue;
  for (let index = 0; index < frames.count; index++) {
    const code = decoding.one(index);
    if (code !== 0)
      throw new Error(
        `the codec refuses frame ${index + 1} with code ${code}; the input is not what the benchmark takes it for`,
      );
    while (reader.next() > 0);
    hash.update(slot.u8.subarray(slot.outboxOffset, reader.endByte));
  }
  return hash.digest("hex");
}
