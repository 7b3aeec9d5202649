import assert from "node:assert/strict";
import { test } from "node:test";
import { readModule } from "../../../../host/engine/index.ts";
import { meterModule } from "../../../../host/engine/meter/meter.ts";
import { DEPTH_EXPORT, GAS_EXPORT } from "../../../../host/engine/meter/meter-rules.ts";
import type { BuilderParts } from "../module-builder.ts";
import { buildModule, exportTypes, I32, pluginParts } from "../module-builder.ts";
import { refusal } from "../refusal.ts";

const GAS = 10_000;
const DEPTH = 32;
const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });

interface Run {
  readonly handle: (left: number, right: number) => number;
  readonly gas: () => number;
  readonly depth: () => number;
  readonly bytes: Uint8Array;
}

function instantiate(parts: BuilderParts, gasBase = GAS, callDepth = DEPTH): Run {
  const bytes = buildModule(parts);
  assert.ok(WebAssembly.validate(bytes), "the test's own module is valid");
  const module = readModule(bytes);
  const entryPoints = module.exports.map((entry) => {
    const handle = entry.name === "handle";
    return {
      name: entry.name,
      functionIndex: entry.index,
      gasBase,
      gasPerByte: handle ? 3 : 0,
      lengthParameter: handle ? 1 : null,
    };
  });
  const metered = meterModule(module, { entryPoints, callDepth });
  assert.ok(WebAssembly.validate(metered.bytes), "the metered module is valid");
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(metered.bytes), { env: { memory } });
  return {
    handle: exports["handle"] as Run["handle"],
    gas: () => (exports[GAS_EXPORT] as { value: number }).value,
    depth: () => (exports[DEPTH_EXPORT] as { value: number }).value,
    bytes: metered.bytes,
  };
}

const run = (code: readonly number[], more: BuilderParts = {}, gasBase = GAS): Run =>
  instantiate(pluginParts(code, more), gasBase);

function assertOutOfGas(instance: Run, length = 0): void {
  assert.throws(() => instance.handle(0, length), /unreachable/);
  assert.ok(instance.gas() < 0);
  assert.ok(instance.depth() >= 0);
}

function assertTooDeep(instance: Run): void {
  assert.throws(() => instance.handle(0, 0), /unreachable/);
  assert.ok(instance.depth() < 0);
  assert.ok(instance.gas() >= 0);
}

test("[P1] an infinite loop runs out of gas, whatever it contains", () => {
  assertOutOfGas(run([0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 0, 0x0b]));
  // Outer loop around an inner one that is left at once.
  assertOutOfGas(
    run([0x03, 0x40, 0x02, 0x40, 0x03, 0x40, 0x0c, 1, 0x0b, 0x0b, 0x0c, 0, 0x0b, 0x41, 0, 0x0b]),
  );
  // br_if and br_table backwards.
  assertOutOfGas(run([0x03, 0x40, 0x41, 1, 0x0d, 0, 0x0b, 0x41, 0, 0x0b]));
  assertOutOfGas(run([0x03, 0x40, 0x41, 5, 0x0e, 1, 0, 0, 0x0b, 0x41, 0, 0x0b]));
  // A loop with a parameter and a result, branched to from within an if.
  const types = [...exportTypes, [[I32], [I32]]] as const;
  assertOutOfGas(
    run([0x41, 1, 0x03, 3, 0x41, 1, 0x04, 3, 0x0c, 1, 0x05, 0x0c, 1, 0x0b, 0x0b, 0x0b], { types }),
  );
});

test("[P1] a loop is charged on each round and leaves what it does not use", () => {
  // handle(n, _) counts n down: local.get 0, const 1, sub, tee 0, br_if 0 in the loop.
  const loop = [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x41, 0x08, 0x0b];
  const instance = run(loop);
  const used = (rounds: number): number => {
    assert.equal(instance.handle(rounds, 0), 8);
    return GAS - instance.gas();
  };
  const step = used(2) - used(1);
  assert.ok(step >= 5 && step <= 8, `a round of five instructions costs ${step}`);
  assert.equal(used(101) - used(1), 100 * step);
});

test("the budget grows with the input", () => {
  const instance = run([0x41, 0, 0x0b]);
  instance.handle(0, 0);
  const small = instance.gas();
  instance.handle(0, 1_000);
  assert.equal(instance.gas() - small, 3_000);
});

test("no gas means no call at all", () => {
  assertOutOfGas(run([0x41, 0, 0x0b], {}, 0));
});

test("[P3] direct, mutual and indirect recursion run out of depth", () => {
  assertTooDeep(run([0x20, 0, 0x20, 1, 0x10, 1, 0x0b]));
  assertTooDeep(
    run([0x20, 0, 0x20, 1, 0x10, 2, 0x0b], {
      functions: [{ type: 1, code: [0x20, 0, 0x20, 1, 0x10, 1, 0x0b] }],
    }),
  );
  const indirect = [0x20, 0, 0x20, 1, 0x41, 0, 0x11, 1, 0, 0x0b];
  assertTooDeep(run(indirect, { table: [0x70, 1, 1, 1], elements: [[0, 0x41, 0, 0x0b, 1, 1]] }));
  // Equal types under two indexes are one type to call_indirect.
  const types = [...exportTypes, exportTypes[1] ?? [[], []]] as const;
  const doubled = [0x20, 0, 0x20, 1, 0x41, 0, 0x11, 3, 0, 0x0b];
  assertTooDeep(run(doubled, { types, table: [0x70, 1, 1, 1], elements: [[0, 0x41, 0, 0x0b, 1, 1]] }));
});

