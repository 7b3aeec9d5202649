import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { admissionSteps } from "../../../host/engine/index.ts";
import { keyEntry, signedBy, testKey } from "../../support/signing-desk.ts";
import { plugin } from "../../hostile/hostile-desk.ts";
import { freshDirectory, lastJson, sandpit } from "../sandpit.ts";

interface Admission {
  readonly isAdmitted: boolean;
  readonly refusal: { readonly step: string; readonly code: string } | null;
  readonly steps: readonly { readonly step: string }[];
  readonly facts: {
    readonly verifiedSha256: string;
    readonly trust: { readonly signers: readonly string[] };
  } | null;
}

const directory = freshDirectory();
const key = testKey(1);
const validity = { notBefore: "2020-01-01T00:00:00Z", expires: "2999-01-01T00:00:00Z" };

function written(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe("plugin admit", () => {
  const keyring = written(
    "keyring.json",
    JSON.stringify({ format: 1, keys: [keyEntry("quant-1", "quant", key, validity)] }),
  );
  const unsigned = written("unsigned.wasm", plugin());
  const signed = written("signed.wasm", signedBy(plugin(), key));

  test("prints every step, and ends with status 0 for a module that is admitted", async () => {
    const { status, stdout, stderr } = await sandpit("plugin", "admit", signed, "--keyring", keyring);
    assert.equal(status, 0, stderr + stdout);
    for (const step of admissionSteps)
      assert.match(stdout, new RegExp(`^ {2}${step} +(passed|skipped) `, "m"));
    assert.match(stdout, /signed\.wasm: admitted, \d+ ms/);
    assert.match(stdout, /^compiled {2}[0-9a-f]{64} \(metered by version \d+\)$/m);
  });

  test("[S1] with a keyring an unsigned module is refused, with status 1, the step and the code", async () => {
    const outcome = await sandpit("plugin", "admit", unsigned, "--keyring", keyring, "--json");
    assert.equal(outcome.status, 1);
    const { isAdmitted, refusal, steps, facts } = lastJson<Admission>(outcome);
    assert.deepEqual([isAdmitted, facts], [false, null]);
    assert.equal(`${refusal?.step} ${refusal?.code}`, "signature SANDPIT_SIGNATURE_MISSING");
    assert.deepEqual(
      steps.map(({ step }) => step),
      admissionSteps,
    );
  });

  test("without a keyring a module is judged as in development, unless another environment is named", async () => {
    assert.equal((await sandpit("plugin", "admit", unsigned)).status, 0);
    const { status, stdout } = await sandpit("plugin", "admit", unsigned, "--environment", "staging");
    assert.equal(status, 1);
    assert.match(stdout, /REFUSED in the step signature[^]*SANDPIT_SIGNATURE_KEYRING_MISSING/);
  });

  test("[P1] a module that is not done at the deadline is refused", async () => {
    const outcome = await sandpit("plugin", "admit", unsigned, "--deadline", "1", "--json");
    assert.equal(outcome.status, 1);
    assert.equal(lastJson<Admission>(outcome).refusal?.code, "SANDPIT_ADMISSION_DEADLINE");
    assert.equal((await sandpit("plugin", "admit", unsigned, "--deadline", "0")).status, 2);
  });
});
