import assert from "node:assert/strict";
import { test } from "node:test";
import { createRng } from "../../../sim/market/index.ts";

const DRAWS = 100_000;

function moments(draw: () => number): { mean: number; variance: number; least: number; greatest: number } {
  const values = Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
  const least = values.reduce((a, b) => Math.min(a, b));
  return { mean, variance, least, greatest: values.reduce((a, b) => Math.max(a, b)) };
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 0.02, `${actual} is not near ${expected}`);
}

test("a seed gives the same numbers for ever, and other seeds others", () => {
  const rng = createRng(42);
  const first = [rng.nextUint32(), rng.nextUint32(), rng.nextUint32()];
  assert.deepEqual(first, GOLDEN);
  assert.notEqual(createRng(43).nextUint32(), first[0]);
  assert.ok(createRng(0).nextUint32() !== createRng(-1).nextUint32());
});

test("units are uniform, and integers below a bound reach all of its values evenly", () => {
  const rng = createRng(1);
  const { greatest, least, mean, variance } = moments(() => rng.nextUnit());
  near(mean, 0.5);
  near(variance, 1 / 12);
  assert.ok(least >= 0 && least < 0.001 && greatest < 1 && greatest > 0.999);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let draw = 0; draw < 70_000; draw += 1) {
    const value = rng.nextBelow(7);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  assert.equal(counts.length, 7);
  // Six standard deviations of a count of 10,000 in 70,000.
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 560, counts.join());
});

test("normal and exponential numbers have the right mean and variance", () => {
  const rng = createRng(2);
  const normal = moments(() => rng.nextNormal());
  near(normal.mean, 0);
  near(normal.variance, 1);
  assert.ok(normal.least > -6 && normal.greatest < 6);
  const exponential = moments(() => rng.nextExponential());
  near(exponential.mean, 1);
  assert.ok(Math.abs(exponential.variance - 1) < 0.05);
  assert.ok(exponential.least >= 0 && exponential.greatest > 8);
});

// Computed with another implementation.
const GOLDEN = [660444221, 3652823732, 77678286];
