import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FaultCode, loadModule, MemoryPool, PluginSlot, SlotCounter } from "../../../host/engine/index.ts";
import type { LoadedPlugin, PluginModule } from "../../../host/engine/index.ts";
import { refusal } from "./refusal.ts";
import { compilePlugin } from "./sample-module.ts";

/** One plugin that does what its template says: each test picks its fault. */
const source = `
class Node { next: Node | null = null; }
type Callback = (value: i32) => i32;
let calls: i32 = 0;
function add(value: i32): i32 { return value + 1; }
function wide(value: i32, other: i32): i32 { return value + other; }
function odd(n: i32): i32 { return n == -1 ? 0 : even(n + 1) + 1; }
function even(n: i32): i32 { return n == -1 ? 1 : odd(n + 1) * 3; }
function down(n: i32): i32 { return n == 0 ? 1 : down(n - 1) * 7 + n; }
let pick: i32 = 0;
export function handle(template: i32, length: i32): i32 {
  calls += 1;
  store<i32>(20480, calls);
  switch (template) {
    case 1: return length;
    case 2: while (true) { store<i32>(20484, load<i32>(20484) + 1); }
    case 3: return down(length - 1000000);
    case 4: return even(1);
    case 5: unreachable();
    case 6: return load<i32>(-8);
    case 7: return 8 / load<i32>(70000);
    case 8: return <i32>load<f64>(4096);
    case 9: return call_indirect<i32>(load<i32>(4096), 5);
    case 10: throw new Error("\\u001b[2Jbroken");
    case 11: store<i32>(64, 1); return 8;
    case 12: store<u32>(32, load<u32>(4096)); unreachable();
    case 13: { for (let i = 0; i < 1000; i++) memory.fill(65536 + 4096, 0, 150000); return 0; }
    case 14: return memory.grow(0) + memory.grow(1);
    case 15: return <i32>load<u8>(4 * 65536 - 1) + <i32>load<u8>(4 * 65536);
    case 16: return i32.div_s(i32.MIN_VALUE, load<i32>(4096));
    case 17: return add(wide(length, add(length)));
    case 18: memory.fill(0, 0xff, 4096); return 8;
    default: return load<i32>(4096);
  }
}
store<i32>(70008, changetype<i32>(add)); store<i32>(70012, changetype<i32>(wide)); store<i32>(70016, changetype<i32>(new Node()));
`;

let agentModule: PluginModule;
let venueModule: PluginModule;
const pool = new MemoryPool();

before(async () => {
  const flags = ["--tableBase", "1"];
  agentModule = loadModule(await compilePlugin(source, { kind: "agent" }, flags));
  venueModule = loadModule(
    await compilePlugin("export function handle(t: i32, n: i32): i32 { return load<i32>(4096); }", {
      kind: "venue",
    }),
  );
});

function running(kind: "agent" | "venue" = "agent"): { slot: PluginSlot; plugin: LoadedPlugin } {
  const slot = new PluginSlot("test", kind);
  const plugin = (kind === "agent" ? agentModule : venueModule).instantiate(pool);
  slot.install(plugin);
  return { slot, plugin };
}

function give(slot: PluginSlot, word: number): void {
  slot.i32[slot.inboxWord] = word;
}

function clear(slot: PluginSlot): void {
  slot.uninstall()?.dispose();
}

/** These modules have no source map: a trap's place is a byte. */
function withoutPlace(reason: string): string {
  return reason.replace(/ at wasm offset 0x[0-9a-f]+$/, "");
}

test("an empty slot answers that it is stopped", () => {
  const slot = new PluginSlot("empty", "agent");
  assert.equal(slot.state, "empty");
  assert.equal(slot.generation, 0);
  give(slot, 5);
  assert.equal(slot.invoke(1, 8), FaultCode.STOPPED);
  assert.equal(slot.counters[SlotCounter.FAULTS_STOPPED], 1);
  assert.equal(slot.lastFault, null);
  assert.equal(slot.checkGuard(), 0);
  assert.equal(slot.stop(FaultCode.OUTPUT, "nothing there"), FaultCode.STOPPED);
});

