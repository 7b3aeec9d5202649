import assert from "node:assert/strict";
import { test } from "node:test";
import { readModule } from "../../../../host/engine/index.ts";
import { InstructionReader } from "../../../../host/engine/wasm/instruction-reader.ts";
import { buildModule, pluginParts } from "../module-builder.ts";
import { refusal } from "../refusal.ts";
import { compileSource } from "../sample-module.ts";

/** Opcodes of a body given as bytes; it need not be valid. */
function opcodes(...code: number[]): number[] {
  const module = readModule(buildModule(pluginParts(code)));
  const body = module.bodies[1];
  assert.ok(body !== undefined);
  const reader = new InstructionReader(module, body);
  const found: number[] = [];
  while (reader.next()) found.push(reader.opcode);
  assert.equal(reader.endOffset, body.endOffset);
  return found;
}

const sixteen = new Array<number>(16).fill(0);

test("the length of every form of immediate is known", () => {
  assert.deepEqual(opcodes(0x02, 0x40, 0x0b, 0x0b), [0x02, 0x0b, 0x0b]);
  assert.deepEqual(opcodes(0x03, 0x7f, 0x0b), [0x03, 0x0b]);
  assert.deepEqual(opcodes(0x04, 0x80, 0x01, 0x0b), [0x04, 0x0b]);
  assert.deepEqual(opcodes(0x0e, 2, 0, 1, 0, 0x0b), [0x0e, 0x0b]);
  assert.deepEqual(opcodes(0x11, 1, 0, 0x0b), [0x11, 0x0b]);
  assert.deepEqual(opcodes(0x28, 2, 0x80, 0x01, 0x0b), [0x28, 0x0b]);
  assert.deepEqual(opcodes(0x3f, 0, 0x40, 0, 0x0b), [0x3f, 0x40, 0x0b]);
  assert.deepEqual(
    opcodes(0x41, 0x7f, 0x42, 0xff, 0x00, 0x43, 0, 0, 0, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xc4, 0x0b),
    [0x41, 0x42, 0x43, 0x44, 0xc4, 0x0b],
  );
  assert.deepEqual(
    opcodes(
      0xfc,
      8,
      0,
      0,
      0xfc,
      9,
      0,
      0xfc,
      10,
      0,
      0,
      0xfc,
      11,
      0,
      0xfc,
      12,
      0,
      0,
      0xfc,
      13,
      0,
      0xfc,
      14,
      0,
      0,
      0x0b,
    ).length,
    8,
  );
  const vector = [
    0xfd,
    0,
    4,
    0,
    0xfd,
    12,
    ...sixteen,
    0xfd,
    13,
    ...sixteen,
    0xfd,
    15,
    0xfd,
    21,
    0,
    0xfd,
    84,
    0,
    0,
    1,
    0xfd,
    92,
    2,
    0,
    0xfd,
    0xff,
    0x01,
  ];
  assert.equal(opcodes(...vector, 0x0b).length, 9);
});

test("opcodes of other proposals are refused by name", () => {
  const cases: readonly (readonly [readonly number[], RegExp])[] = [
    [[0x12, 0], /tail calls/],
    [[0x14, 0], /typed function references/],
    [[0x1c, 1, 0x7f], /reference types/],
    [[0x25, 0], /reference types/],
    [[0xd0, 0x70], /reference types/],
    [[0x06, 0x40], /exception handling/],
    [[0x1f, 0x40, 0], /exception handling/],
    [[0xfb, 0], /garbage collection/],
    [[0xfe, 0x10, 2, 0], /threads/],
    [[0xff], /unknown proposal/],
    [[0xfc, 0], /saturating.*nontrapping-f2i/],
    [[0xfc, 15, 0], /reference types/],
    [[0xfd, 0x80, 0x02], /relaxed SIMD/],
    [[0x28, 0x42, 0, 0], /several memories/],
    [[0x3f, 1], /second memory/],
    [[0x11, 0, 1], /second table/],
    [[0x02, 0x70], /value type/],
  ];
  for (const [code, text] of cases) {
    assert.throws(() => opcodes(...code, 0x0b), refusal("SANDPIT_ENGINE_FEATURE_REFUSED", text));
  }
});

test("a block of a negative type index is damaged", () => {
  assert.throws(() => opcodes(0x02, 0x80, 0x7f, 0x0b), refusal("SANDPIT_ENGINE_MODULE_MALFORMED"));
});

test("[P6] table.grow is refused", () => {
  assert.throws(
    () => opcodes(0xd0, 0x70, 0x41, 1, 0xfc, 15, 0, 0x0b),
    refusal("SANDPIT_ENGINE_FEATURE_REFUSED"),
  );
});

test("[P5] a branch table above its cap is refused", () => {
  const targets = new Array<number>(4_098).fill(0);
  assert.throws(
    () => opcodes(0x0e, 0x81, 0x20, ...targets, 0x0b),
    refusal("SANDPIT_ENGINE_LIMIT_EXCEEDED", /branch targets/),
  );
});

test("a compiled module is walked to the last byte of each body, SIMD included", async () => {
  const source = `
    export function handle(template: u32, length: u32): i32 {
      let sum = f64x2.splat(0);
      for (let i: usize = 0; i < length; i += 16) sum = f64x2.add(sum, v128.load(4096 + i));
      v128.store(4096, i8x16.shuffle(sum, v128.load64_lane(8, sum, 1), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
      memory.copy(70000, 71000, length);
      return <i32>f64x2.extract_lane(sum, 1) + i32x4.bitmask(sum);
    }`;
  const module = readModule(await compileSource(source, "venue", ["--enable", "simd"]));
  let vectors = 0;
  for (const body of module.bodies) {
    const reader = new InstructionReader(module, body);
    while (reader.next()) if (reader.opcode === 0xfd) vectors += 1;
    assert.equal(reader.endOffset, body.endOffset);
  }
  assert.ok(vectors >= 6);
});
