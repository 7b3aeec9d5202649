import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteReader } from "../../../../host/engine/wasm/byte-reader.ts";
import { ByteWriter } from "../../../../host/engine/wasm/byte-writer.ts";
import { refusal } from "../refusal.ts";

const reader = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes));
const malformed = refusal("SANDPIT_ENGINE_MODULE_MALFORMED");

test("what the writer writes the reader reads, for every 32-bit number", () => {
  const property = fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer(), (unsigned, signed) => {
    const writer = new ByteWriter(1);
    writer.u32(unsigned);
    writer.s32(signed);
    const read = new ByteReader(writer.toBytes());
    assert.equal(read.u32(), unsigned);
    assert.equal(read.s32(), signed);
    assert.ok(read.done);
  });
  fc.assert(property, { verbose: 1 });
});

test("an unsigned number beyond 32 bits or five bytes is refused", () => {
  assert.equal(reader(0xff, 0xff, 0xff, 0xff, 0x0f).u32(), 0xffff_ffff);
  assert.equal(reader(0x81, 0x80, 0x80, 0x80, 0x00).u32(), 1);
  assert.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x10).u32(), malformed);
  assert.throws(() => reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x00).u32(), malformed);
});

test("a signed number must repeat its sign in the unused bits of its last byte", () => {
  assert.equal(reader(0x80, 0x80, 0x80, 0x80, 0x78).s32(), -2_147_483_648);
  assert.equal(reader(0xff, 0xff, 0xff, 0xff, 0x07).s32(), 2_147_483_647);
  assert.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x0f).s32(), malformed);
  assert.throws(() => reader(0x80, 0x80, 0x80, 0x80, 0x70).s32(), malformed);
  assert.equal(reader(0xff, 0xff, 0xff, 0xff, 0x0f).s33(), 0xffff_ffff);
  assert.equal(reader(0x80, 0x80, 0x80, 0x80, 0x70).s33(), -(2 ** 32));
  assert.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x1f).s33(), malformed);
});

test("a 64-bit number has at most ten bytes and one bit in the tenth", () => {
  const nine = new Array<number>(9).fill(0xff);
  for (const last of [0x00, 0x7f]) {
    const read = reader(...nine, last);
    read.skipS64();
    assert.ok(read.done);
  }
  assert.throws(() => reader(...nine, 0x01).skipS64(), malformed);
  assert.throws(() => reader(...nine, 0xff, 0x00).skipS64(), malformed);
});

test("[P5] a count is refused before anything is allocated by it", () => {
  assert.throws(
    () => reader(0xff, 0xff, 0xff, 0xff, 0x0f).count(100, "things"),
    refusal("SANDPIT_ENGINE_LIMIT_EXCEEDED", /4294967295 things/),
  );
  assert.throws(() => reader(0x05, 0x00).count(100, "things"), malformed);
});

test("reading beyond the end is refused and names section and byte", () => {
  assert.throws(
    () => reader().byte(),
    refusal("SANDPIT_ENGINE_MODULE_MALFORMED", /section header, byte 0x0/),
  );
  assert.throws(() => reader(1, 2).skip(3), malformed);
});

test("[P20] a name that is no UTF-8 or too long is refused", () => {
  assert.equal(reader(9, ...Buffer.from("__proto__")).name(), "__proto__");
  assert.throws(() => reader(2, 0xc3, 0x28).name(), refusal("SANDPIT_ENGINE_NAME_INVALID"));
  assert.throws(() => reader(0x81, 0x02).name(), refusal("SANDPIT_ENGINE_LIMIT_EXCEEDED"));
});