test("a call returns what was written and counts it", () => {
  const { slot } = running();
  assert.equal(slot.state, "running");
  assert.equal(slot.invoke(1, 40), 40);
  assert.equal(slot.invoke(1, 0), 0);
  assert.equal(slot.i32[slot.outboxWord], 2);
  assert.equal(slot.counters[SlotCounter.CALLS], 2);
  assert.equal(slot.counters[SlotCounter.OUTPUT_BYTES], 40);
  clear(slot);
});

const faults: readonly (readonly [string, number, number, number, RegExp])[] = [
  ["[P1] an infinite loop", 2, 0, FaultCode.GAS, /^out of gas$/],
  ["[P1] a row of long fills", 13, 0, FaultCode.GAS, /^out of gas$/],
  ["[P3] unbounded recursion", 3, 0, FaultCode.DEPTH, /too deep/],
  ["[P3] unbounded mutual recursion", 4, 0, FaultCode.DEPTH, /too deep/],
  ["[P13] unreachable", 5, 0, FaultCode.TRAP, /^unreachable$/],
  ["[P8][P13] a load out of bounds", 6, 0, FaultCode.TRAP, /^memory access out of bounds$/],
  ["[P16] a load just beyond the memory", 15, 0, FaultCode.TRAP, /^memory access out of bounds$/],
  ["[P13] a division by zero", 7, 0, FaultCode.TRAP, /^integer division by zero$/],
  ["[P13] an overflow in a division", 16, -1, FaultCode.TRAP, /^integer overflow in division$/],
  ["[P13] an indirect call of nothing", 9, 0, FaultCode.TRAP, /indirect call/],
  ["[P13] an indirect call beyond the table", 9, 4_000, FaultCode.TRAP, /^table access out of bounds$/],
  ["[P13] an indirect call of a wrong type", 9, 2, FaultCode.TRAP, /indirect call/],
  [
    "[P21] an abort with an escape sequence",
    10,
    0,
    FaultCode.TRAP,
    /^abort: \\u001b\[2Jbroken at entry\.ts:\d+:\d+$/,
  ],
  ["[P21] an abort with a forged pointer", 12, -16, FaultCode.TRAP, /^unreachable$/],
  ["[P4] a grown memory that the plugin believes in", 14, 0, FaultCode.OUTPUT, /returned -2/],
  ["[P7] a length beyond the outbox", 0, 16_392, FaultCode.OUTPUT, /16392/],
  ["[P7] a length that is no multiple of 8", 0, 12, FaultCode.OUTPUT, /12/],
  ["[P7][P8] a length of 2^31 and above", 0, -2_147_483_648, FaultCode.OUTPUT, /-2147483648/],
  ["[P7] a refusal from a kind that may not refuse", 0, -5, FaultCode.OUTPUT, /-5/],
  ["[P7] a forged answer of a stopped slot", 0, FaultCode.STOPPED, FaultCode.OUTPUT, /-1005/],
];

for (const [title, template, word, code, reason] of faults) {
  test(`${title} stops the slot, and the instance never runs again`, () => {
    const { slot, plugin } = running();
    give(slot, word);
    assert.equal(slot.invoke(template, 8), code);
    assert.equal(slot.state, "faulted");
    const fault = slot.lastFault;
    assert.ok(fault !== null);
    assert.match(withoutPlace(fault.reason), reason);
    assert.match(fault.reason, /^[\x20-\x7e]+$/);
    assert.deepEqual(
      [fault.code, fault.plugin, fault.version, fault.generation, fault.template],
      [code, "sample", "1.2.3", 1, template],
    );
    const calls = plugin.i32[slot.outboxWord];
    assert.equal(slot.invoke(1, 8), FaultCode.STOPPED);
    assert.equal(plugin.i32[slot.outboxWord], calls);
    assert.equal(slot.lastFault, fault);
    assert.throws(() => plugin.dispose(), refusal("SANDPIT_ENGINE_PLUGIN_IN_USE"));
    assert.equal(slot.uninstall(), plugin);
    assert.throws(() => slot.install(plugin), refusal("SANDPIT_ENGINE_PLUGIN_DISPOSED", /spent/));
    plugin.dispose();
  });
}

test("[P9] a conversion of NaN, infinity or 1e300 traps", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e300]) {
    const { slot } = running();
    slot.f64[slot.inboxOffset / 8] = value;
    assert.equal(slot.invoke(8, 8), FaultCode.TRAP);
    assert.equal(withoutPlace(slot.lastFault?.reason ?? ""), "float not representable as an integer");
    clear(slot);
  }
});

