import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { EngineError, loadModule, MemoryPool, PluginSlot } from "../../../host/engine/index.ts";
import { compilePlugin } from "./sample-module.ts";

const source = `
class Level { price: i64 = 0; size: i64 = 0; }
let levels = new StaticArray<Level>(8);
for (let i = 0; i < 8; i++) levels[i] = new Level();
function fold(depth: i32, value: f64): f64 { return depth == 0 ? value : fold(depth - 1, value * 0.5 + <f64>depth); }
export function handle(template: i32, length: i32): i32 {
  let sum: i64 = 0;
  for (let i = 0; i < length; i += 8) {
    const level = levels[(i >> 3) & 7];
    level.price = load<i64>(4096 + i);
    level.size += level.price % 1000;
    sum += level.size;
  }
  memory.copy(70000, 4096, length);
  store<i64>(20480, sum);
  store<f64>(20488, fold(template & 15, <f64>sum));
  switch (template) { case 1: return 8; case 2: return 16; case 3: return 24; default: return 32; }
}`;

let original: Uint8Array;
const pool = new MemoryPool({ memoriesMax: 4 });
const slot = new PluginSlot("mutant", "agent");

before(async () => {
  original = await compilePlugin(source, { limits: { gasBase: 50_000, initGas: 50_000 } });
});

/**
 * Loads and runs a module in bounds; true when it ran. Anything but an EngineError is a fault of the host.
 */
function runMutant(bytes: Uint8Array): boolean {
  try {
    slot.install(loadModule(bytes).instantiate(pool));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return false;
  }
  for (let template = 0; template < 4; template++) {
    for (let word = 0; word < 16; word++) slot.i32[slot.inboxWord + word] = word * 7_919 * (template + 1);
    const written = slot.invoke(template, 64);
    assert.ok(written >= -1_006 && written <= slot.outboxCapacity);
  }
  slot.uninstall()?.dispose();
  assert.equal(pool.lentCount, 0);
  return true;
}

test("the module that is mutated runs", () => {
  assert.ok(runMutant(original));
  assert.equal(slot.lastFault, null);
});

test("[P5][P13] a module with flipped bits is refused with a code or runs within its budget", () => {
  const flip = fc.record({ at: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) });
  let ran = 0;
  const property = fc.property(fc.array(flip, { minLength: 1, maxLength: 3 }), (flips) => {
    const bytes = original.slice();
    for (const { at, bit } of flips) {
      const position = at % bytes.length;
      bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
    }
    if (runMutant(bytes)) ran += 1;
  });
  fc.assert(property, { numRuns: 1_500, verbose: 1 });
  assert.ok(ran > 50, `${ran} mutants ran`);
});

test("[P5] a module cut short, or with bytes put in, is refused with a code or runs within its budget", () => {
  const property = fc.property(
    fc.nat(),
    fc.uint8Array({ maxLength: 6 }),
    fc.nat({ max: 6 }),
    (at, inserted, removed) => {
      const position = at % original.length;
      const bytes = Uint8Array.of(
        ...original.subarray(0, position),
        ...inserted,
        ...original.subarray(position + removed),
      );
      runMutant(bytes);
    },
  );
  fc.assert(property, { numRuns: 500, verbose: 1 });
  for (let length = 0; length < original.length; length += 7) {
    assert.ok(!runMutant(original.slice(0, length)));
  }
});
