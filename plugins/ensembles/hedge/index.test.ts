import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GROUP_HEADER_BYTES, SignalPool } from "../../../abi/host/index.ts";
import { isNear } from "../../../test/support/features-under-test.ts";
import type { PlainPlugin } from "../../../test/support/plain-plugin.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

const SECOND = 1e9;
const TICK = 100;
const AGENTS = 16;

interface Entry {
  readonly agent: number;
  readonly score: number;
  readonly confidence: number;
  readonly expiresNs: number;
}

interface Combined {
  readonly score: number;
  readonly confidence: number;
  readonly timeToLiveNs: number;
  readonly weights: readonly number[];
}

const parameters = {
  learningRate: 0.5,
  weightFloor: 0.02,
  evaluationSeconds: 1,
  returnTicks: 20,
  timeToLiveSeconds: 2,
};

async function load(changes: Partial<typeof parameters> = {}): Promise<PlainPlugin> {
  const plugin = await loadPlainPlugin("ensemble", "hedge", Object.values({ ...parameters, ...changes }));
  plugin.send(writeRecord("InstrumentDefinition", { instrumentId: 1, tickSize: TICK }));
  return plugin;
}

function pool(
  plugin: PlainPlugin,
  timeNs: number,
  midPrice: number,
  entries: readonly Entry[],
): Combined | null {
  const size = SignalPool.signals.blockLength;
  const group = Buffer.alloc(GROUP_HEADER_BYTES + entries.length * size);
  group.writeUInt16LE(size, 0);
  group.writeUInt32LE(entries.length, 4);
  entries.forEach(({ agent, score, confidence, expiresNs }, index) => {
    const at = GROUP_HEADER_BYTES + index * size;
    group.writeDoubleLE(score, at + SignalPool.signals.score);
    group.writeDoubleLE(confidence, at + SignalPool.signals.confidence);
    group.writeBigInt64LE(BigInt(expiresNs), at + SignalPool.signals.expiresNs);
    group.writeUInt32LE(agent, at + SignalPool.signals.agentIndex);
  });
  const { records } = plugin.send(writeRecord("SignalPool", { timeNs, midPrice, instrumentId: 1 }, group));
  const fields = records[0]?.fields;
  if (fields === undefined) return null;
  assert.deepEqual([records.length, fields["instrumentId"]], [1, 1]);
  return {
    score: Number(fields["score"]),
    confidence: Number(fields["confidence"]),
    timeToLiveNs: Number(fields["timeToLiveNs"]),
    weights: fields["weights"] as readonly number[],
  };
}

const alive = (agent: number, score: number, confidence = 1): Entry => ({
  agent,
  score,
  confidence,
  expiresNs: 1e15,
});

/** Hedge as the papers have it, over maps: stakes settled when due, weights by exp(η · payoff), normed, floored. */
class Model {
  private readonly weights = new Map<number, number>();
  private readonly stakes = new Map<
    number,
    { readonly value: number; readonly mid: number; readonly madeNs: number }
  >();

  step(timeNs: number, mid: number, entries: readonly Entry[]): Combined | null {
    for (const entry of entries) this.settle(timeNs, mid, entry);
    const present = entries.filter(({ expiresNs }) => timeNs < expiresNs);
    const sum = (of: (entry: Entry) => number): number =>
      present.reduce((total, entry) => total + this.weight(entry.agent) * of(entry), 0);
    if (present.length === 0) return null;
    const [whole, confident] = [sum(() => 1), sum(({ confidence }) => confidence)];
    const weights = Array.from({ length: AGENTS }, (_, agent) =>
      present.some((entry) => entry.agent === agent) ? this.weight(agent) / whole : 0,
    );
    const score = confident > 0 ? sum((entry) => entry.confidence * entry.score) / confident : 0;
    return { score, confidence: confident / whole, timeToLiveNs: 2 * SECOND, weights };
  }

  private weight(agent: number): number {
    return this.weights.get(agent) ?? 1;
  }

  private settle(timeNs: number, mid: number, { agent, score, confidence, expiresNs }: Entry): void {
    const stake = this.stakes.get(agent);
    if (stake !== undefined) {
      if (timeNs - stake.madeNs < parameters.evaluationSeconds * SECOND) return;
      const realised = Math.max(-1, Math.min(1, (mid - stake.mid) / TICK / parameters.returnTicks));
      this.learn(agent, stake.value * realised);
    }
    if (timeNs < expiresNs) this.stakes.set(agent, { value: score * confidence, mid, madeNs: timeNs });
    else this.stakes.delete(agent);
  }

