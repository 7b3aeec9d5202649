import assert from "node:assert/strict";
import { test } from "node:test";
import { ChannelWord, CONTROL_WORDS } from "../../../../host/engine/placement/channel-layout.ts";
import { ThreadWatch } from "../../../../host/engine/placement/thread-watch.ts";

const MS = 1e6;
const DEADLINE_NS = 10 * MS;

/** A thread's words, and the times at which they are looked at. */
class WatchUnderTest {
  readonly watch = new ThreadWatch(DEADLINE_NS);
  readonly control = new Int32Array(CONTROL_WORDS);

  constructor() {
    this.watch.begin();
  }

  set(words: { readonly ready?: number; readonly beat?: number; readonly call?: number }): this {
    if (words.ready !== undefined) this.control[ChannelWord.READY] = words.ready;
    if (words.beat !== undefined) this.control[ChannelWord.BEAT] = words.beat;
    if (words.call !== undefined) this.control[ChannelWord.IN_CALL] = words.call;
    return this;
  }

  /** Looks at each of these times; the first verdict, with its time. */
  at(...timesMs: readonly number[]): string | null {
    for (const timeMs of timesMs) {
      const verdict = this.watch.look(this.control, timeMs * MS);
      if (verdict !== null) return `${timeMs}: ${verdict}`;
    }
    return null;
  }
}

const every = (fromMs: number, toMs: number, stepMs: number): number[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, index) => fromMs + index * stepMs);

test("[P1] a call that stands for longer than the deadline is stuck at the next look, and the record that it stands in is to blame", () => {
  const under = new WatchUnderTest().set({ ready: 1, beat: 5, call: 77 });
  assert.equal(under.at(...every(0, 20, 2.5)), "12.5: one call took longer than 13 ms");
  assert.equal(under.watch.poison(70), 77);
});

test("a worker that gets on with other records is never stuck, however long all of them take", () => {
  const under = new WatchUnderTest().set({ ready: 1, beat: 1 });
  for (let call = 1; call < 500; call++) assert.equal(under.set({ call }).at(call * 9), null);
});

test("a host that was paused for a second does not blame a worker that it has not looked at", () => {
  const under = new WatchUnderTest().set({ ready: 1, beat: 1, call: 7 });
  assert.equal(under.at(0, 2.5, 1_000), null);
  assert.equal(under.set({ call: 8 }).at(1_000.5, 2_000, 3_000), null);
  assert.match(under.at(3_001) ?? "", /longer than/);
});

test("between calls a silence of 25 deadlines, at least a quarter of a second, is a dead worker; a beat in between is none", () => {
  const under = new WatchUnderTest().set({ ready: 1, beat: 1 });
  assert.equal(under.at(...every(0, 245, 2.5)), null);
  assert.equal(under.set({ beat: 2 }).at(...every(250, 495, 2.5)), null);
  assert.match(under.at(...every(497.5, 600, 2.5)) ?? "", /gave no sign for 25\d ms/);
});

test("a thread has ten seconds to start", () => {
  const under = new WatchUnderTest();
  assert.equal(under.at(...every(0, 9_990, 10)), null);
  assert.match(under.at(...every(10_000, 10_100, 10)) ?? "", /was not ready after 10\d+ ms/);
});

test("a thread that died is told of at once, and of the record that it died in only the second time", () => {
  for (const [died, blamed] of [
    [[5, 5], 5],
    [[5, 6], 0],
    [[0, 0], 0],
  ] as const) {
    const under = new WatchUnderTest().set({ ready: 1 });
    for (const [round, call] of died.entries()) {
      under.watch.begin();
      under.set({ call }).watch.died("it is gone");
      assert.match(under.at(round) ?? "", /it is gone/);
      assert.equal(under.watch.poison(3), round === 0 ? 0 : blamed);
    }
  }
});

test("a fault that the plugin or its outputs show is blamed on the record of the last output", () => {
  const under = new WatchUnderTest().set({ ready: 1, call: 9 });
  assert.equal(under.watch.poison(2 ** 32 + 12), 12);
});

test("once it was ended nothing is said of a thread, and its age does not grow", () => {
  const under = new WatchUnderTest().set({ ready: 1, call: 9 });
  under.at(1);
  assert.equal(under.watch.beatAgeNs(4 * MS), 3 * MS);
  under.watch.end();
  assert.equal(under.at(...every(2, 500, 10)), null);
  assert.equal(under.watch.beatAgeNs(500 * MS), 0);
});