test("each class of fault has its counter", () => {
  const slot = new PluginSlot("counted", "agent");
  for (const template of [2, 3, 5, 14]) {
    slot.install(agentModule.instantiate(pool))?.dispose();
    slot.invoke(template, 8);
  }
  slot.install(agentModule.instantiate(pool))?.dispose();
  slot.invoke(11, 8);
  slot.checkGuard();
  slot.invoke(1, 8);
  assert.deepEqual(
    [...slot.counters.subarray(SlotCounter.FAULTS_GAS, SlotCounter.FAULTS_GUARD + 1)],
    [1, 1, 1, 1, 1, 1],
  );
  clear(slot);
  slot.install(agentModule.instantiate(pool));
  assert.equal(slot.stop(FaultCode.STOPPED, "by the operator"), FaultCode.STOPPED);
  assert.equal(slot.counters[SlotCounter.FAULTS_STOPPED], 2);
  clear(slot);
});

test("a fault names the byte of the verified module", () => {
  const { slot } = running();
  slot.invoke(5, 8);
  assert.ok((slot.lastFault?.offsetBytes ?? 0) > 0);
  clear(slot);
});

test("a venue may refuse an input with −1 to −999, and lives on", () => {
  const { slot } = running("venue");
  for (const code of [-1, -7, -999]) {
    give(slot, code);
    assert.equal(slot.invoke(1, 8), code);
  }
  assert.equal(slot.state, "running");
  assert.equal(slot.counters[SlotCounter.REFUSALS], 3);
  give(slot, -1_000);
  assert.equal(slot.invoke(1, 8), FaultCode.OUTPUT);
  clear(slot);
});

test("[P22] host-owned words that were overwritten are found at the next sample, or when asked for", () => {
  for (const template of [11, 18]) {
    const { slot } = running();
    assert.equal(slot.checkGuard(), 0);
    assert.equal(slot.invoke(template, 8), 8);
    assert.equal(slot.checkGuard(), FaultCode.GUARD);
    assert.equal(slot.state, "faulted");
    assert.equal(slot.checkGuard(), 0);
    clear(slot);
  }
  const { slot } = running();
  for (let call = 1; call <= 1_022; call++) assert.equal(slot.invoke(1, 8), 8);
  assert.equal(slot.invoke(11, 8), 8);
  assert.equal(slot.invoke(1, 8), FaultCode.GUARD);
  assert.equal(slot.counters[SlotCounter.FAULTS_GUARD], 1);
  clear(slot);
});

test("gas is sampled once in 1,024 calls", () => {
  const { slot } = running();
  for (let call = 1; call < 1_024; call++) slot.invoke(1, 8);
  assert.equal(slot.counters[SlotCounter.GAS_SAMPLES], 0);
  assert.equal(slot.invoke(17, 15), 32);
  const used = slot.counters[SlotCounter.GAS_SAMPLE] ?? 0;
  assert.ok(used > 0 && used < 500, `${used} used`);
  assert.equal(slot.counters[SlotCounter.GAS_SAMPLE_MAX], used);
  assert.equal(slot.counters[SlotCounter.GAS_SAMPLES], 1);
  clear(slot);
});

