import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import type { LoadedPlugin, PluginModule } from "../../../host/engine/index.ts";
import {
  copyImage,
  HandOver,
  handOverOf,
  loadModule,
  MemoryPool,
  PluginSlot,
  restoreSnapshot,
} from "../../../host/engine/index.ts";
import { memoryMapOf } from "../../../abi/host/index.ts";
import { plugin as pluginOf } from "../../hostile/hostile-desk.ts";
import { buildModule, pluginParts } from "./module-builder.ts";
import { refusal } from "./refusal.ts";
import { compilePlugin, compileSource, sampleManifest, withDescription } from "./sample-module.ts";

/** Keeps state in memory and in a global of each type; the word at 768 says how its snapshot or restore goes wrong. */
const source = `
let a: i32 = 1;
let b: i64 = 2;
let c: f32 = 3;
let d: f64 = NaN;
export function handle(template: i32, length: i32): i32 {
  a = a * 1103515245 + 12345;
  b = b * 6364136223846793005 + <i64>a;
  c = c * -1.25 + 0.1;
  if (template == 2) d = load<f64>(4096);
  else if (template == 3) c = -0.0;
  store<i32>(70000, load<i32>(70000) + 1);
  store<i32>(20480, a);
  store<i32>(20484, load<i32>(70000));
  store<i64>(20488, b);
  store<f32>(20496, c);
  store<f64>(20504, d);
  store<f64>(20512, load<f64>(256));
  return 40;
}
export function snapshot(): i32 {
  const mood = load<i32>(768);
  if (mood == 1) unreachable();
  if (mood == 2) while (true) store<i32>(70004, load<i32>(70004) + 1);
  if (mood == 3) return -8;
  if (mood == 4) return 16385;
  store<i32>(20480, a);
  store<i32>(20484, load<i32>(70000));
  a = 0;
  return 8;
}
export function restore(length: i32): i32 {
  const mood = load<i32>(768);
  if (mood == 5) return 7;
  if (mood == 6) unreachable();
  if (mood == 7) while (true) store<i32>(70004, load<i32>(70004) + 1);
  if (length != 8) return 1;
  a = load<i32>(4096);
  store<i32>(70000, load<i32>(4100));
  return 0;
}`;

const parameters = [
  { name: "gain", type: "f64", default: 1, min: -10, max: 10, description: "a number" },
  { name: "count", type: "i64", default: 1, min: 0, max: 10, description: "another" },
];

let first: PluginModule;
let second: PluginModule;
let pool: MemoryPool;
before(async () => {
  const state = { version: 1, restores: [1] };
  first = loadModule(await compilePlugin(source, { parameters, state }));
  const restores = [1, 2];
  second = loadModule(
    await compilePlugin(source, { parameters, version: "2.0.0", state: { version: 2, restores } }),
  );
});
beforeEach(() => {
  pool = new MemoryPool();
});

/** What a call writes, as hexadecimal. */
function outputOf(plugin: LoadedPlugin, template = 1): string {
  const length = plugin.exports.handle(template, 8);
  return Buffer.from(plugin.u8.subarray(20_480, 20_480 + length)).toString("hex");
}

function say(plugin: LoadedPlugin, mood: number): void {
  plugin.i32[192] = mood;
}

/** Everything that an instance is, to see that nothing of it changed. */
function imageOf({ u8, exports }: LoadedPlugin): unknown[] {
  return [Buffer.from(u8).toString("latin1"), ...exports.state.map(({ value }) => value)];
}

test("an image carries the memory and a global of every type: both then answer alike for ever", () => {
  const from = first.instantiate(pool);
  const to = first.instantiate(pool);
  assert.equal(from.exports.state.length >= 4, true);
  for (let call = 0; call < 20; call++) outputOf(from);
  outputOf(to);
  assert.notEqual(outputOf(from), outputOf(to));
  copyImage(from, to);
  for (const template of [1, 3, 1, 1]) assert.equal(outputOf(to, template), outputOf(from, template));
  for (const value of [Number.NaN, -0, 5e-324, -Infinity, 1e308]) {
    from.f64[512] = value;
    outputOf(from, 2);
    copyImage(from, to);
    assert.equal(outputOf(to), outputOf(from), `${value}`);
  }
});

test("each type of global is carried by its number, an immutable one is no state", () => {
  const globals = [
    [0x7f, 0, 0x41, 0x07, 0x0b],
    [0x7f, 1, 0x41, 0x07, 0x0b],
    [0x7e, 1, 0x42, 0x07, 0x0b],
    [0x7d, 1, 0x43, 0, 0, 0x80, 0x3f, 0x0b],
    [0x7c, 1, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x0b],
  ];
  const made = loadModule(
    withDescription(
      buildModule(pluginParts([0x41, 0, 0x0b], { globals })),
      sampleManifest({ limits: { callDepth: 8 } }),
    ),
  );
  const [from, to] = [made.instantiate(pool), made.instantiate(pool)];
  assert.deepEqual(
    from.exports.state.map(({ value }) => value),
    [7, 7n, 1, 1],
  );
  const values = [-2_147_483_648, -(2n ** 63n), Math.fround(-0.1), 0.1];
  from.exports.state.forEach((global, index) => {
    global.value = values[index] ?? 0;
  });
  copyImage(from, to);
  assert.deepEqual(
    to.exports.state.map(({ value }) => value),
    values,
  );
});

