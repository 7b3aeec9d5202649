import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateLimiter } from "../../../../host/control/api/rate-limiter.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const SECOND_NS = 1e9;

test("a burst passes, then one request each time the rate allows it", () => {
  const limiter = new RateLimiter({ burst: 3, perMinute: 60 }, 8);
  assert.deepEqual(
    [0, 0, 0].map((now) => limiter.take("a", now)),
    [0, 0, 0],
  );
  assert.equal(limiter.take("a", 0), SECOND_NS);
  assert.equal(limiter.take("a", 0.25 * SECOND_NS), 0.75 * SECOND_NS);
  assert.equal(limiter.take("a", SECOND_NS), 0);
  assert.ok(limiter.take("a", SECOND_NS) > 0);
  assert.deepEqual(
    [0, 0, 0, 1].map((_, index) => Math.sign(limiter.take("a", 100 * SECOND_NS + index))),
    [0, 0, 0, 1],
  );
});

test("keys do not pay for one another, and a clock that stands or goes back grants nothing", () => {
  const limiter = new RateLimiter({ burst: 1, perMinute: 1 }, 8);
  assert.equal(limiter.take("a", 5 * SECOND_NS), 0);
  assert.equal(limiter.take("b", 5 * SECOND_NS), 0);
  assert.ok(limiter.take("a", 0) > 0);
  assert.ok(limiter.take("a", 5 * SECOND_NS) > 0);
});

test("keys are capped, and the one that asked longest ago is forgotten", () => {
  const limiter = new RateLimiter({ burst: 1, perMinute: 1 }, 3);
  for (const key of ["a", "b", "c"]) limiter.take(key, 0);
  assert.ok(limiter.take("a", 1) > 0);
  limiter.take("d", 2);
  assert.equal(limiter.keyCount, 3);
  assert.ok(limiter.take("a", 3) > 0, "a asked after b");
  assert.equal(limiter.take("b", 4), 0, "b was forgotten");
});

test(`never more than the burst and the rate allow, whenever they come [seed ${randomSeed}]`, () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (gapsMs) => {
      const limiter = new RateLimiter({ burst: 5, perMinute: 60 }, 1);
      let nowNs = 0;
      let granted = 0;
      for (const gap of gapsMs) {
        nowNs += gap * 1e6;
        if (limiter.take("a", nowNs) === 0) granted += 1;
        assert.ok(granted <= 5 + nowNs / SECOND_NS + 1e-6);
      }
    }),
    { seed: randomSeed },
  );
});
