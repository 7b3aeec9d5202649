import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { SystemTimers, VirtualClock, VirtualTimers } from "../../../../host/platform/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";

function rig(): { clock: VirtualClock; timers: VirtualTimers } {
  const clock = new VirtualClock(0);
  return { clock, timers: new VirtualTimers(clock) };
}

test(`[T6] what is due runs in the order of time, then of making, each at its time (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.nat(25), (delays, untilNs) => {
      const { clock, timers } = rig();
      const ran: (readonly [number, number])[] = [];
      delays.forEach((delay, index) => {
        timers.after(delay, () => {
          assert.equal(clock.nowNs, delay);
          ran.push([delay, index]);
        });
      });
      timers.advance(untilNs);
      const expected = delays
        .map((delay, index) => [delay, index] as const)
        .filter(([delay]) => delay <= untilNs);
      assert.deepEqual(
        ran,
        expected.sort((one, other) => one[0] - other[0] || one[1] - other[1]),
      );
      assert.equal(clock.nowNs, untilNs);
    }),
    { seed: randomSeed, numRuns: 300 },
  );
});

test("a timer made by a timer runs in the same advance when it is due, and a negative delay is none", () => {
  const { timers } = rig();
  const ran: string[] = [];
  timers.after(5, () => {
    ran.push("first");
    timers.after(-3, () => ran.push("at once"));
    timers.after(5, () => ran.push("later"));
    timers.after(6, () => ran.push("not yet"));
  });
  timers.advance(10);
  assert.deepEqual(ran, ["first", "at once", "later"]);
  assert.equal(timers.nextNs, 11);
});

test("a canceled timer does not run; canceling twice, or after it ran, is harmless", () => {
  const { timers } = rig();
  const ran: string[] = [];
  const cancel = timers.after(5, () => ran.push("canceled"));
  const done = timers.after(6, () => ran.push("ran"));
  cancel();
  cancel();
  timers.advance(10);
  done();
  assert.deepEqual([ran, timers.nextNs], [["ran"], Infinity]);
});

test("the system's timers call once, later, and a canceled one never", async () => {
  const timers = new SystemTimers();
  const target = new EventTarget();
  let isInTurn = true;
  timers.after(0, () => assert.fail("canceled"))();
  timers.after(1e6, () => {
    assert.ok(!isInTurn);
    target.dispatchEvent(new Event("called"));
  });
  isInTurn = false;
  await once(target, "called");
});
