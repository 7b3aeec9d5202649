import { createHash } from "node:crypto";
import { FeatureVector } from "../abi/host/index.ts";
import { NullJournal } from "../host/control/null-journal.ts";
import { SignalPool } from "../host/data/signals/index.ts";
import { loadModule, MemoryPool, PluginSlot } from "../host/engine/index.ts";
import { benchLane, eagerSetup } from "./lane/index.ts";
import { PluginCalls } from "./plugin-calls.hot.ts";
import type { BenchmarkOptions, BenchmarkResult } from "./report/index.ts";
import { timeRounds } from "./report/index.ts";
import { compileSignalAgent } from "./signal-agent.ts";

const VECTORS = 1024;
const FEATURES = 3;
const CALLS = 1 << 20;
const SMALL_CALLS = 1 << 14;
const WARM_ROUNDS = 3;
const ROUNDS = 9;
const NS_PER_MS = 1e6;
const CALL_NS = 100;

/** What does a metered call cost, event in and checked signal out? */
export async function pluginCall({ isSmall }: BenchmarkOptions): Promise<BenchmarkResult> {
  const calls = isSmall ? SMALL_CALLS : CALLS;
  const vectors = featureVectors();
  const { slots } = await benchLane(eagerSetup(), new NullJournal());
  const slot = new PluginSlot("signal-agent", "agent");
  slot.install(loadModule(await compileSignalAgent()).instantiate(new MemoryPool({ memoriesMax: 1 }), {}));
  const plain = new PluginCalls(slot, new SignalPool(1), vectors);
  const hash = hashOf(plain);
  const contenders = [
    { name: "signal-agent", calls: plain },
    ...slots
      .filter(({ kind }) => kind === "agent")
      .map((agent) => ({ name: agent.name, calls: new PluginCalls(agent, new SignalPool(1), vectors) })),
  ];
  const times = timeRounds(
    contenders.map(({ name, calls: loop }) => ({ name, run: () => loop.run(calls) })),
    isSmall ? 0 : WARM_ROUNDS,
    isSmall ? 1 : ROUNDS,
  );
  const nanoseconds = (name: string): number => ((times.get(name) ?? Number.NaN) / calls) * NS_PER_MS;
  return {
    question:
      "nanoseconds of a metered plugin call: 192 bytes of event in, a signal of 40 bytes out, checked",
    measures: [
      {
        name: "an agent without mathematics of its own",
        value: nanoseconds("signal-agent"),
        unit: "ns",
        ...(isSmall ? {} : { atMost: CALL_NS }),
      },
      {
        name: "momentum: a hyperbolic tangent, a signal each call",
        value: nanoseconds("momentum"),
        unit: "ns",
      },
      {
        name: "market-maker: a logarithm, quotes and signals",
        value: nanoseconds("market-maker"),
        unit: "ns",
      },
    ],
    hash,
    input: { source: "made", frames: 0, files: [] },
    counts: { calls, rounds: isSmall ? 1 : ROUNDS, signals: plain.signals },
    notes: [
      "inside: the event copied from host memory to the inbox, wrapper, trampoline, gas, outbox checked and copied out, values checked into the pool",
    ],
  };
}

/** Every signal of one walk over the vectors, as the pool took it. */
function hashOf(calls: PluginCalls): string {
  const hash = createHash("sha256");
  for (let index = 0; index < VECTORS; index++) {
    calls.call(index);
    hash
      .update(new Uint8Array(calls.pool.scores.buffer))
      .update(new Uint8Array(calls.pool.confidences.buffer));
  }
  return hash.digest("hex");
}

/** Fresh features that differ from vector to vector, quotes a tick apart. */
function featureVectors(): Int32Array {
  const words = new Int32Array((VECTORS * FeatureVector.blockLength) >> 2);
  const view = new DataView(words.buffer);
  for (let index = 0; index < VECTORS; index++) {
    const block = index * FeatureVector.blockLength;
    view.setBigInt64(block + FeatureVector.bidPrice, 6_180_000_000_000n, true);
    view.setBigInt64(block + FeatureVector.askPrice, 6_180_001_000_000n, true);
    view.setBigInt64(block + FeatureVector.bidSize, 100_000n, true);
    view.setBigInt64(block + FeatureVector.askSize, 100_000n, true);
    for (let feature = 0; feature < FEATURES; feature++) {
      view.setFloat64(
        block + FeatureVector.values + feature * 8,
        (((index + 1) * (feature + 7) * 37) % 2001) / 1000 - 1,
        true,
      );
    }
    view.setUint32(block + FeatureVector.instrumentId, 1, true);
    view.setUint32(block + FeatureVector.freshMask, (1 << FEATURES) - 1, true);
  }
  return words;
}
