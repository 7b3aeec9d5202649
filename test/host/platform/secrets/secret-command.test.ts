import assert from "node:assert/strict";
import { test } from "node:test";
import { readSecretCommand, SecretError } from "../../../../host/platform/secrets/index.ts";

const node = process.execPath;

function run(script: string, passes: readonly string[] = [], deadlineMs = 60_000): string {
  return readSecretCommand({ words: [node, "-e", script], passes, deadlineMs, bytesMax: 1_000 }).toString();
}

function codeOf(act: () => string): string {
  try {
    return act();
  } catch (error) {
    assert.ok(error instanceof SecretError, String(error));
    assert.doesNotMatch(error.message, /sesame/);
    assert.equal(error.cause, undefined);
    return error.code;
  }
}

test("what a command writes to its standard output is what it gives", () => {
  assert.equal(run("process.stdout.write('open sesame')"), "open sesame");
});

test("a command is given no input and no variable but those that it is named", () => {
  process.env["SECRET_COMMAND_PASSED"] = "passed";
  process.env["SECRET_COMMAND_KEPT"] = "kept";
  const names = ["SECRET_COMMAND_PASSED", "SECRET_COMMAND_KEPT", "PATH", "HOME"];
  const script = `process.stdout.write(${JSON.stringify(names)}.map((name) => process.env[name] ?? "none").join() + require("fs").readFileSync(0))`;
  assert.equal(run(script, ["SECRET_COMMAND_PASSED", "SECRET_COMMAND_ABSENT"]), "passed,none,none,none");
});

test("a command that hangs is killed at its deadline", () => {
  assert.equal(
    codeOf(() => run("for (;;);", [], 300)),
    "COMMAND_OVERDUE",
  );
});

test("a command that writes without end is stopped at the cap", () => {
  const flood = "for (;;) require('fs').writeSync(1, 'open sesame '.repeat(1000))";
  assert.equal(
    codeOf(() => run(flood)),
    "TOO_LONG",
  );
});

test("a command that fails is told by its end alone: neither its output nor its complaint is repeated", () => {
  const fail = "process.stdout.write('open sesame'); process.stderr.write('sesame'); process.exitCode = 3";
  assert.equal(
    codeOf(() => run(fail)),
    "COMMAND_FAILED",
  );
  assert.throws(() => run("process.kill(process.pid, 'SIGKILL')"), /signal SIGKILL/);
  assert.throws(
    () => readSecretCommand({ words: ["/nowhere/vault"], passes: [], deadlineMs: 1_000, bytesMax: 10 }),
    /nowhere\/vault ended with ENOENT/,
  );
});