test("[P3] a recursion that ends gives its depth back on every way out", () => {
  // f(n): n == 0 → br to the function's label, n == 1 → return, n == 2 → br_table out, else f(n - 1); result
  // 8 in each case.
  const code = [
    ...[0x41, 8, 0x20, 0, 0x45, 0x0d, 0, 0x1a],
    ...[0x02, 0x40, 0x41, 8, 0x20, 0, 0x41, 1, 0x46, 0x04, 0x40, 0x41, 8, 0x0f, 0x0b, 0x1a, 0x0b],
    ...[0x20, 0, 0x41, 2, 0x46, 0x04, 0x40, 0x41, 8, 0x41, 0, 0x0e, 0, 1, 0x0b],
    ...[0x20, 0, 0x41, 1, 0x6b, 0x20, 1, 0x10, 1, 0x0b],
  ];
  const instance = run(code);
  for (const depth of [0, 1, 2, 10, DEPTH - 2]) {
    assert.equal(instance.handle(depth, 0), 8);
    assert.equal(instance.depth(), DEPTH);
  }
});

test("[P3] a recursive function of several results gives its depth back through a type of its own", () => {
  const two = [[I32], [I32, I32]] as const;
  const callee = [
    0x20, 0, 0x45, 0x04, 0x40, 0x41, 8, 0x41, 16, 0x0f, 0x0b, 0x20, 0, 0x41, 1, 0x6b, 0x10, 2, 0x0b,
  ];
  const more = { types: [...exportTypes, two], functions: [{ type: 3, code: callee }] };
  const code = [0x20, 0, 0x10, 2, 0x6a, 0x0b];
  const instance = run(code, more);
  assert.equal(instance.handle(5, 0), 24);
  assert.equal(instance.depth(), DEPTH - 1);
  // Where the module has that type already, none is added.
  const known = run(code, { ...more, types: [...exportTypes, two, [[], [I32, I32]]] });
  assert.equal(known.handle(5, 0), 24);
});

test("[P3] a chain without recursion that is deeper than the limit is refused at load", () => {
  const chain = Array.from({ length: 40 }, (_, index) => ({
    type: 0,
    code: index === 39 ? [0x0b] : [0x10, index + 3, 0x0b],
  }));
  assert.throws(
    () => run([0x10, 2, 0x41, 0, 0x0b], { functions: chain }),
    refusal("SANDPIT_ENGINE_CALL_CHAIN", /41 deep/),
  );
});

test("[P3] frames with many locals count several times", () => {
  const frame = { type: 0, locals: [[640, I32]] as const, code: [0x0b] };
  const instance = run([0x10, 2, 0x41, 0, 0x0b], { functions: [frame] });
  instance.handle(0, 0);
  assert.equal(instance.depth(), DEPTH - 1 - 21);
});

test("[P4] memory.grow is a constant −1 and never reaches the memory", () => {
  const { buffer } = memory;
  assert.equal(run([0x41, 1, 0x40, 0, 0x0b]).handle(0, 0), -1);
  assert.equal(run([0x41, 0, 0x40, 0, 0x0b]).handle(0, 0), -1);
  assert.equal(memory.buffer, buffer);
  assert.equal(buffer.byteLength, 4 * 65_536);
});

test("[P15] growing by nothing would detach the host's views without the metering", () => {
  const own = new WebAssembly.Memory({ initial: 4, maximum: 4 });
  const before = own.buffer;
  const bytes = buildModule(pluginParts([0x41, 0, 0x40, 0, 0x0b]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: own } });
  (exports["handle"] as (left: number, right: number) => number)(0, 0);
  assert.equal(before.byteLength, 0);
});

test("[P1] fill and copy are paid by their length, before they run", () => {
  // memory.fill(70000, 1, n) and memory.copy(70000, 80000, n) with n the first parameter.
  const fill = run([0x41, 0xf0, 0xa2, 4, 0x41, 1, 0x20, 0, 0xfc, 11, 0, 0x41, 0, 0x0b]);
  fill.handle(0, 0);
  const base = fill.gas();
  fill.handle(8_000, 0);
  assert.equal(base - fill.gas(), 1_000);
  assert.throws(() => fill.handle(200_000, 0), /unreachable/);
  assert.throws(() => fill.handle(-1, 0), /unreachable/);
  assert.ok(fill.gas() < 0);
  const bomb = [
    0x03, 0x40, 0x41, 0, 0x41, 0, 0x41, 0x80, 0x80, 0x10, 0xfc, 10, 0, 0, 0x0c, 0, 0x0b, 0x41, 0, 0x0b,
  ];
  assertOutOfGas(run(bomb));
});

