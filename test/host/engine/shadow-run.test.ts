import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import type { LoadedPlugin, PluginModule, ShadowRun } from "../../../host/engine/index.ts";
import {
  FaultCode,
  MemoryPool,
  PluginSlot,
  ShadowCount,
  ShadowRole,
  SlotCounter,
} from "../../../host/engine/index.ts";
import { Mood, moodyModule, setMood } from "./moody-plugin.ts";
import { refusal } from "./refusal.ts";

let module: PluginModule;
let pool: MemoryPool;
let slot: PluginSlot;
before(async () => {
  module = await moodyModule();
});
beforeEach(() => {
  pool = new MemoryPool();
  slot = new PluginSlot("agent", "agent");
  slot.install(module.instantiate(pool));
});

function shadow(): { readonly run: ShadowRun; readonly candidate: LoadedPlugin } {
  const candidate = module.instantiate(pool);
  slot.prepareShadow(candidate);
  slot.startShadow();
  return { run: runOf(slot), candidate };
}

function runOf({ shadow: run }: PluginSlot): ShadowRun {
  assert.ok(run !== null);
  return run;
}

/** A promoted plugin with its predecessor beside it. */
function probation(): { readonly promoted: LoadedPlugin; readonly predecessor: LoadedPlugin } {
  const predecessor = slot.plugin;
  const { candidate } = shadow();
  slot.promote();
  assert.ok(predecessor !== null);
  return { promoted: candidate, predecessor };
}

function call(word: number, template = 21): number {
  slot.i32[slot.inboxWord] = word;
  return slot.invoke(template, 8);
}

const output = (): number[] => [...slot.i32.subarray(slot.outboxWord, slot.outboxWord + 2)];

const kinds: readonly (readonly [live: number, beside: number, kind: number])[] = [
  [Mood.ECHO, Mood.ECHO, ShadowCount.EQUAL],
  [Mood.SILENT, Mood.SILENT, ShadowCount.EQUAL],
  [Mood.SCRIBBLE, Mood.ECHO, ShadowCount.EQUAL],
  [Mood.ECHO, Mood.SILENT, ShadowCount.MISSING],
  [Mood.ECHO, Mood.TRAP, ShadowCount.MISSING],
  [Mood.SILENT, Mood.ECHO, ShadowCount.EXTRA],
  [Mood.TRAP, Mood.ECHO, ShadowCount.EXTRA],
  [Mood.ECHO, Mood.OTHER, ShadowCount.DIFFERENT],
  [Mood.ECHO, Mood.LONG, ShadowCount.DIFFERENT],
  [Mood.SILENT, Mood.TRAP, ShadowCount.DIFFERENT],
  [Mood.TRAP, Mood.TRAP, ShadowCount.EQUAL],
  [Mood.TRAP, Mood.LOOP, ShadowCount.DIFFERENT],
];

test("each call counts once: as equal, missing, extra or different", () => {
  for (const [live, beside, kind] of kinds) {
    slot.uninstall();
    slot.install(module.instantiate(pool));
    const { run, candidate } = shadow();
    setMood(slot, live);
    setMood(candidate, beside);
    call(7);
    const counts = [1, 0, 0, 0, 0];
    counts[kind] = 1;
    assert.deepEqual([...run.counts], counts, `${live} beside ${beside}`);
    assert.equal(run.differences.length, kind === ShadowCount.EQUAL ? 0 : 1);
    slot.endShadow();
    slot.sweep();
  }
});

test("the first eight differences are kept, with both outputs as they then were, and each at most 4,096 bytes", () => {
  const { run, candidate } = shadow();
  setMood(candidate, Mood.OTHER);
  for (let word = 1; word <= 12; word++) call(word, 20 + word);
  assert.equal(run.counts[ShadowCount.DIFFERENT], 12);
  assert.deepEqual(
    run.differences.map((difference) => [
      difference.call,
      difference.template,
      ...new Int32Array(difference.live.slice().buffer),
      ...new Int32Array(difference.shadow.slice().buffer),
    ]),
    Array.from({ length: 8 }, (_, index) => [
      index + 1,
      21 + index,
      index + 1,
      index + 1,
      1001 + index,
      index + 1,
    ]),
  );
  const again = module.instantiate(pool);
  slot.endShadow();
  slot.prepareShadow(again);
  slot.startShadow();
  assert.deepEqual([...run.counts, run.differences.length], [0, 0, 0, 0, 0, 0]);
  setMood(slot, Mood.SILENT);
  setMood(again, Mood.LONG);
  call(5);
  setMood(again, Mood.TRAP);
  call(5);
  const [long, trapped] = run.differences;
  assert.deepEqual([long?.liveWritten, long?.live.length], [0, 0]);
  assert.deepEqual([long?.shadowWritten, long?.shadow.length], [16_384, 4_096]);
  assert.deepEqual([trapped?.shadowWritten, trapped?.shadow.length], [FaultCode.TRAP, 0]);
});

