import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_OFFSET, OffsetMap } from "../../../../host/engine/meter/offset-map.ts";

const map = new OffsetMap(Uint32Array.of(100, 50, 130, 60, 200, 90));

test("an offset in copied code leads back to its original", () => {
  assert.equal(map.size, 3);
  assert.equal(map.originalOffset(100), 50);
  assert.equal(map.originalOffset(105), 55);
  assert.equal(map.originalOffset(130), 60);
  assert.equal(map.originalOffset(210), 100);
});

test("an offset in inserted code leads to where it was inserted, one before all code nowhere", () => {
  assert.equal(map.originalOffset(125), 60);
  assert.equal(map.originalOffset(99), null);
  assert.equal(new OffsetMap(new Uint32Array(0)).originalOffset(1), null);
});

test("code that the metering appended belongs to nothing", () => {
  const ended = new OffsetMap(Uint32Array.of(100, 50, 130, NO_OFFSET));
  assert.equal(ended.originalOffset(129), 79);
  assert.equal(ended.originalOffset(130), null);
  assert.equal(ended.originalOffset(500), null);
});
