import assert from "node:assert/strict";
import { test } from "node:test";
import { FaultCode } from "../../../host/engine/index.ts";
import { NO_OFFSET, OffsetMap } from "../../../host/engine/meter/offset-map.ts";
import { classifyTrap } from "../../../host/engine/trap.ts";

const offsets = new OffsetMap(Uint32Array.of(0x100, 0x80));
const state = { gasLeft: 1, depthLeft: 1, memory: new ArrayBuffer(65_536), offsets, positions: null };
const trapped = (text: string): Error => new WebAssembly.RuntimeError(text);

test("the counters decide before the text of the error", () => {
  assert.equal(
    classifyTrap(trapped("unreachable"), { ...state, gasLeft: -1, depthLeft: -1 }).code,
    FaultCode.GAS,
  );
  assert.equal(classifyTrap(trapped("unreachable"), { ...state, depthLeft: -1 }).code, FaultCode.DEPTH);
  assert.equal(classifyTrap(trapped("unreachable"), state).code, FaultCode.TRAP);
});

test("[P3] an exhausted stack of the engine itself counts as depth", () => {
  const trap = classifyTrap(new RangeError("Maximum call stack size exceeded"), state);
  assert.deepEqual([trap.code, trap.reason], [FaultCode.DEPTH, "stack of the engine exhausted"]);
});

test("[P13] each text of the engine becomes one of ours", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["unreachable", "unreachable"],
    ["memory access out of bounds", "memory access out of bounds"],
    ["divide by zero", "integer division by zero"],
    ["remainder by zero", "integer division by zero"],
    ["divide result unrepresentable", "integer overflow in division"],
    ["float unrepresentable in integer range", "float not representable as an integer"],
    ["table index is out of bounds", "table access out of bounds"],
    ["null function or function signature mismatch", "indirect call of a wrong function"],
  ];
  for (const [text, reason] of cases) assert.equal(classifyTrap(trapped(text), state).reason, reason);
});

test("[P21] an unknown text, or a thrown value that is no error, is shown escaped", () => {
  assert.equal(classifyTrap(trapped("\u001bnew"), state).reason, "\\u001bnew");
  assert.deepEqual(classifyTrap("odd\n", state), {
    code: FaultCode.TRAP,
    reason: "odd\\u000a",
    offsetBytes: null,
    at: null,
  });
});

test("the place of the trap is read from the first WebAssembly frame and led back", () => {
  const error = trapped("unreachable");
  error.stack =
    "RuntimeError: unreachable\n    at wasm://wasm/1a2b:wasm-function[3]:0x10a\n    at wasm-function[1]:0x1";
  assert.equal(classifyTrap(error, state).offsetBytes, 0x8a);
  error.stack = "RuntimeError: unreachable\n    at host.ts:1:1";
  assert.equal(classifyTrap(error, state).offsetBytes, null);
  Object.defineProperty(error, "stack", { value: 7 });
  assert.equal(classifyTrap(error, state).offsetBytes, null);
});

test("frames of other modules and of what the metering added are no part of the trace", () => {
  const error = trapped("unreachable");
  error.stack = [
    "RuntimeError: unreachable",
    "    at wasm://wasm/1a2b:wasm-function[9]:0x300",
    "    at wasm://wasm/1a2b:wasm-function[3]:0x10a",
    "    at wasm://wasm/3c4d:wasm-function[1]:0x101",
  ].join("\n");
  const ended = new OffsetMap(Uint32Array.of(0x100, 0x80, 0x200, NO_OFFSET));
  assert.equal(classifyTrap(error, { ...state, offsets: ended }).offsetBytes, 0x8a);
});

test("[P21] a stack trace without end is looked at in part", () => {
  const error = trapped("unreachable");
  error.stack = `${" ".repeat(5_000)}wasm-function[3]:0x10a`;
  assert.equal(classifyTrap(error, state).offsetBytes, null);
});
