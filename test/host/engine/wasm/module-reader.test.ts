import assert from "node:assert/strict";
import { test } from "node:test";
import { customSections, readModule, wasmLimits } from "../../../../host/engine/index.ts";
import type { BuilderParts } from "../module-builder.ts";
import { buildModule, I32, importBytes, pluginParts } from "../module-builder.ts";
import { refusal } from "../refusal.ts";
import { withCustomSection } from "../sample-module.ts";

const handleZero = [0x41, 0x00, 0x0b];
const read = (parts: BuilderParts): ReturnType<typeof readModule> =>
  readModule(buildModule(pluginParts(handleZero, parts)));
const limit = (text: RegExp): ((error: unknown) => boolean) => refusal("SANDPIT_ENGINE_LIMIT_EXCEEDED", text);
const feature = (text = /./): ((error: unknown) => boolean) =>
  refusal("SANDPIT_ENGINE_FEATURE_REFUSED", text);
const malformed = (text = /./): ((error: unknown) => boolean) =>
  refusal("SANDPIT_ENGINE_MODULE_MALFORMED", text);
const repeat = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

test("a whole module is read into its parts", () => {
  const module = read({
    table: [0x70, 1, 2, 2],
    globals: [
      [I32, 1, 0x41, 7, 0x0b],
      [0x7e, 0, 0x42, 0x7f, 0x0b],
      [0x7d, 0, 0x43, 0, 0, 0, 0, 0x0b],
      [0x7c, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b],
    ],
    functions: [
      {
        type: 2,
        locals: [
          [2, I32],
          [3, 0x7c],
        ],
        code: [0x41, 1, 0x0b],
      },
    ],
    elements: [
      [0, 0x41, 0, 0x0b, 1, 2],
      [1, 0, 1, 1],
      [2, 0, 0x41, 1, 0x0b, 0, 1, 2],
      [3, 0, 1, 2],
    ],
    data: [
      [0, 0x41, 0x80, 0x80, 4, 0x0b, 2, 9, 9],
      [1, 1, 5],
      [2, 0, 0x41, 0x80, 0x80, 4, 0x0b, 0],
    ],
    dataCount: 3,
  });
  assert.deepEqual(module.functions, [0, 1, 2]);
  assert.deepEqual(module.tables, [{ min: 2, max: 2, shared: false }]);
  assert.equal(module.globals.length, 4);
  assert.deepEqual(
    module.elements.map((segment) => segment.functions),
    [[2], [1], [2], [2]],
  );
  assert.deepEqual(
    module.data.map((segment) => [segment.address, segment.sizeBytes]),
    [
      [65_536, 2],
      [null, 1],
      [65_536, 0],
    ],
  );
  assert.equal(module.bodies[2]?.locals, 5);
  assert.equal(module.vectorTypes, false);
  assert.equal(module.startOffset, null);
  assert.deepEqual(
    module.imports.map((entry) => [entry.module, entry.name, entry.memory]),
    [["env", "memory", { min: 4, max: 4, shared: false }]],
  );
});

test("v128 is noticed in a type, a global and a local", () => {
  assert.ok(readModule(buildModule({ types: [[[0x7b], []]] })).vectorTypes);
  assert.ok(read({ globals: [[0x7b, 0, 0xfd, 12, ...repeat(16, 0), 0x0b]] }).vectorTypes);
  assert.ok(read({ functions: [{ type: 0, locals: [[1, 0x7b]], code: [0x0b] }] }).vectorTypes);
});

test("what is no module of version 1 is refused", () => {
  assert.throws(() => readModule(new Uint8Array(0)), malformed());
  assert.throws(() => readModule(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)), malformed(/version 1/));
});

test("[P5] a module above the size cap is refused before it is read", () => {
  assert.throws(
    () => readModule(new Uint8Array(wasmLimits.moduleBytes + 1)),
    refusal("SANDPIT_ENGINE_MODULE_TOO_LARGE"),
  );
});

test("[P5] each count above its cap is refused", () => {
  const types = repeat(wasmLimits.types + 1, [[], []] as const);
  assert.throws(() => readModule(buildModule({ types })), limit(/2001 types/));
  assert.throws(() => readModule(buildModule({ types: [[repeat(65, I32), []]] })), limit(/65 parameters/));
  assert.throws(() => readModule(buildModule({ types: [[[], repeat(17, I32)]] })), limit(/17 results/));
  assert.throws(
    () => read({ functions: repeat(wasmLimits.functions, { type: 0, code: [0x0b] }) }),
    limit(/10002 functions/),
  );
  assert.throws(() => read({ globals: repeat(1_001, [I32, 0, 0x41, 0, 0x0b]) }), limit(/1001 globals/));
  assert.throws(
    () => read({ functions: [{ type: 0, locals: [[4_097, I32]], code: [0x0b] }] }),
    limit(/4096 locals/),
  );
  assert.throws(
    () =>
      read({
        functions: [
          {
            type: 0,
            locals: [
              [4_000, I32],
              [97, I32],
            ],
            code: [0x0b],
          },
        ],
      }),
    limit(/4096 locals/),
  );
  assert.throws(
    () => read({ functions: [{ type: 0, code: repeat(wasmLimits.bodyBytes, 0x01) }] }),
    limit(/bytes in one function/),
  );
  assert.throws(() => read({ imports: repeat(17, importBytes("a", "b", [0, 0])) }), limit(/17 imports/));
  assert.throws(
    () => read({ elements: [[0, 0x41, 0, 0x0b, ...[0x81, 0x20], ...repeat(4_097, 0)]] }),
    limit(/table entries/),
  );
  assert.throws(
    () => read({ elements: repeat(2, [1, 0, 0x81, 0x10, ...repeat(2_049, 0)]) }),
    limit(/table entries/),
  );
  const named = buildModule({});
  let customs = named;
  for (let index = 0; index < 65; index++) customs = withCustomSection(customs, "x", "");
  assert.throws(() => readModule(customs), limit(/64 custom sections/));
});

