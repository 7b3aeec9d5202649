import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExecType, OrderType, OrdStatus, Side } from "../../../abi/host/index.ts";
import type { Asked } from "../../../test/support/agent-under-test.ts";
import { AgentUnderTest, only } from "../../../test/support/agent-under-test.ts";
import { isNear } from "../../../test/support/features-under-test.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";

const TICK = 100;
const SECOND = 1e9;
const parameters = {
  riskAversion: 0.01,
  arrivalDecay: 0.05,
  horizonSeconds: 5,
  halfSpreadTicksMin: 1,
  halfSpreadTicksMax: 200,
  signalTicks: 10,
  requoteTicks: 4n,
  requoteSeconds: 1,
  quantity: 1_000n,
  positionMax: 5_000n,
  replaces: 0n,
};
type Parameters = Readonly<Record<keyof typeof parameters, number | bigint>>;

function load(changes: Partial<Parameters> = {}): Promise<AgentUnderTest> {
  return AgentUnderTest.load("market-maker", Object.values({ ...parameters, ...changes }), {
    tickSize: TICK,
  });
}

/** Bid and offer in mantissas, a touch around `midTicks`. */
const market = (bidTicks: number, spread = 2) => ({
  bidPrice: bidTicks * TICK,
  askPrice: (bidTicks + spread) * TICK,
  bidSize: 1,
  askSize: 1,
});

/** Equations 29 and 30 of Avellaneda and Stoikov with a rolling horizon; prices in ticks. */
function theory(
  bidTicks: number,
  spread: number,
  volatility: number,
  position: number,
  shift = 0,
): { readonly bid: number; readonly ask: number } {
  const { riskAversion: gamma, arrivalDecay: kappa, horizonSeconds: horizon } = parameters;
  const q = position / Number(parameters.quantity);
  const variance = volatility ** 2;
  const reservation = bidTicks + spread / 2 - q * gamma * variance * horizon + shift;
  const half = Math.min(
    200,
    Math.max(1, 0.5 * (gamma * variance * horizon + (2 / gamma) * Math.log(1 + gamma / kappa))),
  );
  return {
    bid: Math.min(Math.floor(reservation - half), bidTicks + spread - 1),
    ask: Math.max(Math.ceil(reservation + half), bidTicks + 1),
  };
}