test("[P1] table operations are paid by their length and cannot wrap the counter", () => {
  const parts = { table: [0x70, 1, 1, 1], elements: [[1, 0, 1, 1]], data: [[1, 1, 7]], dataCount: 1 };
  const copy = run([0x41, 0, 0x41, 0, 0x20, 0, 0xfc, 14, 0, 0, 0x41, 0, 0x0b], parts);
  assert.equal(copy.handle(1, 0), 0);
  for (const length of [-1, -2_147_483_648, 2_147_483_647]) {
    assert.throws(() => copy.handle(length, 0), /unreachable/);
    assert.ok(copy.gas() < 0);
  }
  const init = run(
    [0x41, 0, 0x41, 0, 0x20, 0, 0xfc, 12, 0, 0, 0xfc, 13, 0, 0xfc, 9, 0, 0x41, 0, 0x0b],
    parts,
  );
  assert.throws(() => init.handle(-1, 0), /unreachable/);
});

test("a small leaf is paid where it is called, also when a loop calls it", () => {
  const leaf = { type: 1, code: [0x20, 0, 0x20, 1, 0x6a, 0x0b] };
  const code = [
    0x03, 0x40, 0x20, 0, 0x41, 1, 0x10, 2, 0x1a, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x41, 0,
    0x0b,
  ];
  const instance = run(code, { functions: [leaf] });
  instance.handle(1, 0);
  const once = instance.gas();
  instance.handle(11, 0);
  assert.ok(once - instance.gas() >= 10 * (9 + 4));
});

test("a function that is called from a loop charges what the loop sees afterwards", () => {
  // A callee with a loop of its own is charged by itself; the caller's counter must not lose that.
  const callee = {
    type: 1,
    code: [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x41, 0, 0x0b],
  };
  const code = [
    0x03, 0x40, 0x41, 0xe4, 0, 0x41, 0, 0x10, 2, 0x1a, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x41,
    0, 0x0b,
  ];
  const instance = run(code, { functions: [callee] });
  instance.handle(1, 0);
  const once = GAS - instance.gas();
  assert.ok(once > 500);
  instance.handle(5, 0);
  assert.ok(GAS - instance.gas() > 4 * (once - 50));
  assertOutOfGas(
    run([0x03, 0x40, 0x41, 1, 0x41, 0, 0x10, 2, 0x1a, 0x0c, 0, 0x0b, 0x41, 0, 0x0b], { functions: [callee] }),
  );
});

test("equal input gives equal bytes, and the module's own indexes stay what they were", () => {
  const parts = pluginParts([0x23, 0, 0x0b], {
    globals: [[I32, 1, 0x41, 40, 0x0b]],
    data: [[0, 0x41, 0x80, 0x80, 4, 0x0b, 1, 9]],
  });
  const first = instantiate(parts);
  assert.deepEqual(first.bytes, instantiate(parts).bytes);
  assert.equal(first.handle(0, 0), 40);
});

test("a module cannot export what has no budget, nor under the names of the counters", () => {
  for (const name of ["other", GAS_EXPORT, DEPTH_EXPORT]) {
    const bytes = buildModule({ ...pluginParts([0x41, 0, 0x0b]), exports: [[name, 0, 0]] });
    const entryPoints =
      name === "other" ? [] : [{ name, functionIndex: 0, gasBase: 1, gasPerByte: 0, lengthParameter: null }];
    assert.throws(
      () => meterModule(readModule(bytes), { entryPoints, callDepth: 8 }),
      refusal("SANDPIT_ENGINE_EXPORT_NOT_ALLOWED"),
    );
  }
});

test("[P5] blocks nested too deep are refused", () => {
  const nested = [
    ...new Array<number[]>(1_001).fill([0x02, 0x40]).flat(),
    ...new Array<number>(1_001).fill(0x0b),
    0x41,
    0,
    0x0b,
  ];
  assert.throws(() => run(nested), refusal("SANDPIT_ENGINE_LIMIT_EXCEEDED", /1000 deep/));
});

test("[P5] a module that would grow beyond bounds is refused", () => {
  const body = [...new Array<number[]>(80_000).fill([0x03, 0x40, 0x0b]).flat(), 0x0b];
  const functions = new Array<{ type: number; code: number[] }>(4).fill({ type: 0, code: body });
  assert.throws(() => run([0x41, 0, 0x0b], { functions }), refusal("SANDPIT_ENGINE_METERED_TOO_LARGE"));
});

test("a body whose blocks do not close is refused, should validation ever have been skipped", () => {
  const bytes = buildModule(pluginParts([0x02, 0x40, 0x0b]));
  const entryPoints = readModule(bytes).exports.map((entry) => ({
    name: entry.name,
    functionIndex: entry.index,
    gasBase: 1,
    gasPerByte: 0,
    lengthParameter: null,
  }));
  assert.throws(
    () => meterModule(readModule(bytes), { entryPoints, callDepth: 8 }),
    refusal("SANDPIT_ENGINE_MODULE_MALFORMED", /do not match/),
  );
});
