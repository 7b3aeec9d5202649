import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrossCheckPlan, SecondEngine } from "../../../../host/engine/cross-check/index.ts";
import { crossCheck, WasmtimeEngine } from "../../../../host/engine/cross-check/index.ts";
import { TABLE_BYTES_MAX } from "../../../../host/engine/cross-check/cross-check.ts";
import type { ProgramOutcome } from "../../../../host/platform/processes/index.ts";
import { NodePrograms } from "../../../../host/platform/processes/index.ts";
import { encodeRecord } from "../../../../tools/plugin-kit/record-encoder.ts";
import { baseOf, outboxOf, plugin } from "../../../hostile/hostile-desk.ts";
import { answers, END, i32, lays, returnsZero, store64, UNREACHABLE } from "../../../hostile/plugin-code.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import { isWasmtimeHere, wasmtime } from "../../../support/second-engine.ts";
import { linkedOf, planOf } from "./linked-plugin.ts";

const skip = isWasmtimeHere ? false : "the optional package wasmtime has no build for this machine";
const NOP = 0x01;
const OUTBOX = outboxOf("agent");
const BASE = baseOf("agent");

function signalOf(score: number): Uint8Array {
  return encodeRecord("Signal", { score, confidence: 1, timeToLiveNs: 1, instrumentId: 1 });
}

/** Wasmtime that is given another plugin than V8, as if it computed otherwise. */
function running(other: CrossCheckPlan): SecondEngine {
  return { name: "Wasmtime", run: (_linked, events) => wasmtime.run(linkedOf(other), events) };
}

/** Wasmtime whose process comes to this. */
function ending(outcome: ProgramOutcome): SecondEngine {
  return new WasmtimeEngine({ run: () => outcome });
}

test(
  "on Linux with glibc and x64 there is a second engine",
  { skip: process.platform !== "linux" || process.arch !== "x64" },
  (context) => {
    if (!("glibcVersionRuntime" in headerOfReport())) return context.skip("another libc");
    assert.ok(isWasmtimeHere);
  },
);

function headerOfReport(): object {
  const { header } = process.report.getReport() as { header: object };
  return header;
}

test("every bundled plugin answers the trial's events alike in both engines", { skip }, async () => {
  for (const [name, bytes] of await bundledModules()) {
    const { state, text } = crossCheck(planOf(bytes), wasmtime);
    assert.equal(state, "agrees", `${name}: ${text}`);
    assert.match(text, /^Wasmtime answered 2\d\d events as V8 did, [0-9a-f]{32}$/);
  }
});

test("a venue's SIMD runs in both", { skip }, () => {
  // i32x4.splat, i32x4.add with itself, v128.store: the sum lies in the plugin's memory.
  const sum = [...i32(21), 0xfd, 17, ...i32(21), 0xfd, 17, 0xfd, 0xae, 1];
  const handle = [...i32(baseOf("venue")), ...sum, 0xfd, 11, 0, 0, ...returnsZero];
  assert.equal(crossCheck(planOf(plugin({ kind: "venue", handle })), wasmtime).state, "agrees");
});

test("a NaN that arithmetic gave, kept in memory, is no difference", { skip }, () => {
  const zero = [0x44, 0, 0, 0, 0, 0, 0, 0, 0];
  const handle = [...i32(BASE), ...zero, ...zero, 0xa3, 0x39, 3, 0, ...returnsZero];
  assert.equal(crossCheck(planOf(plugin({ handle })), wasmtime).state, "agrees");
});

test(
  "one constant that is another in the second engine is found: in an answer, in the memory, in the gas",
  { skip },
  () => {
    const quarter = planOf(plugin({ handle: answers(OUTBOX, signalOf(0.25)) }));
    const half = planOf(plugin({ handle: answers(OUTBOX, signalOf(0.5)) }));
    assert.equal(crossCheck(quarter, running(quarter)).state, "agrees");
    const inAnswer = crossCheck(quarter, running(half));
    assert.equal(inAnswer.state, "differs");
    assert.match(inAnswer.text, /^from event 0 on Wasmtime computes other answers/);
    const keeps = (value: bigint): CrossCheckPlan =>
      planOf(plugin({ handle: [...store64(BASE, value), ...returnsZero] }));
    const inMemory = crossCheck(keeps(1n), running(keeps(2n)));
    assert.equal(inMemory.state, "differs");
    assert.match(inMemory.text, /answer alike and end in another state/);
    const longer = planOf(plugin({ handle: [NOP, ...answers(OUTBOX, signalOf(0.25))] }));
    assert.match(crossCheck(quarter, running(longer)).text, /^from event 0 on/);
  },
);