test("a live plugin that scribbles over its inbox does not change what its shadow sees", () => {
  const { run, candidate } = shadow();
  setMood(slot, Mood.SCRIBBLE);
  for (const length of [1, 5, 8, 64, 16_384]) {
    const input = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff);
    slot.u8.set(input, slot.inboxOffset);
    slot.invoke(21, length);
    const seen = candidate.u8.subarray(slot.inboxOffset, slot.inboxOffset + length);
    assert.deepEqual(Buffer.from(seen), Buffer.from(input), `${length} bytes`);
  }
  assert.equal(run.counts[ShadowCount.EQUAL], 5);
});

test("a filter edits the shadow's copy of an input and withholds others, and the live plugin sees neither", () => {
  const { run } = shadow();
  run.filter = {
    admit(beside, template) {
      beside.i32[beside.inboxWord] = 9;
      return template === 21;
    },
  };
  assert.deepEqual([call(7), ...output()], [8, 7, 1]);
  assert.equal(run.slot.i32[run.slot.outboxWord], 9);
  assert.deepEqual([run.written, ...run.counts], [8, 1, 0, 0, 0, 1]);
  assert.deepEqual([call(7, 22), ...output()], [8, 7, 2]);
  assert.deepEqual([run.written, ...run.counts], [0, 1, 0, 0, 0, 1], "neither called nor compared");
  assert.equal(run.slot.counters[SlotCounter.CALLS], 1);
  slot.promote();
  assert.equal(run.filter, null, "the predecessor sees everything");
});

const ends: readonly (readonly [title: string, mood: number, code: number])[] = [
  ["[P13] traps", Mood.TRAP, FaultCode.TRAP],
  ["[P1] loops for ever", Mood.LOOP, FaultCode.GAS],
  ["[P3] recurses without end", Mood.RECURSE, FaultCode.DEPTH],
  ["[P7] forges its length", Mood.FORGE_LENGTH, FaultCode.OUTPUT],
];
for (const [title, mood, code] of ends) {
  test(`${title}: a candidate is stopped alone, and can then only be given up`, () => {
    const { run, candidate } = shadow();
    call(1);
    setMood(candidate, mood);
    assert.deepEqual([call(2), ...output()], [8, 2, 2]);
    assert.deepEqual([call(3), ...output()], [8, 3, 3]);
    assert.deepEqual([run.slot.state, run.slot.lastFault?.code], ["faulted", code]);
    assert.deepEqual([slot.state, slot.lastFault, slot.rollbacks], ["running", null, 0]);
    assert.deepEqual([...run.counts], [3, 1, 2, 0, 0]);
    assert.throws(
      () => slot.promote(),
      refusal("SANDPIT_ENGINE_PLUGIN_IN_USE", /no second plugin that runs/),
    );
    assert.equal(slot.shadow, run);
    slot.endShadow();
    slot.sweep();
    assert.deepEqual([slot.shadow, candidate.state, pool.lentCount], [null, "disposed", 1]);
    assert.deepEqual([call(4), ...output()], [8, 4, 4]);
  });

  test(`[H2] ${title}: a plugin on probation is replaced by its predecessor, whose answer to that very input counts`, () => {
    const { promoted, predecessor } = probation();
    const told: number[] = [];
    slot.onRollBack = () => told.push(slot.generation);
    call(1);
    setMood(promoted, mood);
    assert.deepEqual([call(2), ...output()], [8, 2, 2]);
    assert.deepEqual([slot.plugin, slot.state, slot.shadow], [predecessor, "running", null]);
    assert.deepEqual([slot.generation, slot.rollbacks, told], [3, 1, [3]]);
    assert.deepEqual([slot.rolledBackFault?.code, slot.rolledBackFault?.generation], [code, 2]);
    assert.equal(slot.lastFault, null);
    assert.deepEqual([call(3), ...output()], [8, 3, 3]);
    assert.equal(slot.counters[SlotCounter.CALLS], 3);
    assert.deepEqual([promoted.state, pool.lentCount], ["spent", 2]);
    slot.sweep();
    assert.deepEqual([promoted.state, pool.lentCount], ["disposed", 1]);
  });
}

