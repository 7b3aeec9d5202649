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