test(`quotes reservation price less and plus the half-spread, never through the market (seed ${randomSeed})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1_000, max: 1e7 }),
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0, max: 30, noNaN: true }),
      fc.integer({ min: -4_999, max: 4_999 }),
      async (bidTicks, spread, volatility, position) => {
        const agent = await load();
        const asked = only(
          agent.features([volatility, 0, 0], { ...market(bidTicks, spread), position }),
          "submit",
        );
        const wanted = theory(bidTicks, spread, volatility, position);
        if (wanted.bid <= 0) return;
        assert.deepEqual(
          asked.map(({ side }) => side),
          [Side.BUY, Side.SELL],
        );
        const [bid = 0, ask = 0] = asked.map(({ price }) => price / TICK);
        // A rounding error on the edge of a tick may move a quote by one.
        assert.ok(Math.abs(bid - wanted.bid) <= 1, `${bid} ${wanted.bid}`);
        assert.ok(Math.abs(ask - wanted.ask) <= 1, `${ask} ${wanted.ask}`);
        for (const order of asked) {
          assert.equal(order.price % TICK, 0);
          assert.deepEqual([order.quantity, order.orderType], [1_000, OrderType.LIMIT_MAKER]);
        }
        assert.ok(bid < bidTicks + spread && ask > bidTicks && bid < ask);
      },
    ),
    { seed: randomSeed, numRuns: 80 },
  );
});

test("a worked example: half-spread of the formula, inventory leans the quotes, a combined signal shifts them until it is over", async () => {
  const half = 0.5 * (0.01 * 4 * 5 + 200 * Math.log(1.2));
  const flat = theory(10_000, 2, 2, 0);
  assert.deepEqual(flat, { bid: Math.floor(10_001 - half), ask: Math.ceil(10_001 + half) });
  const agent = await load();
  const prices = (asked: readonly Asked[]) => only(asked, "submit").map(({ price }) => price / TICK);
  assert.deepEqual(prices(agent.features([2, 0, 0], market(10_000))), [flat.bid, flat.ask]);
  const long = await load();
  const leaned = theory(10_000, 2, 9, 4_000);
  assert.deepEqual(prices(long.features([9, 0, 0], { ...market(10_000), position: 4_000 })), [
    leaned.bid,
    leaned.ask,
  ]);
  assert.ok(leaned.bid < theory(10_000, 2, 9, 0).bid);
  const told = await load();
  told.send("CombinedSignal", { score: 1, confidence: 0.5, timeToLiveNs: SECOND, timeNs: 0 });
  const shifted = theory(10_000, 2, 2, 0, 5);
  assert.deepEqual(prices(told.features([2, 0, 0], { ...market(10_000), timeNs: SECOND - 1 })), [
    shifted.bid,
    shifted.ask,
  ]);
  const late = await load();
  late.send("CombinedSignal", { score: 1, confidence: 0.5, timeToLiveNs: SECOND, timeNs: 0 });
  assert.deepEqual(prices(late.features([2, 0, 0], { ...market(10_000), timeNs: SECOND })), [
    flat.bid,
    flat.ask,
  ]);
});

test("half-spreads below and above the bounds are held to them", async () => {
  const wide = await load({ halfSpreadTicksMin: 50, halfSpreadTicksMax: 60 });
  const [bid, ask] = only(wide.features([0, 0, 0], market(10_000)), "submit");
  assert.deepEqual([bid?.price, ask?.price], [9_951 * TICK, 10_051 * TICK]);
  const narrow = await load({ halfSpreadTicksMin: 1, halfSpreadTicksMax: 3 });
  const [low, high] = only(narrow.features([500, 0, 0], market(10_000)), "submit");
  assert.deepEqual([low?.price, high?.price], [9_998 * TICK, 10_004 * TICK]);
});

test("[O7] at its largest position it quotes the side alone that would shrink it", async () => {
  for (const [position, sides] of [
    [4_999, [1, 2]],
    [5_000, [2]],
    [-5_000, [1]],
    [-4_999, [1, 2]],
  ] as const) {
    const agent = await load();
    assert.deepEqual(
      only(agent.features([1, 0, 0], { ...market(10_000), position }), "submit").map(({ side }) => side),
      sides,
    );
  }
});

/** An agent with both quotes out, tags 1 and 2, at time 0, held until second 1. */
async function quoting(): Promise<AgentUnderTest> {
  const agent = await load();
  const asked = only(agent.features([1, 0, 0], market(10_000)), "submit");
  assert.deepEqual(
    asked.map(({ tag }) => tag),
    [1, 2],
  );
  return agent;
}

const event = (tag: number, side: number, ordStatus: number, timeNs = 0) => ({
  tag,
  side,
  ordStatus,
  timeNs,
});

test("a quote that has come too far from its target is canceled, once, and replaced after the venue has confirmed the end", async () => {
  const agent = await quoting();
  const moved = { ...market(10_020), timeNs: 2 * SECOND };
  assert.deepEqual(only(agent.features([1, 0, 0], { ...market(10_003), timeNs: 2 * SECOND }), "cancel"), []);
  assert.deepEqual(
    only(agent.features([1, 0, 0], moved), "cancel").map(({ tag }) => tag),
    [1, 2],
  );
  for (let count = 0; count < 5; count++) {
    const again = agent.features([1, 0, 0], { ...market(10_040 + 20 * count), timeNs: (3 + count) * SECOND });
    assert.deepEqual([only(again, "cancel"), only(again, "submit")], [[], []]);
  }
  agent.send("OrderEvent", event(1, Side.BUY, OrdStatus.CANCELED));
  const replaced = only(agent.features([1, 0, 0], { ...market(10_020), timeNs: 9 * SECOND }), "submit");
  assert.deepEqual(
    replaced.map(({ side, tag }) => [side, tag]),
    [[Side.BUY, 3]],
  );
});

/** The bid's first order at rest, and its price in ticks for a market at 10,000. */
async function restingQuotes(): Promise<AgentUnderTest> {
  const agent = await load({ replaces: 1n });
  const quotes = only(agent.features([1, 0, 0], market(10_000)), "submit");
  for (const { tag, side, price } of quotes)
    agent.send("OrderEvent", { ...event(tag, side, OrdStatus.ACCEPTED), price });
  return agent;
}

test("with replaces a quote that has come too far is given its new price, once, and again when that stands", async () => {
  const agent = await restingQuotes();
  const moved = { ...market(10_020), timeNs: 2 * SECOND };
  const asked = agent.features([1, 0, 0], moved);
  const wanted = theory(10_020, 2, 1, 0);
  assert.deepEqual(only(asked, "replace"), [
    { kind: "replace", tag: 1, price: wanted.bid * TICK, quantity: 1_000 },
    { kind: "replace", tag: 2, price: wanted.ask * TICK, quantity: 1_000 },
  ]);
  assert.deepEqual([only(asked, "cancel"), only(asked, "submit")], [[], []]);
  for (const status of [OrdStatus.PENDING_REPLACE, OrdStatus.UNKNOWN]) {
    agent.send("OrderEvent", event(1, Side.BUY, status));
    const again = agent.features([1, 0, 0], { ...market(10_040), timeNs: 4 * SECOND });
    assert.deepEqual(
      again.filter(({ kind }) => kind !== "signal"),
      [],
    );
  }
  const replaced = { execType: ExecType.REPLACED, price: wanted.bid * TICK };
  agent.send("OrderEvent", { ...event(1, Side.BUY, OrdStatus.ACCEPTED), ...replaced });
  assert.deepEqual(
    only(agent.features([1, 0, 0], { ...moved, timeNs: 5 * SECOND }), "replace"),
    [],
    "it is there",
  );
  assert.deepEqual(
    only(agent.features([1, 0, 0], { ...market(10_040), timeNs: 6 * SECOND }), "replace").map(
      ({ tag }) => tag,
    ),
    [1],
  );
});

test("a quote that was not replaced is canceled, its side held for a second, and quoted anew after its end", async () => {
  const agent = await restingQuotes();
  agent.features([1, 0, 0], { ...market(10_020), timeNs: 2 * SECOND });
  const refused = { execType: ExecType.REPLACE_REFUSED, timeNs: 2 * SECOND, reason: 50 };
  const asked = agent.send("OrderEvent", { ...event(1, Side.BUY, OrdStatus.ACCEPTED), ...refused });
  assert.deepEqual(asked, [{ kind: "cancel", tag: 1 }]);
  agent.send("OrderEvent", event(1, Side.BUY, OrdStatus.CANCELED));
  const submits = (timeNs: number): unknown[] =>
    only(agent.features([1, 0, 0], { ...market(10_020), timeNs }), "submit").map(({ side }) => side);
  assert.deepEqual(submits(3 * SECOND - 1), []);
  assert.deepEqual(submits(3 * SECOND), [Side.BUY]);
});

test("a replace that ends the order frees its side; one that is no longer wanted is canceled while it is replaced", async () => {
  const agent = await restingQuotes();
  agent.features([1, 0, 0], { ...market(10_020), timeNs: 2 * SECOND });
  const filled = { ...event(1, Side.BUY, OrdStatus.FILLED), execType: ExecType.REPLACE_REFUSED };
  assert.deepEqual(agent.send("OrderEvent", filled), []);
  const asked = agent.features([1, 0, 0], { ...market(10_020), position: -5_000, timeNs: 4 * SECOND });
  assert.deepEqual(
    only(asked, "submit").map(({ side }) => side),
    [Side.BUY],
  );
  assert.deepEqual(only(asked, "cancel"), [{ kind: "cancel", tag: 2 }]);
});

test("one side is not replaced sooner than requoteSeconds after its last quote", async () => {
  const agent = await quoting();
  assert.deepEqual(only(agent.features([1, 0, 0], { ...market(10_020), timeNs: SECOND - 1 }), "cancel"), []);
  assert.equal(only(agent.features([1, 0, 0], { ...market(10_020), timeNs: SECOND }), "cancel").length, 2);
});

test("[M1] with features that are not fresh it withdraws at once, and asks no second time", async () => {
  const agent = await quoting();
  assert.deepEqual(agent.features([1, 0, 0], { ...market(10_000), freshMask: 0, timeNs: 1 }), [
    { kind: "cancel", tag: 1 },
    { kind: "cancel", tag: 2 },
  ]);
  assert.deepEqual(agent.features([1, 0, 0], { ...market(10_000), freshMask: 3, timeNs: 2 }), []);
  for (const freshMask of [1, 2, 4, 5, 6])
    assert.deepEqual(
      only((await load()).features([1, 0, 0], { ...market(10_000), freshMask }), "submit"),
      [],
    );
});

test("a side that is no longer wanted is canceled even while it is held", async () => {
  const agent = await quoting();
  const asked = agent.features([1, 0, 0], { ...market(10_000), position: 5_000, timeNs: 1 });
  assert.deepEqual(only(asked, "cancel"), [{ kind: "cancel", tag: 1 }]);
});

test("an order whose cancel was refused counts as resting, and is canceled again", async () => {
  const agent = await quoting();
  const stale = { ...market(10_000), freshMask: 0 };
  agent.features([1, 0, 0], stale);
  agent.send("OrderEvent", event(1, Side.BUY, OrdStatus.ACCEPTED));
  agent.send("OrderEvent", event(2, Side.SELL, OrdStatus.PARTIALLY_FILLED));
  assert.deepEqual(agent.features([1, 0, 0], stale), [
    { kind: "cancel", tag: 1 },
    { kind: "cancel", tag: 2 },
  ]);
});

test("every way in which an order ends frees its side; a denial holds it for a second", async () => {
  for (const status of [OrdStatus.FILLED, OrdStatus.CANCELED, OrdStatus.EXPIRED, OrdStatus.REJECTED]) {
    const agent = await quoting();
    agent.send("OrderEvent", event(1, Side.BUY, status, SECOND));
    assert.deepEqual(
      only(agent.features([1, 0, 0], { ...market(10_000), timeNs: SECOND }), "submit").map(
        ({ side }) => side,
      ),
      [Side.BUY],
    );
  }
  const denied = await quoting();
  denied.send("OrderEvent", event(1, Side.BUY, OrdStatus.DENIED, SECOND));
  assert.deepEqual(
    only(denied.features([1, 0, 0], { ...market(10_000), timeNs: 2 * SECOND - 1 }), "submit"),
    [],
  );
  assert.equal(
    only(denied.features([1, 0, 0], { ...market(10_000), timeNs: 2 * SECOND }), "submit").length,
    1,
  );
});

test("fills in part, acceptance and news of other orders leave its quotes alone", async () => {
  const agent = await quoting();
  for (const status of [
    OrdStatus.ACCEPTED,
    OrdStatus.PARTIALLY_FILLED,
    OrdStatus.UNKNOWN,
    OrdStatus.PENDING_CANCEL,
  ])
    agent.send("OrderEvent", event(1, Side.BUY, status));
  agent.send("OrderEvent", event(99, Side.BUY, OrdStatus.FILLED));
  assert.deepEqual(only(agent.features([1, 0, 0], { ...market(10_000), timeNs: 2 * SECOND }), "submit"), []);
});

test("its signal is half the microprice, within bounds, and half the depth imbalance; by step and by second", async () => {
  const agent = await load();
  for (const [microprice, imbalance, score] of [
    [0.2, 0.5, 0.45],
    [0.9, 1, 1],
    [-3, -1, -1],
  ] as const) {
    const [signal] = only((await load()).features([1, microprice, imbalance], market(10_000)), "signal");
    assert.ok(isNear(signal?.score, score));
    assert.deepEqual([signal?.confidence, signal?.timeToLiveNs], [0.5, 2 * SECOND]);
  }
  assert.equal(only(agent.features([1, 0, 0], market(10_000)), "signal").length, 1);
  assert.equal(only(agent.features([1, 0, 0.19], { ...market(10_000), timeNs: 1 }), "signal").length, 0);
  assert.equal(only(agent.features([1, 0, 0.21], { ...market(10_000), timeNs: 2 }), "signal").length, 1);
  assert.equal(
    only(agent.features([1, 0, 0.21], { ...market(10_000), timeNs: SECOND + 2 }), "signal").length,
    0,
  );
  assert.equal(
    only(agent.features([1, 0, 0.21], { ...market(10_000), timeNs: SECOND + 3 }), "signal").length,
    1,
  );
});

test("[P9] features beyond all reason make it trap or stay silent, never quote nonsense", async () => {
  for (const volatility of [1e200, Number.NaN, Infinity, -1e9]) {
    const agent = await load();
    let asked: readonly Asked[] = [];
    try {
      asked = agent.features([volatility, 0, 0], { ...market(10_000), position: 3_000 });
    } catch (error) {
      assert.match(String(error), /trapped/);
    }
    for (const { price, side } of only(asked, "submit")) {
      assert.ok(Number.isSafeInteger(price) && price > 0);
      assert.ok(side === Side.BUY ? price < 10_002 * TICK : price > 10_000 * TICK);
    }
  }
});
