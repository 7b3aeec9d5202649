import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { terseReporter } from "../../../tools/test-runner/terse-reporter.ts";

async function report(events: readonly object[]): Promise<string> {
  async function* source(): AsyncGenerator<TestEvent> {
    for (const event of events) yield event as TestEvent;
  }
  let text = "";
  for await (const chunk of terseReporter(source())) text += chunk;
  return text;
}

function fail(name: string, error: Error): object {
  return { type: "test:fail", data: { name, file: "/a/b.test.ts", line: 3, details: { error } } };
}

test("nothing is said of what passes", async () => {
  assert.equal(await report([{ type: "test:pass", data: { name: "x", details: {} } }]), "");
});

test("a failure is shown with its place, its cause and what its file wrote", async () => {
  const text = await report([
    { type: "test:stdout", data: { file: "/a/b.test.ts", message: "seed 42\n" } },
    fail("adds up", new Error("wrapper", { cause: new Error("1 is not 2") })),
  ]);
  assert.match(text, /b\.test\.ts:3 adds up/);
  assert.match(text, /1 is not 2/);
  assert.match(text, /seed 42/);
  assert.doesNotMatch(text, /wrapper/);
});

test("a suite that fails for a test inside it is not shown twice", async () => {
  const error = Object.assign(new Error("1 subtest failed"), { failureType: "subtestsFailed" });
  assert.equal(await report([fail("suite", error)]), "");
});

test("reasons for skipping are counted", async () => {
  const skip = { type: "test:pass", data: { name: "x", skip: "no file depth.gz", details: {} } };
  assert.equal(await report([skip, skip]), "skipped 2: no file depth.gz\n");
});