test("[H2] a fault that the host finds after the call is answered by the predecessor's output of the same call", () => {
  const { promoted, predecessor } = probation();
  setMood(promoted, Mood.OTHER);
  assert.deepEqual([call(5), ...output()], [8, 1005, 1]);
  assert.equal(slot.stop(FaultCode.OUTPUT, "forged", 21), 8);
  assert.deepEqual([slot.plugin, ...output()], [predecessor, 5, 1]);
  assert.deepEqual([slot.rolledBackFault?.reason, slot.rolledBackFault?.version], ["forged", "1.2.3"]);
  assert.equal(slot.stop(FaultCode.OUTPUT, "forged again"), FaultCode.OUTPUT);
  assert.deepEqual([slot.state, slot.rollbacks], ["faulted", 1]);
});

test("[H2] [P22] a plugin on probation that spoils the host's words is rolled back when the sample finds it", () => {
  const { promoted, predecessor } = probation();
  for (let count = 1; count < 1_023; count++) call(count);
  setMood(promoted, Mood.SPOIL_CONTROL_BLOCK);
  call(1_023);
  assert.equal(slot.plugin, promoted);
  assert.deepEqual([call(1_024), ...output()], [8, 1_024, 1_024]);
  assert.equal(slot.plugin, predecessor);
  assert.equal(slot.rolledBackFault?.code, FaultCode.GUARD);
});

test("neither a candidate nor a predecessor that was stopped itself takes over", () => {
  const { run } = shadow();
  setMood(slot, Mood.TRAP);
  assert.equal(call(1), FaultCode.TRAP);
  assert.deepEqual([slot.state, slot.rollbacks, run.role], ["faulted", 0, ShadowRole.CANDIDATE]);
  assert.equal(slot.stop(FaultCode.OUTPUT, "again"), FaultCode.STOPPED);
  slot.promote();
  assert.deepEqual([slot.state, slot.shadow], ["running", null]);
  const { promoted, predecessor } = probation();
  setMood(predecessor, Mood.TRAP);
  assert.equal(call(2), 8);
  assert.equal(slot.hasPredecessor, false);
  setMood(promoted, Mood.TRAP);
  assert.equal(call(3), FaultCode.TRAP);
  assert.deepEqual([slot.state, slot.plugin, slot.rollbacks], ["faulted", promoted, 0]);
});

test("a quarantine stops the plugin and gives up whatever runs beside: nothing takes over", () => {
  for (const beside of [shadow, probation]) {
    slot.uninstall();
    slot.install(module.instantiate(pool));
    beside();
    slot.quarantine("a person says so");
    assert.deepEqual([slot.state, slot.shadow, slot.rollbacks], ["faulted", null, 0]);
    assert.deepEqual([slot.lastFault?.code, slot.lastFault?.reason], [FaultCode.STOPPED, "a person says so"]);
    assert.equal(call(1), FaultCode.STOPPED);
    slot.sweep();
  }
});

test("what is not there cannot be promoted, and a second shadow has no place", () => {
  assert.throws(() => slot.promote(), refusal("SANDPIT_ENGINE_PLUGIN_IN_USE"));
  const { candidate } = shadow();
  const other = module.instantiate(pool);
  assert.throws(
    () => slot.prepareShadow(other),
    refusal("SANDPIT_ENGINE_PLUGIN_IN_USE", /promote it, drop it/),
  );
  assert.deepEqual([other.state, candidate.state, slot.generation], ["ready", "installed", 1]);
  slot.promote();
  assert.throws(() => slot.prepareShadow(other), refusal("SANDPIT_ENGINE_PLUGIN_IN_USE"));
  assert.deepEqual([slot.plugin, runOf(slot).role], [candidate, ShadowRole.PREDECESSOR]);
  slot.endShadow();
  assert.throws(() => slot.promote(), refusal("SANDPIT_ENGINE_PLUGIN_IN_USE"));
  assert.equal(slot.plugin, candidate);
});

test("[H7] a thousand swaps, rollbacks and refusals lend and make no more memories than one", () => {
  const candidates = [Mood.ECHO, Mood.TRAP, Mood.OTHER];
  for (let swap = 0; swap < 1_000; swap++) {
    const { candidate } = shadow();
    call(swap);
    const mood = candidates[swap % 3] ?? 0;
    if (swap % 2 === 0) slot.promote();
    setMood(candidate, mood);
    call(swap);
    if (slot.shadow !== null && swap % 5 === 0 && slot.shadow.slot.state === "running") slot.promote();
    slot.endShadow();
    slot.sweep();
    if (slot.state === "faulted") assert.fail(`swap ${swap}: ${slot.lastFault?.reason ?? ""}`);
    assert.deepEqual([pool.lentCount, pool.createdCount], [1, 2], `swap ${swap}`);
    setMood(slot, Mood.ECHO);
  }
  assert.ok(slot.rollbacks > 100 && slot.generation > 600, `${slot.rollbacks} of ${slot.generation}`);
});
