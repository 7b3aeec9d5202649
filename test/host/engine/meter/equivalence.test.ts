import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { loadModule, MemoryPool } from "../../../../host/engine/index.ts";
import type { LoadedPlugin } from "../../../../host/engine/index.ts";
import { compileSource, sampleManifest, withDescription } from "../sample-module.ts";

/**
 * Loops, recursion, early returns, calls in loops, indirect and virtual calls, bulk operations, floats, state
 * from call to call.
 */
const source = `
abstract class Shape { abstract area(n: i32): f64; }
class Square extends Shape { area(n: i32): f64 { return <f64>n * n; } }
class Circle extends Shape { area(n: i32): f64 { for (let i = 0; i < n; i++) if (i == 77) return 7.5; return <f64>n * 3.25; } }
let shapes: Shape[] = [new Square(), new Circle()];
let seen: i64 = 0;
function ackermann(m: i32, n: i32): i32 {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}
function search(from: usize, to: usize, byte: u8): i32 {
  for (let at = from; at < to; at++) { if (load<u8>(at) == byte) return <i32>(at - from); }
  return -1;
}
function collatz(n: u32): u32 { let steps: u32 = 0; while (n > 1) { n = n & 1 ? 3 * n + 1 : n >> 1; steps++; } return steps; }
export function handle(template: i32, length: i32): i32 {
  const out: usize = 20480;
  seen += length;
  store<i32>(out, search(4096, 4096 + length, <u8>template));
  store<i32>(out, ackermann(template & 1, length & 7), 4);
  store<f64>(out, shapes[template & 1].area(length), 8);
  let total: u32 = 0;
  for (let i = 0; i < (length & 15); i++) { total += collatz(load<u8>(4096 + i) + 1); for (let j = 0; j < i; j++) total ^= <u32>search(4096, 4096 + j, 3); }
  store<u32>(out, total, 16);
  memory.copy(out + 24, 4096, length & 31);
  memory.fill(out + 64, <u8>template, length & 31);
  store<i64>(out, seen, 96);
  store<f64>(out, Math.log(1 + <f64>length) + Math.sin(<f64>template), 104);
  return 112;
}`;

let metered: LoadedPlugin;
const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
let plain: (template: number, length: number) => number;

before(async () => {
  const wasm = await compileSource(source);
  const manifest = sampleManifest({ limits: { gasBase: 1_000_000, callDepth: 256 } });
  metered = loadModule(withDescription(wasm, manifest)).instantiate(new MemoryPool());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory } });
  new Int32Array(memory.buffer).set(metered.i32.subarray(0, 64));
  (exports["init"] as () => void)();
  plain = exports["handle"] as typeof plain;
});

test("[P17] a metered module computes what the original computes, bit for bit, and the same gas each time", () => {
  const property = fc.property(fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 300 }), (template, input) => {
    metered.u8.set(input, 4_096);
    new Uint8Array(memory.buffer).set(input, 4_096);
    assert.equal(metered.exports.handle(template, input.length), plain(template, input.length));
    assert.deepEqual(metered.u8.subarray(20_480, 20_600), new Uint8Array(memory.buffer, 20_480, 120));
    const gas = metered.exports.gas.value;
    metered.exports.handle(template, input.length);
    plain(template, input.length);
    assert.equal(metered.exports.gas.value, gas);
    assert.ok(gas >= 0 && gas < 1_000_000);
  });
  fc.assert(property, { numRuns: 300, verbose: 1 });
});