test("[P7] an input longer than the inbox is the host's own fault and refused before the call", () => {
  const { slot } = running();
  for (const length of [16_385, -1, 2 ** 31]) {
    assert.throws(() => slot.invoke(1, length), refusal("SANDPIT_ENGINE_INPUT_LENGTH"));
  }
  assert.equal(slot.counters[SlotCounter.CALLS], 0);
  assert.equal(slot.invoke(1, 16_384), 16_384);
  clear(slot);
});

test("a swap replaces plugin and views at once, and hands the old one back", () => {
  const { slot, plugin: first } = running();
  slot.invoke(1, 8);
  const second = agentModule.instantiate(pool);
  assert.equal(slot.install(second), first);
  assert.equal(slot.generation, 2);
  assert.equal(slot.plugin, second);
  assert.equal(slot.u8.buffer, second.buffer);
  slot.invoke(1, 8);
  assert.equal(first.i32[slot.outboxWord], 1);
  assert.equal(slot.i32[slot.outboxWord], 1);
  assert.equal(slot.install(first), second);
  slot.invoke(1, 8);
  assert.equal(slot.i32[slot.outboxWord], 2);
  second.dispose();
  clear(slot);
});

test("a plugin is in one slot at a time, and of the slot's kind", () => {
  const { slot, plugin } = running();
  assert.throws(
    () => new PluginSlot("other", "agent").install(plugin),
    refusal("SANDPIT_ENGINE_PLUGIN_IN_USE"),
  );
  assert.throws(
    () => new PluginSlot("venue", "venue").install(plugin),
    refusal("SANDPIT_ENGINE_SLOT_KIND", /kind venue/),
  );
  assert.throws(() => plugin.dispose(), refusal("SANDPIT_ENGINE_PLUGIN_IN_USE"));
  assert.equal(slot.uninstall(), plugin);
  assert.equal(plugin.state, "ready");
  plugin.dispose();
  plugin.dispose();
  assert.equal(plugin.state, "disposed");
  assert.throws(() => slot.install(plugin), refusal("SANDPIT_ENGINE_PLUGIN_DISPOSED"));
  assert.equal(slot.uninstall(), null);
});

test("[P16] two plugins cannot see each other's memory, and a reused memory shows nothing of the last one", () => {
  const own = new MemoryPool();
  const slot = new PluginSlot("reuse", "agent");
  slot.install(agentModule.instantiate(own));
  slot.u8.fill(0xee, 4_096);
  clear(slot);
  slot.install(agentModule.instantiate(own));
  assert.equal(own.createdCount, 1);
  assert.ok(slot.u8.subarray(4_096, 65_536).every((byte) => byte === 0));
  assert.equal(slot.i32[slot.inboxWord], 0);
  clear(slot);
  assert.equal(own.lentCount, 0);
});

test("[P15] the views stay alive over 2,000 calls that try to grow the memory", async () => {
  const grower =
    "export function handle(t: i32, n: i32): i32 { memory.grow(0); memory.grow(1); memory.grow(-1); return memory.size() * 8; }";
  const slot = new PluginSlot("grower", "agent");
  const plugin = loadModule(await compilePlugin(grower)).instantiate(pool);
  slot.install(plugin);
  for (let call = 0; call < 2_000; call++) assert.equal(slot.invoke(1, 8), 32);
  assert.equal(slot.u8.byteLength, 4 * 65_536);
  assert.ok(plugin.intact());
  clear(slot);
});

test("each slot's wrapper has a source text of its own", () => {
  const [first, second] = [new PluginSlot("same", "agent"), new PluginSlot("same", "agent")];
  assert.notEqual(first.invoke.toString(), second.invoke.toString());
});
