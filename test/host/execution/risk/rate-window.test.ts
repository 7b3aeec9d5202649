import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateWindow } from "../../../../host/execution/risk/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";

test(`[O7] no window of any position holds more than the limit, and nothing is refused below it (seed ${randomSeed})`, () => {
  const gaps = fc.array(fc.nat({ max: 30 }), { maxLength: 100 });
  const property = fc.property(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 60 }),
    gaps,
    (max, windowNs, steps) => {
      const window = new RateWindow(max, windowNs);
      const reserve = max - 1;
      const now = new Float64Array(1);
      let nowNs = 0;
      const sent: number[] = [];
      for (const gap of steps) {
        nowNs += gap;
        now[0] = nowNs;
        const recent = sent.filter((stamp) => nowNs - stamp < windowNs).length;
        assert.equal(window.hasRoom(now, 0), recent < max ? 1 : 0);
        assert.equal(window.hasRoom(now, reserve), recent < max - reserve ? 1 : 0);
        if (recent < max) {
          window.record(now);
          sent.push(nowNs);
        }
      }
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: 300 });
});

test("a limit of nothing or a window of nothing is refused", () => {
  assert.throws(() => new RateWindow(0, 1), /rate limit of 0/);
  assert.throws(() => new RateWindow(1, 0), /rate window of 0/);
});
