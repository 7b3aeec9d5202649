import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import type { ProgramLimits, ProgramOutcome } from "../../../../host/platform/processes/index.ts";
import { NodePrograms, withPrivateFile } from "../../../../host/platform/processes/index.ts";

const ENTRY = new URL("./fixtures/program.ts", import.meta.url);
const LIMITS: ProgramLimits = {
  // Far above what a process takes to start on a busy machine.
  deadlineMs: 60_000,
  heapMiB: 64,
  answerBytesMax: 1_000,
  readable: ["host/", "test/", "package.json"].map((name) => new URL(`../../../../${name}`, import.meta.url)),
  allowsNativeModules: false,
};

function run(act: string, limits: Partial<ProgramLimits> = {}): ProgramOutcome {
  return new NodePrograms().run(ENTRY, act, { ...LIMITS, ...limits });
}

function reasonOf(outcome: ProgramOutcome): string {
  if (outcome.state !== "died") assert.fail(`the program ${outcome.state}`);
  return outcome.reason;
}

test("a program that cannot be started has died, with a reason", () => {
  const nowhere = new URL("./nowhere/program.ts", import.meta.url);
  assert.match(reasonOf(new NodePrograms().run(nowhere, "answer", LIMITS)), /ENOENT/);
});

test("a program is given its input and its answer is handed on", () => {
  assert.deepEqual(run("answer"), { state: "answered", answer: "half, and the rest" });
});

test("[P1][P2] a program that does not end is killed at its deadline", () => {
  assert.deepEqual(run("spin", { deadlineMs: 1_500 }), { state: "overdue" });
});

test("[P5] a program that aborts, leaves, throws, or fills its heap has died, with a reason", () => {
  assert.match(reasonOf(run("abort")), /signal SIGABRT/);
  assert.match(reasonOf(run("leave")), /status 3/);
  assert.match(reasonOf(run("throw")), /it broke/);
  assert.match(reasonOf(run("heap", { heapMiB: 16 })), /heap|memory/i);
});

test("an answer above the cap is none, however far above it is", () => {
  assert.match(reasonOf(run("long")), /more than 1000 bytes/);
  assert.match(reasonOf(run("flood")), /more than 1000 bytes/);
});

test("a program is given no environment, and may not read elsewhere, write, or start processes and threads", () => {
  assert.deepEqual(run("environment"), { state: "answered", answer: "" });
  const refused = Array.from({ length: 4 }, () => "ERR_ACCESS_DENIED").join(" ");
  assert.deepEqual(run("permissions"), { state: "answered", answer: refused });
});

test("a private file is its owner's alone, and gone afterwards, also when its use fails", () => {
  const paths: string[] = [];
  const bytes = withPrivateFile("one.bin", Uint8Array.of(1, 2, 3), (path) => {
    paths.push(path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
    return new Uint8Array(readFileSync(path));
  });
  assert.deepEqual(bytes, Uint8Array.of(1, 2, 3));
  const failing = (path: string): never => {
    paths.push(path);
    throw new Error("for this test");
  };
  assert.throws(() => withPrivateFile("two.bin", bytes, failing), /for this test/);
  assert.deepEqual(
    paths.map((path) => existsSync(dirname(path))),
    [false, false],
  );
});
