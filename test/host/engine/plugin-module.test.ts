import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { loadModule, MemoryPool, METER_VERSION, wasmLimits } from "../../../host/engine/index.ts";
import type { EngineErrorCode } from "../../../host/engine/index.ts";
import type { BuilderParts } from "./module-builder.ts";
import { buildModule, I32, importBytes, pluginParts } from "./module-builder.ts";
import { refusal } from "./refusal.ts";
import { compilePlugin, sampleManifest, withDescription } from "./sample-module.ts";

const handleZero = [0x41, 0x00, 0x0b];

function withManifest(wasm: Uint8Array, manifest: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return withDescription(wasm, sampleManifest(manifest));
}

function assertRefused(
  parts: BuilderParts,
  code: EngineErrorCode,
  text = /./,
  manifest: Readonly<Record<string, unknown>> = {},
): void {
  assert.throws(
    () => loadModule(withManifest(buildModule(pluginParts(handleZero, parts)), manifest)),
    refusal(code, text),
  );
}

test("a plugin passes every check and both hashes are told", () => {
  const bytes = withManifest(buildModule(pluginParts(handleZero)));
  const module = loadModule(bytes);
  assert.equal(module.manifest.name, "sample");
  assert.equal(module.verifiedSha256, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(module.meteredSha256, createHash("sha256").update(module.metered.bytes).digest("hex"));
  assert.notEqual(module.verifiedSha256, module.meteredSha256);
  assert.equal(module.meterVersion, METER_VERSION);
  assert.equal(loadModule(bytes).meteredSha256, module.meteredSha256);
});

test("bytes that change while and after they are loaded change nothing", () => {
  const bytes = Buffer.from(withManifest(buildModule(pluginParts(handleZero))));
  const module = loadModule(bytes);
  bytes.fill(0);
  assert.equal(module.instantiate(new MemoryPool()).exports.handle(0, 0), 0);
});

test("[P2] a start section is refused", () => {
  assertRefused({ start: 0 }, "SANDPIT_ENGINE_START_SECTION", /exportStart/);
});

test("[P19] imports beyond the memory are refused with the list", () => {
  const memory = importBytes("env", "memory", [2, 1, 4, 4]);
  const imports = [importBytes("env", "f", [0, 0]), importBytes("wasi", "\u001b[2J", [3, I32, 0]), memory];
  // An imported function moves the indexes of init and handle up by one.
  const shifted = {
    ...pluginParts(handleZero, { imports }),
    exports: [
      ["init", 0, 1],
      ["handle", 0, 2],
    ] as const,
  };
  const bytes = withManifest(buildModule(shifted));
  assert.throws(
    () => loadModule(bytes),
    refusal("SANDPIT_ENGINE_IMPORT_NOT_ALLOWED", /"env\.f", "wasi\.\\u001b\[2J"/),
  );
  assertRefused(
    { imports: [importBytes("env", "memory", [1, 0x70, 0, 1])] },
    "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
    /env\.memory/,
  );
  assertRefused({ imports: [] }, "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED", /exactly one memory/);
  assertRefused(
    { imports: [], memory: [1, 4, 4] },
    "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
    /exactly one memory/,
  );
  assert.throws(
    () => loadModule(withManifest(buildModule(pluginParts(handleZero, { imports: [memory, memory] })))),
    /MODULE_INVALID|does not validate|exactly one/,
  );
});

test("[P14] with no import but a memory there is no way back into the host during a call", () => {
  const module = loadModule(withManifest(buildModule(pluginParts(handleZero))));
  assert.deepEqual(WebAssembly.Module.imports(module.compiled), [
    { module: "env", name: "memory", kind: "memory" },
  ]);
});

test("[P4] a memory without a maximum, of growing size or shared is refused", () => {
  const limits = (...description: number[]): BuilderParts => ({
    imports: [importBytes("env", "memory", [2, ...description])],
  });
  assertRefused(limits(0, 4), "SANDPIT_ENGINE_MEMORY_NOT_FIXED");
  assertRefused(limits(1, 4, 5), "SANDPIT_ENGINE_MEMORY_NOT_FIXED");
  assertRefused(limits(3, 4, 4), "SANDPIT_ENGINE_MEMORY_NOT_FIXED");
  assertRefused(limits(1, 5, 5), "SANDPIT_ENGINE_MEMORY_MISMATCH", /has 5 pages.*is 4/);
});

test("[P20] exports outside of the list are refused, shown escaped", () => {
  const exported = (...names: string[]): BuilderParts => ({
    exports: [["init", 0, 0], ["handle", 0, 1], ...names.map((name) => [name, 0, 0] as const)],
  });
  assertRefused(exported("__proto__"), "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED", /"__proto__"/);
  assertRefused(exported("\u001b[31m"), "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED", /\\u001b/);
  assertRefused(exported("sandpit.gas"), "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED");
  assertRefused(
    {
      exports: [
        ["init", 0, 0],
        ["handle", 2, 0],
      ],
    },
    "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED",
  );
  assertRefused({ exports: [["init", 0, 0]] }, "SANDPIT_ENGINE_EXPORT_MISSING", /handle/);
  assertRefused({ exports: [["handle", 0, 1]] }, "SANDPIT_ENGINE_EXPORT_MISSING", /init/);
  assertRefused(exported("snapshot"), "SANDPIT_ENGINE_EXPORT_TYPE", /\(\) -> i32/);
  assertRefused(
    {
      exports: [
        ["init", 0, 1],
        ["handle", 0, 1],
      ],
    },
    "SANDPIT_ENGINE_EXPORT_TYPE",
    /init/,
  );
});

test("snapshot and restore may be exported and are within the budget of init", () => {
  const parts = pluginParts(handleZero, {
    types: [
      [[], []],
      [[I32, I32], [I32]],
      [[], [I32]],
      [[I32], [I32]],
    ],
    functions: [
      { type: 2, code: [0x41, 16, 0x0b] },
      { type: 3, code: [0x20, 0, 0x0b] },
    ],
    exports: [
      ["init", 0, 0],
      ["handle", 0, 1],
      ["snapshot", 0, 2],
      ["restore", 0, 3],
    ],
  });
  const plugin = loadModule(withManifest(buildModule(parts))).instantiate(new MemoryPool());
  assert.equal(plugin.exports.snapshot?.(), 16);
  assert.equal(plugin.exports.restore?.(24), 24);
  assert.ok(plugin.exports.gas.value > 900_000);
});

test("[P22] statics below the plugin's part of the memory or beyond its end are refused", () => {
  const data = (...address: number[]): BuilderParts => ({ data: [[0, 0x41, ...address, 0x0b, 1, 9]] });
  assertRefused(data(0), "SANDPIT_ENGINE_DATA_OUT_OF_PLACE", /--memoryBase 65536/);
  assertRefused(data(0xff, 0xff, 3), "SANDPIT_ENGINE_DATA_OUT_OF_PLACE");
  assertRefused(data(0x80, 0x80, 0x10), "SANDPIT_ENGINE_DATA_OUT_OF_PLACE");
  assertRefused(data(0x7f), "SANDPIT_ENGINE_DATA_OUT_OF_PLACE", /from 4294967295/);
  const passive = buildModule(
    pluginParts(handleZero, {
      data: [
        [1, 1, 9],
        [0, 0x41, 0x80, 0x80, 4, 0x0b, 1, 9],
      ],
      dataCount: 2,
    }),
  );
  assert.ok(loadModule(withManifest(passive)));
});

test("a module without exactly one manifest, or with a wrong one, is refused", () => {
  const bytes = buildModule(pluginParts(handleZero));
  assert.throws(() => loadModule(bytes), refusal("SANDPIT_ENGINE_MANIFEST_MISSING", /has no custom/));
  assert.throws(
    () => loadModule(withManifest(withManifest(bytes))),
    refusal("SANDPIT_ENGINE_MANIFEST_MISSING", /several/),
  );
  assertRefused({}, "SANDPIT_ENGINE_MANIFEST_INVALID", /abi/, { abi: 9 });
  assertRefused({}, "SANDPIT_ENGINE_KIND_LIMIT", /gasBase/, { limits: { gasBase: 10_000_001 } });
});

test("[P5] a module above the size cap is refused before it is copied", () => {
  assert.throws(
    () => loadModule(new Uint8Array(wasmLimits.moduleBytes + 1)),
    refusal("SANDPIT_ENGINE_MODULE_TOO_LARGE"),
  );
});

test("a module that V8 does not accept is refused", () => {
  const bytes = withManifest(buildModule(pluginParts([0x42, 0, 0x0b])));
  assert.throws(() => loadModule(bytes), refusal("SANDPIT_ENGINE_MODULE_INVALID"));
});

test("[P17] SIMD is for venues, relaxed SIMD for nobody", async () => {
  const source =
    "export function handle(t: i32, n: i32): i32 { v128.store(t, i32x4.add(v128.load(n), v128.load(t))); return 0; }";
  const simd = ["--enable", "simd"];
  const agent = await compilePlugin(source, {}, simd);
  assert.throws(() => loadModule(agent), refusal("SANDPIT_ENGINE_FEATURE_REFUSED", /venues only/));
  assert.equal(loadModule(await compilePlugin(source, { kind: "venue" }, simd)).manifest.kind, "venue");
  assertRefused(
    { functions: [{ type: 0, locals: [[1, 0x7b]], code: [0x0b] }] },
    "SANDPIT_ENGINE_FEATURE_REFUSED",
    /venues only/,
  );
});

test("[P17] a conversion that saturates instead of trapping is refused", () => {
  const saturating = buildModule(pluginParts([0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 2, 0x0b]));
  assert.throws(
    () => loadModule(withManifest(saturating)),
    refusal("SANDPIT_ENGINE_FEATURE_REFUSED", /nontrapping-f2i/),
  );
});

test("an instance has its control block, its parameters and a memory of its own from the pool", async () => {
  const source =
    "let gain: f64 = load<f64>(256); export function handle(t: i32, n: i32): i32 { return <i32>(gain * 8); }";
  const parameters = [{ name: "gain", type: "f64", default: 2, min: 0, max: 10, description: "" }];
  const module = loadModule(await compilePlugin(source, { parameters }));
  const pool = new MemoryPool();
  const [first, second] = [module.instantiate(pool), module.instantiate(pool, { gain: 5 })];
  assert.equal(first.exports.handle(0, 0), 16);
  assert.equal(second.exports.handle(0, 0), 40);
  assert.deepEqual([...first.i32.subarray(0, 8)], [1, 3, 4_096, 16_384, 20_480, 16_384, 256, 1]);
  assert.notEqual(first.buffer, second.buffer);
  assert.ok(first.intact() && second.intact());
  first.i32[16] = 0;
  assert.ok(!first.intact());
  assert.throws(() => module.instantiate(pool, { gain: 11 }), refusal("SANDPIT_ENGINE_PARAMETER_RANGE"));
  assert.equal(pool.lentCount, 2);
});

test("[P1][P2][P3][P13] an init that does not end, recurses, traps or overwrites the host's words is refused and its memory returns", async () => {
  const handle = "export function handle(t: i32, n: i32): i32 { return load<i32>(4096); }";
  const cases: readonly (readonly [string, RegExp])[] = [
    ["while (true) {}", /-1001.*out of gas/],
    [
      "function down(n: i32): i32 { return n + down(n + 1) * 2; } store<i32>(70000, down(1));",
      /-1002.*too deep/,
    ],
    ["assert(load<i32>(4) == 99, 'not that kind');", /-1003.*abort: not that kind at entry\.ts:1:1/],
    ["store<i32>(64, 0);", /overwrote host-owned/],
  ];
  const pool = new MemoryPool();
  for (const [text, expected] of cases) {
    const module = loadModule(await compilePlugin(`${text} ${handle}`));
    assert.throws(() => module.instantiate(pool), refusal("SANDPIT_ENGINE_INIT_FAULT", expected));
  }
  assert.equal(pool.lentCount, 0);
});

test("table entries that do not fit are refused at instantiation and the memory returns", () => {
  const parts = { table: [0x70, 1, 1, 1], elements: [[0, 0x41, 5, 0x0b, 1, 1]] };
  const pool = new MemoryPool();
  const module = loadModule(withManifest(buildModule(pluginParts(handleZero, parts))));
  assert.throws(() => module.instantiate(pool), refusal("SANDPIT_ENGINE_INSTANTIATE_FAILED"));
  assert.equal(pool.lentCount, 0);
});