test("[P6] a giant table is refused by its cap, and a table of references altogether", () => {
  assert.throws(() => read({ table: [0x70, 0, 0x81, 0x20] }), limit(/4097 entries/));
  assert.throws(() => read({ table: [0x6f, 0, 1] }), feature(/functions/));
});

test("[P20] exports named __proto__ are plain names, duplicates and thousands of them are refused", () => {
  const exported = (...names: string[]): BuilderParts => ({
    exports: names.map((name) => [name, 0, 0] as const),
  });
  assert.deepEqual(
    read(exported("__proto__", "constructor")).exports.map((entry) => entry.name),
    ["__proto__", "constructor"],
  );
  assert.throws(() => read(exported("same", "same")), malformed(/same name/));
  assert.throws(
    () => read(exported(...Array.from({ length: 100_000 }, (_, index) => `e${index}`))),
    limit(/100000 exports/),
  );
});

test("sections must lie within the module, in order, once", () => {
  const good = buildModule(pluginParts(handleZero));
  assert.throws(() => readModule(Uint8Array.of(...good, 1, 0)), malformed(/out of order/));
  assert.throws(() => readModule(Uint8Array.of(...good, 11, 0x7f)), malformed(/beyond the module/));
  assert.throws(() => readModule(Uint8Array.of(...good, 13, 0)), feature(/section id 13/));
  assert.throws(() => readModule(Uint8Array.of(...good, 11, 2, 0, 0)), malformed(/follow/));
  assert.throws(() => readModule(Uint8Array.of(...good.subarray(0, 8), 3, 2, 1, 0)), malformed(/no type 0/));
});

test("functions and bodies must be of the same number", () => {
  const header = buildModule({ imports: [] });
  assert.throws(
    () => readModule(Uint8Array.of(...header, 10, 4, 1, 2, 0, 0x0b)),
    malformed(/0 functions are declared, 1 have a body/),
  );
});

test("features that plugins may not use are refused where they are declared", () => {
  assert.throws(
    () => readModule(Uint8Array.of(...buildModule({}).subarray(0, 8), 1, 4, 1, 0x5f, 0, 0)),
    feature(/garbage/),
  );
  assert.throws(() => readModule(buildModule({ types: [[[0x70], []]] })), feature(/value type 0x70/));
  assert.throws(() => read({ imports: [importBytes("env", "tag", [4, 0, 0])] }), feature(/kind 4/));
  assert.throws(() => read({ imports: [importBytes("env", "memory", [2, 4, 1])] }), feature(/flags 4/));
  assert.throws(() => read({ globals: [[I32, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b]] }), feature(/constant/));
  assert.throws(() => read({ globals: [[I32, 0, 0x0b]] }), feature(/initial value/));
  assert.throws(() => read({ globals: [[I32, 2, 0x41, 0, 0x0b]] }), malformed(/mutable/));
  assert.throws(() => read({ exports: [["t", 4, 0]] }), feature(/export of kind 4/));
  assert.throws(() => read({ elements: [[4, 0x41, 0, 0x0b, 0]] }), feature(/expressions/));
  assert.throws(() => read({ elements: [[1, 1, 0]] }), malformed(/something else/));
  assert.throws(() => read({ data: [[2, 1, 0x41, 0, 0x0b, 0]] }), feature(/second memory/));
  assert.throws(() => read({ data: [[3, 0]] }), malformed(/unknown form/));
  assert.throws(
    () => read({ data: [[0, 0x23, 0, 0x0b, 0]] }),
    refusal("SANDPIT_ENGINE_DATA_OUT_OF_PLACE", /not a constant/),
  );
});

test("imports of every kind are read, for the refusal to list them", () => {
  const module = read({
    imports: [
      importBytes("env", "f", [0, 0]),
      importBytes("env", "t", [1, 0x70, 0, 1]),
      importBytes("env", "g", [3, I32, 0]),
      importBytes("env", "m", [2, 3, 1, 2]),
    ],
  });
  assert.deepEqual(
    module.imports.map((entry) => [entry.kind, entry.memory]),
    [
      [0, null],
      [1, null],
      [3, null],
      [2, { min: 1, max: 2, shared: true }],
    ],
  );
});

test("custom sections are found by name, all of them", () => {
  const bytes = withCustomSection(withCustomSection(buildModule({}), "note", "one"), "note", "two");
  assert.deepEqual(
    customSections(readModule(bytes), "note").map((payload) => Buffer.from(payload).toString()),
    ["one", "two"],
  );
});
