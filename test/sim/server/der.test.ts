import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { integer } from "../../../sim/server/der.ts";
import { randomSeed } from "../../support/random-seed.ts";

const BYTE_BITS = 8n;
/** Two's complement, as DER has it. */
function valueOf(bytes: Uint8Array): bigint {
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x0${Buffer.from(bytes).toString("hex")}`));
}

test(`an integer has its value, in the fewest bytes that keep it positive (seed ${randomSeed})`, () => {
  const zeros = fc.nat({ max: 3 }).map((count) => Buffer.alloc(count));
  const property = fc.property(zeros, fc.uint8Array({ maxLength: 20 }), (padding, bytes) => {
    const given = Buffer.concat([padding, bytes]);
    const [tag, length, ...rest] = integer(given);
    const content = Uint8Array.from(rest);
    assert.equal(tag, 2);
    assert.equal(length, content.length);
    const value = BigInt(`0x0${given.toString("hex")}`);
    assert.equal(valueOf(content), value);
    const half = 1n << (BYTE_BITS * BigInt(content.length - 1) - (content.length > 1 ? 1n : 0n));
    assert.ok(content.length === 1 || value >= half, "no shorter one would do");
  });
  fc.assert(property, { seed: randomSeed, numRuns: 2_000 });
});

test("the integer of no bytes is zero", () => {
  assert.deepEqual([...integer(new Uint8Array(0))], [2, 1, 0]);
});
