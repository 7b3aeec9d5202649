import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { SpawnSyncReturns } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const FIXTURE = "test/canary/fixtures/fails-on-purpose.ts";

// A test process that inherits NODE_TEST_CONTEXT reports to its parent instead, and exits with 0 whatever fails.
function node(nodeArguments: readonly string[]): SpawnSyncReturns<string> {
  const { NODE_TEST_CONTEXT: _unset, ...env } = process.env;
  return spawnSync(process.execPath, nodeArguments, { cwd: root, env, encoding: "utf8" });
}

test("our runner reports a failing test, counts it and exits with 1", () => {
  const run = node(["tools/test.ts", "--no-build", FIXTURE]);
  assert.equal(run.status, 1, run.stderr);
  assert.equal(run.stdout.trimEnd().split("\n").at(-1), "1 passed, 1 failed, 0 skipped");
  assert.match(run.stdout, /the canary fails on purpose/);
  assert.match(run.stdout, /'alive' !== 'dead'/);
});

test("our runner is content when the failing test is left out", () => {
  const run = node(["tools/test.ts", "--no-build", "--name=companion", FIXTURE]);
  assert.equal(run.status, 0, run.stdout);
  assert.equal(run.stdout.trimEnd().split("\n").at(-1), "1 passed, 0 failed, 0 skipped");
});

test("our runner takes a run without tests for a failure", () => {
  const run = node(["tools/test.ts", "--no-build", "--name=no test has this name", FIXTURE]);
  assert.equal(run.status, 1);
});

test("our runner refuses a path that leads to no test", () => {
  const run = node(["tools/test.ts", "--no-build", "test/no-such-folder"]);
  assert.equal(run.status, 1);
  assert.match(run.stderr, /test\/no-such-folder does not exist/);
});

test("node's own runner exits with 1 on the same file", () => {
  const run = node(["--test", "--test-reporter=tap", FIXTURE]);
  assert.equal(run.status, 1);
  assert.match(run.stdout, /^# fail 1$/m);
});