test("of a codec's megabyte of inbox an image carries what inputs have reached, and of the rest of its memory everything", () => {
  const codec = loadModule(pluginOf({ kind: "venue" }));
  const { inboxOffset, outboxOffset, inboxCapacity } = memoryMapOf("venue");
  const slot = new PluginSlot("codec", "venue");
  const from = codec.instantiate(pool);
  slot.install(from);
  const end = from.u8.length;
  from.u8.fill(7, inboxOffset, end);
  const ends: number[] = [];
  for (const length of [8, 65_536, 65_537, 300_000, 24, inboxCapacity]) {
    slot.invoke(1, length);
    const to = codec.instantiate(pool);
    copyImage(from, to);
    const inboxEnd = to.u8.indexOf(0, inboxOffset);
    ends.push(inboxEnd - inboxOffset);
    assert.ok(to.u8.subarray(inboxEnd, outboxOffset).every((byte) => byte === 0));
    assert.ok(to.u8.subarray(outboxOffset).every((byte) => byte === 7));
    const next = codec.instantiate(pool);
    copyImage(to, next);
    assert.deepEqual(Buffer.from(next.u8), Buffer.from(to.u8), "the mark is handed on");
    for (const plugin of [to, next]) plugin.dispose();
  }
  // The whole inbox ends where the outbox begins, whose bytes are not 0 either.
  assert.deepEqual(ends, [65_536, 65_536, 65_544, 300_000, 300_000, -1 - inboxOffset]);
  assert.throws(() => slot.invoke(1, inboxCapacity + 1), refusal("SANDPIT_ENGINE_INPUT_LENGTH"));
  assert.throws(() => slot.invoke(1, -1), refusal("SANDPIT_ENGINE_INPUT_LENGTH"));
});

test("an image of another module is refused, and nothing is copied", () => {
  const [from, to] = [first.instantiate(pool), second.instantiate(pool)];
  outputOf(from);
  const earlier = imageOf(to);
  assert.throws(() => copyImage(from, to), refusal("SANDPIT_ENGINE_HAND_OVER", /different modules/));
  assert.deepEqual(imageOf(to), earlier);
});

test("an image is for the same module with the same parameters; for others the snapshot; another instance is the same", () => {
  const plain = first.instantiate(pool);
  assert.equal(handOverOf(plain, first.instantiate(pool)), HandOver.IMAGE);
  assert.equal(handOverOf(plain, plain.another()), HandOver.IMAGE);
  for (const changed of [{ gain: 2 }, { count: 2 }, { gain: -0 }, { gain: 1, count: 0 }])
    assert.equal(
      handOverOf(plain, first.instantiate(pool, changed)),
      HandOver.SNAPSHOT,
      JSON.stringify(changed),
    );
  const tuned = first.instantiate(pool, { gain: 2.5, count: 3 });
  assert.deepEqual(
    [tuned.parameters, tuned.another().parameters],
    [
      [2.5, 3],
      [2.5, 3],
    ],
  );
  assert.equal(handOverOf(tuned, tuned.another()), HandOver.IMAGE);
});

const versions: readonly (readonly [from: number | null, to: readonly number[] | null, way: HandOver])[] = [
  [1, [1], HandOver.SNAPSHOT],
  [1, [2, 1], HandOver.SNAPSHOT],
  [0, [0], HandOver.SNAPSHOT],
  [1, [2], HandOver.NONE],
  [1, [], HandOver.NONE],
  [1, null, HandOver.NONE],
  [null, [1], HandOver.NONE],
  [null, null, HandOver.NONE],
];

test("[H3] a snapshot is for who says to restore its version, and for no other", async () => {
  const wasm = await compileSource(source);
  const load = (version: string, state: object | null): LoadedPlugin => {
    const manifest = sampleManifest({ parameters, version, ...(state === null ? {} : { state }) });
    return loadModule(withDescription(wasm, manifest)).instantiate(pool);
  };
  for (const [version, restores, way] of versions) {
    const from = load("1.0.0", version === null ? null : { version, restores: [] });
    const to = load("2.0.0", restores === null ? null : { version: 9, restores });
    assert.equal(handOverOf(from, to), way, `${version} to ${String(restores)}`);
  }
  const bare = "export function handle(t: i32, n: i32): i32 { return load<i32>(4096); }";
  const mute = loadModule(await compilePlugin(bare, { state: { version: 1, restores: [1] } }));
  assert.equal(handOverOf(mute.instantiate(pool), first.instantiate(pool)), HandOver.NONE);
  assert.equal(handOverOf(first.instantiate(pool), mute.instantiate(pool)), HandOver.NONE);
});

