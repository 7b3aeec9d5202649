import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LatencyCell, LatencyHistogram } from "../../../host/lane/index.ts";
import { randomSeed } from "../../support/random-seed.ts";

function record(histogram: LatencyHistogram, ns: number): void {
  histogram.record(Float64Array.of(7, 7 + ns), 0, 1);
}

test(`a percentile is at or above the true value, by 1/32 at most (seed ${randomSeed})`, () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 2 ** 31 - 2 }));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const histogram = new LatencyHistogram();
        for (const ns of values) record(histogram, ns);
        const sorted = values.toSorted((one, other) => one - other);
        const exact = sorted[Math.ceil(values.length * share) - 1] ?? 0;
        const seen = histogram.percentile(share);
        assert.ok(seen >= exact && seen <= exact * (1 + 1 / 32) + 1, `${seen} for ${exact}`);
        assert.deepEqual(
          [...histogram.summary],
          [values.length, sorted.at(-1), values.reduce((sum, ns) => sum + ns, 0)],
        );
      },
    ),
    { seed: randomSeed, numRuns: 500 },
  );
});

test("differences below zero count as 0, and those beyond the range keep their maximum", () => {
  const histogram = new LatencyHistogram();
  record(histogram, -5);
  assert.deepEqual([histogram.percentile(1), histogram.summary[LatencyCell.MAX_NS]], [0, 0]);
  record(histogram, 5e9);
  assert.deepEqual(
    [histogram.summary[LatencyCell.MAX_NS], histogram.summary[LatencyCell.SUM_NS]],
    [5e9, 5e9],
  );
  assert.equal(histogram.percentile(1), 2 ** 31 - 1);
});

test("an empty histogram says 0, and a reset one is empty", () => {
  const histogram = new LatencyHistogram();
  assert.equal(histogram.percentile(0.99), 0);
  record(histogram, 10);
  histogram.reset();
  assert.deepEqual([histogram.percentile(0.5), ...histogram.summary], [0, 0, 0, 0]);
});
