import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderEvents } from "../../../host/lane/order-events.hot.ts";

test("events come out in the order in which they went in, each with its agent, over many rounds of the ring", () => {
  const events = new OrderEvents();
  let [put, got] = [0, 0];
  for (let round = 0; round < 400; round++) {
    for (let count = 0; count < round % 7; count++) {
      const word = events.claim(put % 5);
      assert.ok(word >= 0);
      assert.ok(events.words.subarray(word, word + 18).every((cell) => cell === 0));
      events.words.fill(put, word, word + 18);
      put += 1;
    }
    while (events.count > round % 3) {
      assert.deepEqual(
        [events.agent, events.words[events.block], events.words[events.block + 17]],
        [got % 5, got, got],
      );
      events.shift();
      got += 1;
    }
  }
  assert.ok(got > 1_024);
});

test("a full queue refuses, and loses nothing of what it holds", () => {
  const events = new OrderEvents();
  for (let count = 0; count < 1_024; count++) assert.ok(events.claim(count & 1) >= 0);
  assert.equal(events.claim(0), -1);
  assert.equal(events.count, 1_024);
  events.shift();
  assert.ok(events.claim(0) >= 0);
});

test("what one agent is to be told can be copied to another queue, in order, over the ring's end, as far as there is room", () => {
  const events = new OrderEvents();
  for (let count = 0; count < 1_020; count++) events.claim(0);
  for (let count = 0; count < 1_020; count++) events.shift();
  for (let count = 0; count < 10; count++) {
    const word = events.claim(count & 1);
    events.words.fill(count, word, word + 18);
  }
  const copy = new OrderEvents();
  assert.equal(events.copyOf(1, copy), true);
  assert.deepEqual([events.count, copy.count], [10, 5]);
  for (const value of [1, 3, 5, 7, 9]) {
    const cells = [copy.agent, copy.words[copy.block], copy.words[copy.block + 17]];
    assert.deepEqual(cells, [1, value, value]);
    copy.shift();
  }
  while (copy.count < 1_022) copy.claim(0);
  assert.equal(events.copyOf(1, copy), false);
  assert.equal(events.copyOf(2, copy), true);
  copy.clear();
  assert.deepEqual([copy.count, events.copyOf(1, copy), copy.agent, copy.words[copy.block]], [0, true, 1, 1]);
});
