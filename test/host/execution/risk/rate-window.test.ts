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

test(`[O7] [C9] what is counted first and leaves later keeps its place: by the times at which events leave, too, no window holds more than the limit (seed ${randomSeed})`, () => {
  const step = fc.record({ gap: fc.nat({ max: 20 }), isLater: fc.boolean(), leaves: fc.boolean() });
  let moved = 0;
  const property = fc.property(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 60 }),
    fc.array(step, { maxLength: 120 }),
    (max, windowNs, steps) => {
      const window = new RateWindow(max, windowNs);
      const now = new Float64Array(1);
      const left: number[] = [];
      const waiting: number[] = [];
      let nowNs = 0;
      for (const { gap, isLater, leaves } of steps) {
        nowNs += gap;
        now[0] = nowNs;
        const first = leaves ? waiting.shift() : undefined;
        if (first !== undefined) {
          const stamps = Float64Array.of(0, first);
          // One whose place in the window is still its own is never held up.
          if (nowNs - first < windowNs) assert.equal(window.hasRoomToMove(stamps, 1, now, 0), 1);
          if (window.hasRoomToMove(stamps, 1, now, 0) === 0) continue;
          window.move(stamps, 1, now);
          left.push(nowNs);
          moved += 1;
        } else if (window.hasRoom(now, 0) === 1) {
          window.record(now);
          (isLater ? waiting : left).push(nowNs);
        }
        const within = left.filter((stamp) => nowNs - stamp < windowNs);
        assert.ok(within.length <= max, `${left.join(" ")} at ${nowNs}`);
      }
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: 500 });
  assert.ok(moved > 200, `${moved} moved`);
});

test("[O7] where cancels are counted past the limit, an order that leaves later finds room only in a window that cannot have lost one", () => {
  const window = new RateWindow(3, 100);
  const now = new Float64Array(1);
  const stamps = Float64Array.of(0);
  window.record(now);
  now[0] = 10;
  window.record(now);
  assert.equal(window.hasRoomToMove(stamps, 0, now, 1), 1);
  window.record(now);
  assert.equal(window.hasRoomToMove(stamps, 0, now, 1), 0, "three in the window, or more");
  window.record(now);
  assert.equal(window.hasRoomToMove(stamps, 0, now, 0), 0, "its own place is gone");
  now[0] = 111;
  assert.equal(window.hasRoomToMove(stamps, 0, now, 1), 1);
});

test("a limit of nothing or a window of nothing is refused", () => {
  assert.throws(() => new RateWindow(0, 1), /rate limit of 0/);
  assert.throws(() => new RateWindow(1, 0), /rate window of 0/);
});
