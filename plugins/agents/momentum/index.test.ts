import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OrderType, OrdStatus, Side, TimeInForce } from "../../../abi/host/index.ts";
import { AgentUnderTest, only } from "../../../test/support/agent-under-test.ts";
import { isNear } from "../../../test/support/features-under-test.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";

const SECOND = 1e9;
const parameters = {
  flowWeight: 1,
  imbalanceWeight: 0.8,
  micropriceWeight: 0.2,
  publishStep: 0.1,
  entryScore: 0.45,
  exitScore: 0.1,
  quantity: 1_000n,
  positionMax: 2_500n,
  horizonSeconds: 1,
  timeToLiveSeconds: 2,
  cooldownSeconds: 0.5,
};

const touch = { bidPrice: 5_000, askPrice: 5_100, bidSize: 1, askSize: 1 };

function load(): Promise<AgentUnderTest> {
  return AgentUnderTest.load("momentum", Object.values(parameters), { minQuantity: 10 });
}

/** An agent that has seen the market and a position. */
async function seeing(position = 0): Promise<AgentUnderTest> {
  const agent = await load();
  agent.features([0, 0, 0], { ...touch, position });
  return agent;
}

const combined = (score: number, timeNs = 10 * SECOND, confidence = 1) => ({
  score,
  confidence,
  timeNs,
  timeToLiveNs: SECOND,
});

test(`publishes tanh of the weighted features with its size as confidence (seed ${randomSeed})`, async () => {
  const value = fc.double({ min: -3, max: 3, noNaN: true });
  await fc.assert(
    fc.asyncProperty(value, value, value, async (flow, imbalance, microprice) => {
      const [signal, more] = (await load()).features([flow, imbalance, microprice], touch);
      const score = Math.tanh(flow + 0.8 * imbalance + 0.2 * microprice);
      assert.ok(signal?.kind === "signal" && more === undefined);
      assert.ok(isNear(signal.score, score, 1e-12), `${signal.score} ${score}`);
      assert.ok(signal.confidence === Math.abs(signal.score) && signal.confidence <= 1);
      assert.deepEqual([signal.horizonNs, signal.timeToLiveNs], [SECOND, 2 * SECOND]);
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

test("publishes again by step, or before the last signal runs out; not while a feature is not fresh", async () => {
  const agent = await load();
  const published = (flow: number, timeNs: number, freshMask = 7): number =>
    only(agent.features([flow, 0, 0], { ...touch, timeNs, freshMask }), "signal").length;
  assert.deepEqual(
    [
      published(0, 0),
      published(0.09, 1),
      published(0.11, 2),
      published(0.11, SECOND + 2),
      published(0.11, SECOND + 3),
    ],
    [1, 0, 1, 0, 1],
  );
  assert.deepEqual(
    [3, 5, 6, 0].map((mask) => published(2, 9 * SECOND, mask)),
    [0, 0, 0, 0],
  );
});

test("takes the price when the combined signal is strong, towards its largest position, one order at a time", async () => {
  for (const [score, side, price] of [
    [0.45, Side.BUY, 5_100],
    [-0.45, Side.SELL, 5_000],
  ] as const) {
    const agent = await seeing();
    const [order, more] = agent.send("CombinedSignal", combined(score));
    assert.deepEqual(order, {
      kind: "submit",
      side,
      price,
      quantity: 1_000,
      tag: 1,
      orderType: OrderType.LIMIT,
      timeInForce: TimeInForce.IOC,
    });
    assert.equal(more, undefined);
    assert.deepEqual(agent.send("CombinedSignal", combined(score, 20 * SECOND)), []);
  }
  assert.deepEqual((await seeing()).send("CombinedSignal", combined(0.9, 10 * SECOND, 0.49)), []);
  assert.equal((await seeing()).send("CombinedSignal", combined(0.9, 10 * SECOND, 0.5)).length, 1);
});

test("leaves what it holds when the signal is weak, keeps it in between, and orders no more than is missing", async () => {
  for (const [position, score, side, quantity] of [
    [400, 0.05, Side.SELL, 400],
    [-1_500, 0.05, Side.BUY, 1_000],
    [2_400, 0.5, Side.BUY, 100],
    [400, -0.5, Side.SELL, 1_000],
  ] as const) {
    const [order] = only((await seeing(position)).send("CombinedSignal", combined(score)), "submit");
    assert.deepEqual([order?.side, order?.quantity], [side, quantity]);
  }
  for (const [position, score] of [
    [400, 0.2],
    [2_500, 0.5],
    [2_495, 0.5],
    [0, 0.05],
    [-9, 0],
  ] as const)
    assert.deepEqual((await seeing(position)).send("CombinedSignal", combined(score)), []);
});

test("waits for the end of its order and for the cooldown, then uses a new tag", async () => {
  for (const status of [
    OrdStatus.FILLED,
    OrdStatus.CANCELED,
    OrdStatus.EXPIRED,
    OrdStatus.REJECTED,
    OrdStatus.DENIED,
  ]) {
    const agent = await seeing();
    agent.send("CombinedSignal", combined(0.5));
    agent.send("OrderEvent", { tag: 7, ordStatus: status });
    agent.send("OrderEvent", { tag: 1, ordStatus: OrdStatus.PARTIALLY_FILLED });
    agent.send("OrderEvent", { tag: 1, ordStatus: OrdStatus.UNKNOWN });
    assert.deepEqual(agent.send("CombinedSignal", combined(0.5, 11 * SECOND)), []);
    agent.send("OrderEvent", { tag: 1, ordStatus: status });
    assert.deepEqual(agent.send("CombinedSignal", combined(0.5, 10.5 * SECOND - 1)), []);
    assert.deepEqual(
      only(agent.send("CombinedSignal", combined(0.5, 10.5 * SECOND)), "submit").map(({ tag }) => tag),
      [2],
    );
  }
});

test("a fill's position counts at once, before the next features", async () => {
  const agent = await seeing();
  agent.send("CombinedSignal", combined(0.5));
  agent.send("OrderEvent", { tag: 1, ordStatus: OrdStatus.FILLED, position: 2_500 });
  assert.deepEqual(agent.send("CombinedSignal", combined(0.5, 20 * SECOND)), []);
});

test("tags are never used twice, whatever the instrument", async () => {
  const agent = await seeing();
  agent.send("InstrumentDefinition", { instrumentId: 2, minQuantity: 10 });
  const [first] = only(agent.send("CombinedSignal", combined(0.5)), "submit");
  agent.send("OrderEvent", { tag: 1, ordStatus: OrdStatus.FILLED });
  const [second] = only(agent.send("CombinedSignal", combined(-0.5, 20 * SECOND)), "submit");
  assert.deepEqual([first?.tag, second?.tag], [1, 2]);
});