  private learn(agent: number, payoff: number): void {
    this.weights.set(agent, this.weight(agent) * Math.exp(parameters.learningRate * payoff));
    const all = Array.from({ length: AGENTS }, (_, index) => this.weight(index));
    const total = all.reduce((sum, weight) => sum + weight, 0);
    all.forEach((weight, index) =>
      this.weights.set(index, Math.max((weight * AGENTS) / total, parameters.weightFloor * AGENTS)),
    );
  }
}

test(`weighs, combines and learns as the papers say (seed ${randomSeed})`, async () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const entry = fc.record({
    score: fc.double({ min: -1, max: 1, noNaN: true }),
    confidence: unit,
    lifeNs: fc.integer({ min: -1, max: 3e9 }),
  });
  const step = fc.record({
    waitNs: fc.integer({ min: 1, max: 2e9 }),
    moveTicks: fc.integer({ min: -40, max: 40 }),
    entries: fc.array(entry, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const plugin = await load();
      const model = new Model();
      let [timeNs, mid] = [0, 1e6];
      for (const { waitNs, moveTicks, entries } of steps) {
        timeNs += waitNs;
        mid += moveTicks * TICK;
        const now = timeNs;
        const list = entries.map(({ lifeNs, ...rest }, index) => ({
          ...rest,
          agent: index * 5,
          expiresNs: now + lifeNs,
        }));
        const [seen, wanted] = [pool(plugin, timeNs, mid, list), model.step(timeNs, mid, list)];
        if (seen === null || wanted === null) assert.equal(seen, wanted);
        else {
          assert.ok(
            isNear(seen.score, wanted.score, 1e-9) && isNear(seen.confidence, wanted.confidence, 1e-9),
          );
          seen.weights.forEach((weight, agent) =>
            assert.ok(isNear(weight, wanted.weights[agent] ?? 0, 1e-9), `agent ${agent}`),
          );
          // What the host holds it to.
          assert.ok(Math.abs(seen.score) <= 1 && seen.confidence >= 0 && seen.confidence <= 1);
          assert.ok(seen.weights.every((weight) => weight >= 0 && weight <= 1));
          assert.equal(seen.timeToLiveNs, 2 * SECOND);
        }
      }
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

test("at first all agents weigh the same, and a signal past its time takes no part", async () => {
  const plugin = await load();
  const late = { ...alive(2, -1), expiresNs: 5 };
  const combined = pool(plugin, 5, 1e6, [alive(0, 1, 0.5), alive(1, 0.5, 0.5), late]);
  assert.deepEqual([combined?.score, combined?.confidence], [0.75, 0.5]);
  assert.deepEqual(combined?.weights.slice(0, 4), [0.5, 0.5, 0, 0]);
  assert.equal(pool(plugin, 6, 1e6, [late]), null);
  assert.equal(pool(plugin, 6, 1e6, []), null);
});

test("signals without confidence combine to a score of 0 and no confidence", async () => {
  const combined = pool(await load(), 0, 1e6, [alive(0, 1, 0)]);
  assert.deepEqual([combined?.score, combined?.confidence], [0, 0]);
});

test("an agent that foretells well gains weight, one that is wrong falls to the floor and no further, and can come back", async () => {
  const plugin = await load({ learningRate: 2 });
  let mid = 1e6;
  const step = (second: number, move: number): Combined | null => {
    mid += move * TICK;
    return pool(plugin, second * SECOND, mid, [alive(0, 1), alive(1, -1)]);
  };
  let combined = step(0, 0);
  for (let second = 1; second <= 40; second++) combined = step(second, 20);
  const [good = 0, bad = 0] = combined?.weights ?? [];
  assert.ok(good > 0.95 && bad > 0);
  // The floor of 2 % of the sum of all sixteen weights, over what the two present weigh.
  assert.ok(bad <= 0.03, `${bad}`);
  for (let second = 41; second <= 80; second++) combined = step(second, -20);
  assert.ok((combined?.weights[1] ?? 0) > 0.95);
});

test("a stake is held against the mid at its own time, not before it is due", async () => {
  const plugin = await load({ learningRate: 1 });
  pool(plugin, 0, 1e6, [alive(0, 1), alive(1, 0)]);
  const early = pool(plugin, SECOND - 1, 1e6 + 20 * TICK, [alive(0, 1), alive(1, 0)]);
  assert.equal(early?.weights[0], 0.5);
  const due = pool(plugin, SECOND, 1e6 + 20 * TICK, [alive(0, 1), alive(1, 0)]);
  assert.ok(isNear(due?.weights[0], Math.E / (Math.E + 1)));
});
