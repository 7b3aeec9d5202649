import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryMapOf } from "../../../../abi/host/index.ts";
import type { CrossCheckPlan } from "../../../../host/engine/cross-check/index.ts";
import { runInV8 } from "../../../../host/engine/cross-check/v8-run.ts";
import { MemoryPool } from "../../../../host/engine/index.ts";
import { encodeRecord } from "../../../../tools/plugin-kit/record-encoder.ts";
import { baseOf, outboxOf, plugin } from "../../../hostile/hostile-desk.ts";
import { answers, END, i32, lays, returnsZero } from "../../../hostile/plugin-code.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import type { BuilderParts } from "../module-builder.ts";
import { exportTypes } from "../module-builder.ts";
import { linkedOf, planOf } from "./linked-plugin.ts";

const F64 = 0x7c;
const F32 = 0x7d;
const I64 = 0x7e;

/** The hash as the harness computes it, over what an ordinary instance does: a second way to the same numbers. */
class ReferenceHash {
  #a = 0xcbf2_9ce4_8422_2325n;
  #b = 0x9e37_79b9_7f4a_7c15n;

  mix(word: bigint): void {
    this.#a = BigInt.asUintN(64, (this.#a ^ BigInt.asUintN(64, word)) * 0x100_0000_01b3n);
    const sum = BigInt.asUintN(64, this.#b + word);
    const turned = BigInt.asUintN(64, (sum << 29n) | (sum >> 35n));
    this.#b = BigInt.asUintN(64, turned * 0xff51_afd7_ed55_8ccdn);
  }

  get digest(): string {
    return [this.#a, this.#b].map((lane) => lane.toString(16).padStart(16, "0")).join("");
  }
}

/** One form for every NaN, of the word or of a half. */
function calm(word: bigint): bigint {
  if ((word & 0x7fff_ffff_ffff_ffffn) > 0x7ff0_0000_0000_0000n) return 0x7ff8_0000_0000_0000n;
  const half = (value: bigint): bigint => ((value & 0x7fff_ffffn) > 0x7f80_0000n ? 0x7fc0_0000n : value);
  return (half(word >> 32n) << 32n) | half(word & 0xffff_ffffn);
}

/** What the linked run has to come to, by an ordinary instance. */
function referenceOf({ module, events }: CrossCheckPlan): { answers: string; state: string } {
  const { inboxOffset, inboxCapacity, outboxOffset, memoryBase } = memoryMapOf(module.manifest.kind);
  const instance = module.instantiate(new MemoryPool());
  const view = new DataView(instance.buffer);
  const hash = new ReferenceHash();
  for (const event of events) {
    instance.u8.fill(0, inboxOffset + event.length, inboxOffset + Math.min(inboxCapacity, 65_536));
    instance.u8.set(event, inboxOffset);
    const template = new DataView(event.buffer, event.byteOffset).getUint16(2, true);
    const written = instance.exports.handle(template, event.length);
    hash.mix(BigInt(written));
    hash.mix(BigInt(instance.exports.gas.value));
    for (let at = 0; at < written; at += 8) hash.mix(view.getBigUint64(outboxOffset + at, true));
  }
  const { digest } = hash;
  for (let at = memoryBase; at < instance.buffer.byteLength; at += 8)
    hash.mix(calm(view.getBigUint64(at, true)));
  const word = new DataView(new ArrayBuffer(8));
  for (const { value } of instance.exports.state) {
    if (typeof value === "bigint") word.setBigInt64(0, value, true);
    else word.setBigInt64(0, BigInt(value) & 0xffff_ffffn, true);
    hash.mix(calm(word.getBigUint64(0, true)));
  }
  return { answers: digest, state: hash.digest };
}

test("a linked module imports nothing, and answers, spends gas and ends as the ordinary one does", async () => {
  for (const [name, bytes] of await bundledModules("momentum", "order-rate", "microprice", "hedge")) {
    const plan = planOf(bytes);
    const linked = linkedOf(plan);
    assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(linked)), []);
    const { run, trialDigest } = runInV8(linked, plan.module.manifest, plan.events.length);
    assert.equal(trialDigest, plan.trialDigest, name);
    assert.equal(run.trail.length, plan.events.length);
    assert.deepEqual({ answers: run.answers, state: run.state }, referenceOf(plan), name);
  }
});

