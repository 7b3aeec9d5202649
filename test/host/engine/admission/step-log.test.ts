import assert from "node:assert/strict";
import { test } from "node:test";
import { admissionSteps, EngineError } from "../../../../host/engine/index.ts";
import { AdmissionError } from "../../../../host/engine/admission/admission-error.ts";
import { withStepsNotReached } from "../../../../host/engine/admission/admission-step.ts";
import { StepLog } from "../../../../host/engine/admission/step-log.ts";
import {
  refusedByLoading,
  refusedByVerification,
} from "../../../../host/engine/admission/step-of-refusal.ts";
import { VirtualClock } from "../../../../host/platform/index.ts";

const clock = new VirtualClock(0);

function refusing(code: EngineError["code"]): () => never {
  return () => {
    throw new EngineError(code, "no \u001b[31m");
  };
}

test("a step keeps what it says, and is told of before it begins", () => {
  const told: string[] = [];
  const log = new StepLog(clock, (step, results) => told.push(`${step} after ${results.length}`));
  assert.equal(
    log.take(
      "size",
      () => 7,
      (made) => ({ text: `${made} bytes` }),
    ),
    7,
  );
  log.take(
    "role",
    () => 8,
    () => ({ text: "unsigned", skipped: "SANDPIT_ADMISSION_UNSIGNED" }),
  );
  assert.deepEqual(told, ["size after 0", "role after 1"]);
  assert.deepEqual(
    log.results.map(({ step, verdict, code, text }) => [step, verdict, code, text]),
    [
      ["size", "passed", null, "7 bytes"],
      ["role", "skipped", "SANDPIT_ADMISSION_UNSIGNED", "unsigned"],
    ],
  );
});

test("a refusal is the step's result, printable; a fault of the host passes through", () => {
  const log = new StepLog(clock);
  const none = { text: "" };
  assert.equal(
    log.take("parse", refusing("SANDPIT_ENGINE_NAME_INVALID"), () => none),
    null,
  );
  const text = "no \\u001b[31m";
  assert.deepEqual(log.results, [
    { step: "parse", verdict: "refused", code: "SANDPIT_ENGINE_NAME_INVALID", text, durationMs: 0 },
  ]);
  const trial = (): never => {
    throw new AdmissionError("SANDPIT_ADMISSION_TRIAL_GAS", "out of gas");
  };
  assert.equal(
    log.take("trial", trial, () => none),
    null,
  );
  const broken = (): never => {
    throw new TypeError("a fault of the host");
  };
  assert.throws(() => log.take("trial", broken, () => none), TypeError);
});

test("where one action stands for several steps, those before the one that refused are passed or not judged", () => {
  const verdicts = (code: EngineError["code"]): string[] => {
    const log = new StepLog(clock);
    log.take("signature", refusing(code), () => ({ text: "" }), refusedByVerification);
    return log.results.map(({ step, verdict }) => `${step} ${verdict}`);
  };
  assert.deepEqual(verdicts("SANDPIT_SIGNATURE_MISSING"), ["signature refused"]);
  assert.deepEqual(verdicts("SANDPIT_SIGNATURE_THRESHOLD"), ["signature passed", "role refused"]);
  assert.deepEqual(verdicts("SANDPIT_SIGNATURE_MODULE_EXPIRED"), [
    "signature passed",
    "role passed",
    "manifest refused",
  ]);
  // Which keys may sign it cannot be known before the manifest is.
  assert.deepEqual(verdicts("SANDPIT_ENGINE_MANIFEST_INVALID"), [
    "signature skipped",
    "role skipped",
    "manifest refused",
  ]);
  assert.equal(refusedByLoading("SANDPIT_ENGINE_COMPILE_FAILED").step, "compile");
  assert.equal(refusedByLoading("SANDPIT_ENGINE_CALL_CHAIN").step, "metering");
});

test("steps that were not taken are listed as not reached", () => {
  const log = new StepLog(clock);
  log.take("size", refusing("SANDPIT_ENGINE_MODULE_TOO_LARGE"), () => ({ text: "" }));
  const all = withStepsNotReached(log.results);
  assert.deepEqual(
    all.map(({ step }) => step),
    admissionSteps,
  );
  assert.ok(all.slice(1).every(({ code }) => code === "SANDPIT_ADMISSION_NOT_REACHED"));
});