test("a trap in the second engine alone is a difference, on its event or in init", { skip }, () => {
  const fine = planOf(plugin());
  // Its seventh call traps: a counter lies in the memory.
  const counts = [...i32(BASE), ...i32(BASE), 0x28, 2, 0, ...i32(1), 0x6a, 0x36, 2, 0];
  const seventh = [...i32(BASE), 0x28, 2, 0, ...i32(7), 0x46, 0x04, 0x40, UNREACHABLE, END];
  const trapping = plugin({ handle: [...counts, ...seventh, ...returnsZero] });
  const stopped = crossCheck(fine, running(planOf(trapping, fine.events.slice(0, 6))));
  assert.equal(stopped.state, "differs");
  assert.match(stopped.text, /^Wasmtime stops on event \d+, V8 does not: /);
  const event = {
    state: "answered",
    answer: '{"state":"trapped","event":null,"reason":"unreachable"}',
  } as const;
  assert.equal(crossCheck(fine, ending(event)).text, "Wasmtime stops in init, V8 does not: unreachable");
});

test(
  "[P5] a process that dies of the module, or is not done in time, gave no answer: a crash, never a pass",
  { skip },
  () => {
    const broken: SecondEngine = { name: "Wasmtime", run: () => wasmtime.run(Uint8Array.of(0, 1, 2), 0) };
    const died = crossCheck(planOf(plugin()), broken);
    assert.equal(died.state, "crashed");
    assert.match(died.text, /^Wasmtime gave no answer: it ended with s/);
    const hasty = new WasmtimeEngine(new NodePrograms(), { deadlineMs: 1 });
    const late = crossCheck(planOf(plugin()), hasty);
    assert.equal(late.state, "crashed");
    assert.match(
      late.text,
      /^Wasmtime gave no answer: it was not done with \d+ bytes of module and events within 1 ms, half of what admission has: make the module smaller, or allow more time$/,
    );
  },
);

test("an answer of the process that is none is a crash", () => {
  const plan = planOf(plugin());
  const digest = "0".repeat(32);
  const wrong = [
    "",
    "{",
    "null",
    '{"state":"agrees"}',
    `{"state":"ran","run":{"trail":[0.5],"answers":"${digest}","state":"${digest}"}}`,
    `{"state":"ran","run":{"trail":[],"answers":"${digest}","state":"0"}}`,
  ];
  for (const answer of wrong)
    assert.deepEqual(crossCheck(plan, ending({ state: "answered", answer })), {
      state: "crashed",
      text: "Wasmtime gave no answer: its answer is none",
    });
  const none = `{"state":"ran","run":{"trail":[],"answers":"${digest}","state":"${digest}"}}`;
  assert.equal(crossCheck(plan, ending({ state: "answered", answer: none })).state, "differs");
});

test("where the package cannot be loaded there is no second engine, and no module is refused for it", () => {
  const absent = new WasmtimeEngine(new NodePrograms(), { allowsNativeModules: false });
  const { state, text } = crossCheck(planOf(plugin()), absent);
  assert.equal(state, "unavailable");
  assert.match(text, /^Wasmtime is not at hand, what V8 computes is not compared with another engine: ./);
});

test("a linked module that does not do what the ordinary one did is a fault of the linking, before a second engine is asked", () => {
  const never: SecondEngine = { name: "Other", run: () => assert.fail("it was asked") };
  const plan = planOf(plugin({ handle: [...lays(BASE, signalOf(1)), ...returnsZero] }));
  const { state, text } = crossCheck({ ...plan, trialDigest: "0".repeat(64) }, never);
  assert.equal(state, "differs");
  assert.match(text, /the linking has a fault$/);
});

test("more events than the second engine is given are not cut: the check is left out, and says so", () => {
  const never: SecondEngine = { name: "Other", run: () => assert.fail("it was asked") };
  const megabyte = new Uint8Array(1_048_576);
  const events = Array.from({ length: TABLE_BYTES_MAX / megabyte.length }, () => megabyte);
  const { state, text } = crossCheck({ ...planOf(plugin()), events }, never);
  assert.equal(state, "unavailable");
  assert.match(text, /^the events have \d+ bytes, Other is given up to 268435456: give fewer$/);
});
