import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryPool } from "../../../host/engine/index.ts";
import { refusal } from "./refusal.ts";

test("[P16] a memory is of fixed size and comes back zeroed", () => {
  const pool = new MemoryPool();
  const memory = pool.acquire(2);
  assert.equal(memory.buffer.byteLength, 131_072);
  new Uint8Array(memory.buffer).fill(7);
  pool.release(memory);
  const again = pool.acquire(2);
  assert.equal(again, memory);
  assert.ok(new Uint8Array(again.buffer).every((byte) => byte === 0));
  assert.equal(pool.createdCount, 1);
  assert.equal(pool.lentCount, 1);
});

test("[P16] what was given back is zeroed in slices, and whatever is left of it before anybody is given it", () => {
  const pool = new MemoryPool();
  const given = [pool.acquire(2), pool.acquire(2)];
  for (const memory of given) new Uint8Array(memory.buffer).fill(7);
  for (const memory of given) pool.release(memory);
  assert.equal(pool.usedBytes, 262_144);
  pool.clean(100_000);
  assert.equal(pool.usedBytes, 162_144);
  const [half, full] = [pool.acquire(2), pool.acquire(2)];
  for (const memory of [half, full]) assert.ok(new Uint8Array(memory.buffer).every((byte) => byte === 0));
  assert.deepEqual([pool.usedBytes, pool.createdCount], [0, 2]);
  pool.clean(100_000);
  new Uint8Array(half.buffer).fill(9);
  pool.release(half);
  for (let slice = 0; slice < 3; slice++) pool.clean(50_000);
  assert.equal(pool.usedBytes, 0);
  const again = pool.acquire(2);
  assert.ok(again === half && new Uint8Array(again.buffer).every((byte) => byte === 0));
});

test("memories of different sizes are kept apart, and two of one size are different", () => {
  const pool = new MemoryPool();
  const [first, second, large] = [pool.acquire(1), pool.acquire(1), pool.acquire(2)];
  assert.notEqual(first, second);
  for (const memory of [first, second, large]) pool.release(memory);
  assert.equal(pool.acquire(2), large);
  assert.equal(pool.createdCount, 3);
});

test("the pool is capped in memories and in pages", () => {
  const few = new MemoryPool({ memoriesMax: 1 });
  few.acquire(1);
  assert.throws(() => few.acquire(1), refusal("SANDPIT_ENGINE_POOL_EXHAUSTED", /1 memories/));
  const small = new MemoryPool({ pagesMax: 3 });
  small.acquire(2);
  assert.throws(() => small.acquire(2), refusal("SANDPIT_ENGINE_POOL_EXHAUSTED"));
  assert.equal(small.acquire(1).buffer.byteLength, 65_536);
});

test("a memory is taken back once, and only the pool's own", () => {
  const pool = new MemoryPool();
  const memory = pool.acquire(1);
  pool.release(memory);
  assert.throws(() => pool.release(memory), refusal("SANDPIT_ENGINE_POOL_FOREIGN_MEMORY"));
  assert.throws(
    () => pool.release(new WebAssembly.Memory({ initial: 1, maximum: 1 })),
    refusal("SANDPIT_ENGINE_POOL_FOREIGN_MEMORY"),
  );
});

test("[P15] a memory that was grown, and be it by nothing, is not reused", () => {
  const pool = new MemoryPool();
  const memory = pool.acquire(1);
  (memory as unknown as { grow(pages: number): number }).grow(0);
  assert.throws(() => pool.release(memory), refusal("SANDPIT_ENGINE_BUFFER_REPLACED"));
  assert.notEqual(pool.acquire(1), memory);
});
