import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BackOff } from "../../../../host/execution/gateways/back-off.ts";
import { SeededRandom } from "../../../../host/platform/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";

test(`[V2] waits double from 1 s to 60 s, each from the upper half of its step (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const backOff = new BackOff(new SeededRandom(seed));
      for (let attempt = 0; attempt < 12; attempt++) {
        const stepNs = Math.min(2 ** attempt, 60) * 1e9;
        const waitNs = backOff.next();
        assert.ok(waitNs >= stepNs / 2 && waitNs < stepNs, `attempt ${attempt}: ${waitNs}`);
      }
      backOff.reset();
      assert.ok(backOff.next() < 1e9);
    }),
    { seed: randomSeed, numRuns: 200 },
  );
});

test("[V2] two hosts with other randomness do not come back at the same moment", () => {
  const [one, two] = [new BackOff(new SeededRandom(1)), new BackOff(new SeededRandom(2))];
  assert.notEqual(one.next(), two.next());
});
