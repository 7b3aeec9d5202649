import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isNear, publish } from "../../../test/support/features-under-test.ts";
import type { PlainPlugin } from "../../../test/support/plain-plugin.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

const [DECAY, SAMPLE] = [3, 0.5];

async function load(): Promise<PlainPlugin> {
  const plugin = await loadPlainPlugin("feature", "ewma-volatility", [DECAY, SAMPLE]);
  plugin.send(writeRecord("InstrumentDefinition", { instrumentId: 1, tickSize: 2 }));
  return plugin;
}

function send(plugin: PlainPlugin, mid: number, timeNs: number): number | undefined {
  return publish(plugin, "Quote", {
    instrumentId: 1,
    bidPrice: mid - 1,
    askPrice: mid + 1,
    bidSize: 1,
    askSize: 1,
    timeNs,
  }).get(0);
}

interface Sample {
  readonly rate: number;
  readonly elapsed: number;
}

/** Newest first, each sample's weight written out: (1 − e^(−Δ/τ)) times the decay of all later samples, divided by the sum of weights. */
function expected(samples: readonly Sample[]): number {
  let [kept, sum, weights] = [1, 0, 0];
  for (const { rate, elapsed } of samples.toReversed()) {
    const weight = kept * (1 - Math.exp(-elapsed / DECAY));
    sum += weight * rate;
    weights += weight;
    kept *= Math.exp(-elapsed / DECAY);
  }
  return Math.sqrt(sum / weights);
}

test(`equals the exponentially weighted mean of squared changes per second, in ticks (seed ${randomSeed})`, async () => {
  const step = fc.record({
    mid: fc.integer({ min: 100, max: 200 }),
    waitNs: fc.integer({ min: 0, max: 2e9 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const plugin = await load();
      const samples: Sample[] = [];
      let [timeNs, lastNs, lastMid] = [0, -1, 0];
      for (const { mid, waitNs } of steps) {
        timeNs += waitNs;
        const value = send(plugin, mid, timeNs);
        const elapsed = (timeNs - lastNs) / 1e9;
        if (lastNs >= 0 && elapsed < SAMPLE) {
          assert.equal(value, undefined);
          continue;
        }
        if (lastNs >= 0) {
          samples.push({ rate: ((mid - lastMid) / 2) ** 2 / elapsed, elapsed });
          assert.ok(isNear(value, expected(samples), 1e-9), `${value} ${expected(samples)}`);
        } else assert.equal(value, undefined);
        [lastNs, lastMid] = [timeNs, mid];
      }
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

test("a mid that does not move has no volatility, and a steady walk of one tick a second has one", async () => {
  const still = await load();
  for (let second = 0; second < 20; second++)
    assert.ok(second === 0 || send(still, 150, second * 1e9) === 0 || second === 1);
  const walk = await load();
  let value: number | undefined;
  for (let second = 0; second < 20; second++) value = send(walk, 100 + 2 * second, second * 1e9);
  assert.ok(isNear(value, 1));
});

test("[T6] a time that goes back is no sample", async () => {
  const plugin = await load();
  send(plugin, 100, 5e9);
  assert.equal(send(plugin, 200, 4e9), undefined);
  assert.equal(send(plugin, 102, 6e9), 1);
});
