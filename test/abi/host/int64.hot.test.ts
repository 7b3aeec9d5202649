import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readInt64, writeInt64 } from "../../../abi/host/index.ts";
import { randomSeed } from "../../support/random-seed.ts";

const words = new Int32Array(4);
const view = new DataView(words.buffer);

test(`[T7] a safe integer is written and read exactly, as 64 bits (seed ${randomSeed})`, () => {
  const check = (value: number): void => {
    writeInt64(words, 1, value);
    assert.equal(view.getBigInt64(4, true), BigInt(value));
    assert.equal(readInt64(words, 1), value === 0 ? 0 : value);
  };
  fc.assert(fc.property(fc.maxSafeInteger(), check), { seed: randomSeed, numRuns: 2_000 });
  for (const value of [
    0,
    1,
    -1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    -(2 ** 32),
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ])
    check(value);
  assert.deepEqual([words[0], words[3]], [0, 0]);
});

test(`[T7] [M3] beyond 2^53 the magnitude and the sign are right, which a range check sees (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
      view.setBigInt64(4, value, true);
      const read = readInt64(words, 1);
      const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
      assert.equal(Number.isSafeInteger(read), isSafe, `${value}`);
      assert.ok(Math.abs(read - Number(value)) <= 2_048);
    }),
    { seed: randomSeed, numRuns: 2_000 },
  );
});
