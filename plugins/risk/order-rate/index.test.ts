import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { RuleUnderTest } from "../../../test/support/rule-under-test.ts";

const WINDOW_NS = 10_000_000_000n;

/** The generic cell rate algorithm in whole nanoseconds: a bucket of `max` orders, each worth window / max of time. */
class Bucket {
  private emptyNs = 0n;
  private readonly costNs: bigint;

  constructor(max: bigint) {
    this.costNs = WINDOW_NS / max;
  }

  hasRoom(timeNs: bigint): boolean {
    return (this.emptyNs > timeNs ? this.emptyNs : timeNs) + this.costNs <= timeNs + WINDOW_NS;
  }

  add(timeNs: bigint): void {
    this.emptyNs = (this.emptyNs > timeNs ? this.emptyNs : timeNs) + this.costNs;
  }
}

test(`[O7] admits what a bucket in whole numbers admits, for all and for each agent (seed ${randomSeed})`, async () => {
  const check = fc.record({
    agentIndex: fc.integer({ min: 0, max: 2 }),
    waitMs: fc.integer({ min: 0, max: 3_000 }),
  });
  const max = fc.constantFrom(1n, 2n, 4n, 5n, 8n);
  await fc.assert(
    fc.asyncProperty(
      max,
      max,
      fc.array(check, { maxLength: 60 }),
      async (ordersMax, agentOrdersMax, checks) => {
        const rule = await RuleUnderTest.load("order-rate", [10, ordersMax, agentOrdersMax]);
        const all = new Bucket(ordersMax);
        const agents = [new Bucket(agentOrdersMax), new Bucket(agentOrdersMax), new Bucket(agentOrdersMax)];
        let timeNs = 0n;
        for (const { agentIndex, waitMs } of checks) {
          timeNs += BigInt(waitMs) * 1_000_000n;
          const agent = agents[agentIndex];
          assert.ok(agent !== undefined);
          const wanted = !all.hasRoom(timeNs) ? 31 : agent.hasRoom(timeNs) ? 0 : 32;
          assert.equal(rule.code({ timeNs, agentIndex }), wanted, `${timeNs}`);
          if (wanted === 0) {
            all.add(timeNs);
            agent.add(timeNs);
          }
        }
      },
    ),
    { seed: randomSeed, numRuns: 80 },
  );
});

test("[O7] a burst of the whole limit passes, then one order for each share of the window", async () => {
  const rule = await RuleUnderTest.load("order-rate", [10, 3n, 1_000n]);
  const codes = [0, 0, 0, 0, 3.2, 3.4, 3.5, 6.7].map((second) => rule.code({ timeNs: second * 1e9 }));
  assert.deepEqual(codes, [0, 0, 0, 31, 31, 0, 31, 0]);
});

test("[O7] no window admits more than twice the limit, however the orders are spread", async () => {
  const rule = await RuleUnderTest.load("order-rate", [10, 1n, 1n]);
  const admitted: number[] = [];
  for (let ms = 0; ms < 60_000; ms += 100) if (rule.code({ timeNs: ms * 1e6 }) === 0) admitted.push(ms);
  for (const start of admitted)
    assert.ok(admitted.filter((ms) => ms >= start && ms < start + 10_000).length <= 2);
  assert.ok(admitted.length <= 7, `${admitted.length} in 60 s`);
});

test("[O7] a denial tells how many there would be, and an agent beyond the host's is denied", async () => {
  const rule = await RuleUnderTest.load("order-rate", [10, 2n, 1n]);
  rule.code({ agentIndex: 0 });
  assert.deepEqual(rule.ask({ agentIndex: 0 }), { code: 32, observed: 2n, limit: 1n });
  rule.code({ agentIndex: 1 });
  assert.deepEqual(rule.ask({ agentIndex: 2 }), { code: 31, observed: 3n, limit: 2n });
  assert.equal(rule.code({ agentIndex: 64, timeNs: 1e12 }), 33);
  assert.equal(rule.code({ agentIndex: 0xffff_ffff, timeNs: 1e12 }), 33);
  assert.equal(rule.code({ agentIndex: 63, timeNs: 1e12 }), 0);
});
