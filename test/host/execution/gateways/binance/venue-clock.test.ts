import assert from "node:assert/strict";
import { test } from "node:test";
import { ClockWatch } from "../../../../../host/execution/gateways/binance/clock-watch.ts";
import { RestDesk } from "../../../../../host/execution/gateways/binance/rest-desk.ts";
import { VenueClock } from "../../../../../host/execution/gateways/binance/venue-clock.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";

const WALL_MS = 1_700_000_000_000;

class Rig {
  readonly wire = new ScriptedWire();
  readonly clock = new VenueClock(this.wire.ports.clock);
  readonly changes: number[] = [];
  readonly watch = new ClockWatch(
    this.clock,
    new RestDesk(this.wire.ports, this.clock),
    this.wire.timers,
    "https://rest",
    (aheadMs) => this.changes.push(aheadMs),
  );

  /** Answers the last question after a time, with the venue's clock as it was half-way. */
  answer(aheadMs: number, roundTripNs = 0): void {
    this.wire.pass(roundTripNs / 2);
    const serverTime = this.wire.clock.wallMs() + aheadMs;
    this.wire.pass(roundTripNs / 2);
    this.wire.gets.at(-1)?.answer(200, `{"serverTime":${serverTime}}`);
  }
}

test("[V14] the offset is what the venue's clock was ahead half-way between question and answer", () => {
  const rig = new Rig();
  rig.watch.start();
  rig.answer(-1_500, 80e6);
  assert.deepEqual([rig.changes, rig.clock.aheadMs], [[-1_500], -1_500]);
  assert.equal(rig.clock.venueMs(), rig.wire.clock.wallMs() - 1_500);
});

test("[V14] it is measured each minute, told when it has changed, and kept where an answer is late or none", () => {
  const rig = new Rig();
  rig.watch.start();
  rig.answer(700);
  rig.wire.pass(60e9);
  rig.answer(700);
  assert.deepEqual(rig.changes, [700]);
  rig.wire.pass(60e9);
  rig.answer(90_000, 3e9);
  rig.wire.pass(60e9);
  rig.wire.gets.at(-1)?.answer(500, "");
  rig.wire.pass(60e9);
  rig.wire.gets.at(-1)?.answer(200, '{"serverTime":"soon"}');
  rig.wire.pass(60e9);
  rig.wire.gets.at(-1)?.fail("reset");
  assert.deepEqual([rig.changes, rig.wire.gets.length], [[700], 6]);
  rig.watch.stop();
  rig.wire.pass(600e9);
  assert.equal(rig.wire.gets.length, 6);
});

test("[V14] a refused stamp has it measured again, once a second at most", () => {
  const rig = new Rig();
  rig.watch.start();
  rig.answer(0);
  rig.watch.askSoon();
  assert.equal(rig.wire.gets.length, 1);
  rig.wire.pass(1e9);
  rig.watch.askSoon();
  rig.watch.askSoon();
  assert.equal(rig.wire.gets.length, 2);
});

test("[T1] a wall clock that is set back moves no stamp", () => {
  let wallMs = WALL_MS;
  const clock = new VenueClock({ stamp: (cells, index) => (cells[index] = 5e9), wallMs: () => wallMs });
  wallMs -= 3_600_000;
  assert.equal(clock.venueMs(), WALL_MS);
});
