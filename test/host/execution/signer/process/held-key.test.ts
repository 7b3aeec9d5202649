import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { holdKey } from "../../../../../host/execution/signer/process/held-key.ts";
import { fingerprintOf } from "../../../../../host/execution/signer/process/key-material.ts";
import { SignerError } from "../../../../../host/execution/signer/signer-error.ts";
import type { KeyConfiguration, KeySource } from "../../../../../host/execution/signer/signer-key.ts";
import { freshDirectory } from "../../../../cli/sandpit.ts";
import { ed25519, formsOf } from "../../../../support/signer-keys.ts";

function keyFile(text = ed25519.pem, mode = 0o600): string {
  const path = join(freshDirectory(), "key.pem");
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

function held(from: KeySource, more: Partial<KeyConfiguration> = {}, environment = "development"): string {
  const key = { apiKey: "public", from, label: "testnet", ...more } as const;
  try {
    return fingerprintOf(holdKey({ venue: "binance", protocol: "binance", key }, environment).key);
  } catch (error) {
    assert.ok(error instanceof SignerError, String(error));
    for (const form of formsOf(ed25519))
      assert.ok(!`${error.stack ?? ""}${String(error.cause)}`.includes(form));
    return error.code.replace("SANDPIT_SIGNER_", "");
  }
}

const fingerprint = fingerprintOf(ed25519.privateKey);

test("a key is had from a file, from a variable and from a command", () => {
  assert.equal(held({ file: keyFile() }), fingerprint);
  process.env["HELD_KEY_TEST"] = ed25519.pem.replaceAll("\n", "\\n");
  assert.equal(held({ environment: "HELD_KEY_TEST" }), fingerprint);
  process.env["HELD_KEY_PASSED"] = keyFile();
  const print = "process.stdout.write(require('fs').readFileSync(process.env.HELD_KEY_PASSED))";
  assert.equal(held({ command: [process.execPath, "-e", print], passes: ["HELD_KEY_PASSED"] }), fingerprint);
});

test("[P24] each way of not getting a key has its code, and repeats nothing of what was read", () => {
  assert.equal(held({ file: join(freshDirectory(), "absent") }), "KEY_FILE_UNREADABLE");
  assert.equal(held({ file: freshDirectory() }), "KEY_FILE_FORM");
  assert.equal(held({ file: keyFile(ed25519.pem + "x".repeat(9_000)) }), "KEY_TOO_LONG");
  assert.equal(held({ file: keyFile(ed25519.pem.replace("MC4", "XX4")) }), "KEY_MALFORMED");
  assert.equal(held({ environment: "HELD_KEY_ABSENT" }), "KEY_ENVIRONMENT_ABSENT");
  assert.equal(held({ command: [process.execPath, "-e", "process.exitCode = 1"] }), "KEY_COMMAND_FAILED");
  if (process.platform !== "win32")
    assert.equal(held({ file: keyFile(ed25519.pem, 0o644) }), "KEY_FILE_MODE");
});

test("[O6] a key of another environment is not even read", () => {
  const absent = { file: join(freshDirectory(), "absent") };
  for (const [label, environment] of [
    ["testnet", "production"],
    ["simulation", "production"],
    ["production", "development"],
    ["production", "staging"],
  ] as const)
    assert.equal(held(absent, { label }, environment), "ENVIRONMENT_DIFFERS", `${label} ${environment}`);
  assert.equal(held({ file: keyFile() }, { label: "production" }, "production"), fingerprint);
});

test("[P24] a key whose allow list would widen what is signed is not held", () => {
  assert.equal(
    held({ file: keyFile() }, { allow: ["POST /sapi/v1/capital/withdraw/apply"] }),
    "ALLOW_UNKNOWN",
  );
});