const hidden: readonly (readonly [string, readonly number[], readonly (readonly number[])[]])[] = [
  ["data.drop", [0xfc, 9, 0], []],
  ["table.copy", [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 14, 0, 0], []],
  ["table.init", [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 12, 0, 0], [[1, 0, 1, 1]]],
  ["elem.drop", [0xfc, 13, 0], [[1, 0, 1, 1]]],
];

test("a module that hides state from the host is handed over by no way: neither image nor the copy's snapshot would be whole", () => {
  const code = [0x41, 0, 0x0b];
  const table = [0x70, 1, 2, 2];
  const build = (leading: readonly number[], elements: readonly (readonly number[])[]): PluginModule => {
    const parts = pluginParts([...leading, ...code], {
      table,
      data: [[1, 1, 5]],
      dataCount: 1,
      functions: [
        { type: 2, code: [0x41, 8, 0x0b] },
        { type: 3, code: [0x41, 0, 0x0b] },
      ],
      types: [
        [[], []],
        [[0x7f, 0x7f], [0x7f]],
        [[], [0x7f]],
        [[0x7f], [0x7f]],
      ],
      exports: [
        ["init", 0, 0],
        ["handle", 0, 1],
        ["snapshot", 0, 2],
        ["restore", 0, 3],
      ],
      ...(elements.length === 0 ? {} : { elements }),
    });
    const manifest = sampleManifest({ state: { version: 1, restores: [1] }, limits: { callDepth: 8 } });
    return loadModule(withDescription(buildModule(parts), manifest));
  };
  const open = build([], []);
  assert.equal(handOverOf(open.instantiate(pool), open.instantiate(pool)), HandOver.IMAGE);
  for (const [title, instruction, elements] of hidden) {
    const module = build(instruction, elements);
    assert.equal(module.instantiate(pool).hasPlainState, false, title);
    assert.equal(handOverOf(module.instantiate(pool), module.instantiate(pool)), HandOver.NONE, title);
    assert.equal(handOverOf(module.instantiate(pool), open.instantiate(pool)), HandOver.NONE, title);
    assert.equal(handOverOf(open.instantiate(pool), module.instantiate(pool)), HandOver.SNAPSHOT, title);
  }
});

test("a vector global is state that cannot be read: no image", () => {
  const globals = [[0x7b, 1, 0xfd, 12, ...new Array<number>(16).fill(0), 0x0b]];
  const parts = pluginParts([0x41, 0, 0x0b], { globals, pages: 34 });
  const manifest = sampleManifest({ kind: "venue", limits: { callDepth: 8 } });
  const module = loadModule(withDescription(buildModule(parts), manifest));
  assert.equal(handOverOf(module.instantiate(pool), module.instantiate(pool)), HandOver.NONE);
});

/** The hand-over as the host does it: the live one is never called, a copy of it writes. */
function restored(live: LoadedPlugin, copyMood: number, to: LoadedPlugin): void {
  const copy = live.another();
  copyImage(live, copy);
  say(copy, copyMood);
  restoreSnapshot(copy, to);
}

test("[H3] a snapshot carries what it holds, and the live plugin is not called for it", () => {
  const [live, to] = [first.instantiate(pool), second.instantiate(pool)];
  for (let call = 0; call < 5; call++) outputOf(live);
  const earlier = imageOf(live);
  restored(live, 0, to);
  assert.deepEqual(imageOf(live), earlier);
  assert.equal(to.i32[70_000 / 4], 5);
  assert.equal(outputOf(to).slice(0, 16), outputOf(live).slice(0, 16));
});

const failures: readonly (readonly [string, number, number, RegExp])[] = [
  ["a snapshot that traps", 1, 0, /sample 1\.2\.3: snapshot stopped: unreachable/],
  ["a snapshot that loops", 2, 0, /snapshot stopped: out of gas/],
  ["a snapshot of a negative length", 3, 0, /snapshot says -8 bytes, the outbox holds 16384/],
  ["a snapshot longer than the outbox", 4, 0, /snapshot says 16385 bytes/],
  ["a restore that refuses", 0, 5, /sample 2\.0\.0: restore refuses the state of version 1 with code 7/],
  ["a restore that traps", 0, 6, /restore stopped: unreachable/],
  ["a restore that loops", 0, 7, /restore stopped: out of gas/],
];
for (const [title, copyMood, mood, text] of failures) {
  test(`[H3] ${title} is refused, and the live plugin is untouched and runs on`, () => {
    const slot = new PluginSlot("live", "agent");
    const [live, to] = [first.instantiate(pool), second.instantiate(pool)];
    slot.install(live);
    slot.invoke(1, 8);
    const earlier = imageOf(live);
    say(to, mood);
    assert.throws(() => restored(live, copyMood, to), refusal("SANDPIT_ENGINE_HAND_OVER", text));
    assert.deepEqual(imageOf(live), earlier);
    assert.deepEqual([slot.invoke(1, 8), slot.state], [40, "running"]);
  });
}
