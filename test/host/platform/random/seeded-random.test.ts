import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom, SystemRandom } from "../../../../host/platform/index.ts";

test("[P17] a seed gives the same numbers and bytes again, another seed others", () => {
  const [one, again, other] = [new SeededRandom(5), new SeededRandom(5), new SeededRandom(6)];
  const numbers = Array.from({ length: 10 }, () => one.fraction());
  assert.deepEqual(
    Array.from({ length: 10 }, () => again.fraction()),
    numbers,
  );
  assert.notDeepEqual(
    Array.from({ length: 10 }, () => other.fraction()),
    numbers,
  );
  assert.deepEqual(one.bytes(8), again.bytes(8));
});

test("fractions lie in [0, 1), spread evenly over it", () => {
  for (const random of [new SeededRandom(1), new SystemRandom()]) {
    const buckets = new Float64Array(10);
    for (let count = 0; count < 10_000; count++) {
      const fraction = random.fraction();
      assert.ok(fraction >= 0 && fraction < 1);
      const bucket = Math.floor(fraction * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // 1,000 each; six standard deviations are 180.
    assert.ok(
      buckets.every((count) => count > 820 && count < 1_180),
      [...buckets].join(" "),
    );
  }
});

test("bytes come in the number asked for, and the system's are not the same twice", () => {
  assert.equal(new SeededRandom(1).bytes(5).length, 5);
  const random = new SystemRandom();
  assert.equal(random.bytes(16).length, 16);
  assert.notDeepEqual(random.bytes(16), random.bytes(16));
});