test("sections that no compiler writes together are linked too: passive data, elements, tables, globals of each type", () => {
  const parts: BuilderParts = {
    types: [...exportTypes, [[], []]],
    globals: [
      [0x7f, 1, ...i32(7), END],
      [I64, 1, 0x42, 9, END],
      [F64, 1, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, END],
      [F32, 1, 0x43, 0, 0, 0x80, 0x3f, END],
      [0x7f, 0, ...i32(7), END],
    ],
    table: [0x70, 1, 1, 1],
    elements: [[0, ...i32(0), END, 1, 0]],
    dataCount: 2,
    data: [
      [1, 8, ...[1, 2, 3, 4, 5, 6, 7, 8]],
      [0, ...i32(baseOf("agent") + 64), END, 2, ...[9, 9]],
    ],
  };
  const base = i32(baseOf("agent"));
  // memory.init of the module's own segment 0, and a call through its table.
  const handle = [...base, ...i32(0), ...i32(8), 0xfc, 8, 0, 0, ...i32(0), 0x11, 0, 0, ...returnsZero];
  const plan = planOf(plugin({ parts, handle }));
  const { run, trialDigest } = runInV8(linkedOf(plan), plan.module.manifest, plan.events.length);
  assert.equal(trialDigest, plan.trialDigest);
  const other = planOf(plugin({ parts: { ...parts, globals: changed(parts) }, handle }));
  const there = runInV8(linkedOf(other), other.module.manifest, other.events.length).run;
  assert.equal(there.answers, run.answers);
  assert.notEqual(there.state, run.state, "the mutable globals are in the state");
});

/** The same globals, the mutable f32 another. */
function changed({ globals = [] }: BuilderParts): readonly (readonly number[])[] {
  return globals.map((global) => (global[0] === F32 ? [F32, 1, 0x43, 0, 0, 0x80, 0x40, END] : global));
}

function stateAfter(...words: readonly bigint[]): string {
  const bytes = new Uint8Array(BigUint64Array.from(words).buffer);
  const plan = planOf(plugin({ handle: [...lays(baseOf("agent"), bytes), ...returnsZero] }));
  return runInV8(linkedOf(plan), plan.module.manifest, plan.events.length).run.state;
}

test("which NaN a plugin keeps is not looked at, in 64 bits or in 32; any other difference of its memory is", () => {
  const nan = stateAfter(0x7ff8_0000_0000_0000n);
  assert.equal(stateAfter(0xfff8_0000_0000_0000n), nan);
  assert.equal(stateAfter(0x7ff0_0000_0000_0001n), nan);
  assert.notEqual(stateAfter(0x7ff0_0000_0000_0000n), nan, "an infinity is none");
  const short = stateAfter(0x0000_0001_7fc0_0000n);
  assert.equal(stateAfter(0x0000_0001_ffc0_0001n), short);
  assert.notEqual(stateAfter(0x0000_0002_7fc0_0000n), short);
  const high = stateAfter(0x7fc0_0000_0000_0001n);
  assert.equal(stateAfter(0xff80_0001_0000_0001n), high);
  assert.notEqual(stateAfter(0x7fc0_0000_0000_0002n), high);
  assert.notEqual(stateAfter(1n, 2n), stateAfter(2n, 1n));
});

test("what is written is compared to the bit, in each of its words", () => {
  const runOf = (score: number): string => {
    const signal = { score, confidence: 1, timeToLiveNs: 1, instrumentId: 1 };
    const plan = planOf(plugin({ handle: answers(outboxOf("agent"), encodeRecord("Signal", signal)) }));
    return runInV8(linkedOf(plan), plan.module.manifest, plan.events.length).run.answers;
  };
  assert.equal(runOf(0.25), runOf(0.25));
  assert.notEqual(runOf(0.25), runOf(0.25 + 2 ** -54));
});
