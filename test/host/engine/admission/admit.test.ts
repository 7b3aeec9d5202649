import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionRequest } from "../../../../host/engine/index.ts";
import { admissionSteps, admit, loadModule, MemoryPool } from "../../../../host/engine/index.ts";
import { passedAnswer } from "../../../../host/engine/admission/admission-answer.ts";
import type { AdmissionAnswer } from "../../../../host/engine/admission/admission-answer.ts";
import type { SecondEngine, SecondEngineOutcome } from "../../../../host/engine/cross-check/index.ts";
import { takeSteps } from "../../../../host/engine/admission/module-steps.ts";
import { StepLog } from "../../../../host/engine/admission/step-log.ts";
import { sha256 } from "../../../../host/engine/sha256.ts";
import { NodeDisk } from "../../../../host/platform/disk/index.ts";
import { SystemClock } from "../../../../host/platform/index.ts";
import type { JobOutcome, Jobs } from "../../../../host/platform/threads/index.ts";
import { JobThreads } from "../../../../host/platform/threads/index.ts";
import {
  baseOf,
  plugin,
  requestOf,
  riskOne,
  riskTwo,
  signedPlugin,
  trustOf,
} from "../../../hostile/hostile-desk.ts";
import { answers, END, i32, spins } from "../../../hostile/plugin-code.ts";
import { isWasmtimeHere, wasmtime } from "../../../support/second-engine.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import { signedBy } from "../../../support/signing-desk.ts";
import { encodeRecord } from "../../../../tools/plugin-kit/record-encoder.ts";

const disk = new NodeDisk();
const clock = new SystemClock();
const ports = { jobs: new JobThreads(), clock, disk };
const good = signedPlugin();

/** Jobs that come to this, whatever they are given. */
function jobsThat(outcome: JobOutcome, notes: readonly unknown[] = []): Jobs {
  return {
    run: (_entry, _input, _limits, onNote) => {
      for (const note of notes) onNote?.(note);
      return Promise.resolve(outcome);
    },
    prepare: () => undefined,
  };
}

/** A second engine that comes to this, whatever it is given. */
function engineThat(outcome: SecondEngineOutcome): SecondEngine {
  return { name: "Other", run: () => outcome };
}

const noEngine = engineThat({ state: "unavailable", reason: "for this test" });

/** What a worker answers for the good module, or for another. */
function goodAnswer(request: AdmissionRequest = requestOf(good)): AdmissionAnswer {
  const log = new StepLog(clock);
  const passed = takeSteps(request, disk, log, noEngine);
  assert.ok(passed !== null);
  return { steps: log.results, passed: passedAnswer(passed) };
}

function refusalFor(answer: unknown): Promise<string> {
  return codeOf(jobsThat({ state: "answered", answer }));
}

async function codeOf(jobs: Jobs, request: AdmissionRequest = requestOf(good)): Promise<string> {
  const report = await admit(request, { ...ports, jobs });
  assert.equal(report.module, null);
  assert.equal(report.verified, null);
  assert.equal(report.facts, null);
  assert.equal(report.steps.length, admissionSteps.length);
  return `${report.refusal?.step} ${report.refusal?.code}`;
}

test("a module that passes every step is admitted, with its hashes, its gas, and a module that runs here", async () => {
  const signal = { score: 0.25, confidence: 1, timeToLiveNs: 1, instrumentId: 1 };
  const bytes = signedPlugin({ handle: answers(20_480, encodeRecord("Signal", signal)) });
  const report = await admit(requestOf(bytes), ports);
  const last = isWasmtimeHere ? "passed" : "skipped";
  assert.deepEqual(
    report.steps.map(({ step, verdict }) => `${step} ${verdict}`),
    admissionSteps.map((step) => `${step} ${step === "crossCheck" ? last : "passed"}`),
  );
  assert.ok(report.isAdmitted && report.refusal === null && report.durationMs > 0);
  const loaded = loadModule(bytes);
  assert.equal(report.facts?.verifiedSha256, sha256(bytes));
  assert.equal(report.facts.meteredSha256, loaded.meteredSha256);
  assert.equal(report.facts.meterVersion, loaded.meterVersion);
  assert.deepEqual(report.facts.manifest, loaded.manifest);
  assert.equal(report.facts.trust.state, "signed");
  const { trial } = report.facts;
  assert.equal(trial.calls, 256);
  assert.equal(trial.records, 256);
  assert.equal(trial.outputBytes, 256 * 48);
  assert.ok(trial.gasMax > 0 && trial.gasMean === trial.gasMax && trial.budgetPartMax < 0.01);
  assert.equal(report.verified?.sha256, sha256(bytes));
  assert.ok(report.module !== null);
  const instance = report.module.instantiate(new MemoryPool());
  assert.equal(instance.exports.handle(10, 72), 48);
  assert.equal(instance.trust, report.verified.trust);
  assert.equal(instance.hasPlainState, loaded.instantiate(new MemoryPool()).hasPlainState);
});

test("a trap of an admitted module is led back to the byte where it stands, as of one that was loaded here", async () => {
  // Traps on a template that no trial has.
  const handle = [0x20, 0, ...i32(999), 0x46, 0x04, 0x40, 0x00, END, ...i32(0), END];
  const bytes = signedPlugin({ handle });
  const { module } = await admit(requestOf(bytes), ports);
  const places = [module, loadModule(bytes)].map((from) => {
    const instance = from?.instantiate(new MemoryPool());
    try {
      instance?.exports.handle(999, 8);
    } catch (error) {
      return instance?.classify(error).offsetBytes;
    }
    return null;
  });
  assert.ok((places[0] ?? 0) > 0);
  assert.equal(places[0], places[1]);
});

test("every bundled plugin is admitted in development, marked as unsigned", async () => {
  const trust = trustOf({ environment: "development", keyring: null });
  for (const [name, bytes] of await bundledModules()) {
    const log = new StepLog(clock);
    const passed = takeSteps({ bytes, trust, name }, disk, log, wasmtime);
    assert.ok(passed !== null, `${name}: ${log.results.at(-1)?.text}`);
    const skipped = log.results.filter(({ verdict }) => verdict === "skipped").map(({ code }) => code);
    assert.deepEqual(skipped, [
      "SANDPIT_ADMISSION_UNSIGNED",
      "SANDPIT_ADMISSION_UNSIGNED",
      ...(isWasmtimeHere ? [] : ["SANDPIT_ADMISSION_CROSS_CHECK_UNAVAILABLE"]),
    ]);
  }
});

test("without a second engine the cross-check is skipped, and the report says so", () => {
  const { steps, passed } = goodAnswer();
  assert.ok(passed !== null);
  assert.equal(steps.at(-1)?.step, "crossCheck");
  assert.equal(steps.at(-1)?.verdict, "skipped");
  assert.equal(steps.at(-1)?.code, "SANDPIT_ADMISSION_CROSS_CHECK_UNAVAILABLE");
  assert.match(steps.at(-1)?.text ?? "", /^Other is not at hand, .* for this test$/);
});

test("a module that another engine runs otherwise, or dies of, is refused", () => {
  const refusals = [
    ["SANDPIT_ADMISSION_CROSS_CHECK_DIFFERS", { state: "trapped", event: 3, reason: "unreachable" }],
    ["SANDPIT_ADMISSION_CROSS_CHECK_CRASHED", { state: "crashed", reason: "signal SIGABRT" }],
  ] as const;
  for (const [code, outcome] of refusals) {
    const log = new StepLog(clock);
    assert.equal(takeSteps(requestOf(good), disk, log, engineThat(outcome)), null);
    assert.equal(log.results.at(-1)?.step, "crossCheck");
    assert.equal(log.results.at(-1)?.verdict, "refused");
    assert.equal(log.results.at(-1)?.code, code);
    assert.ok(log.results.at(-1)?.text.endsWith(outcome.reason));
  }
});

test("a risk rule is admitted with two signatures, and tried with the parameters that it will have", async () => {
  const handle = answers(20_480, encodeRecord("RiskVerdict", { code: 3 }));
  const parameters = [{ name: "limit", type: "i64", default: 1, min: 0, max: 9, description: "" }];
  const bytes = signedBy(plugin({ kind: "risk", handle, manifest: { parameters } }), riskOne, riskTwo);
  const request = requestOf(bytes);
  assert.ok((await admit({ ...request, parameters: { limit: 9 } }, ports)).isAdmitted);
  const refused = await admit({ ...request, parameters: { limit: 10 } }, ports);
  assert.equal(refused.refusal?.code, "SANDPIT_ENGINE_PARAMETER_RANGE");
});

test("[S10] what is verified and compiled is what was handed in, whatever happens to the caller's bytes", async () => {
  const bytes = good.slice();
  const admission = admit(requestOf(bytes), ports);
  bytes.fill(0);
  const report = await admission;
  assert.ok(report.isAdmitted);
  assert.equal(report.facts?.verifiedSha256, sha256(good));
  assert.deepEqual(report.verified?.copyBytes(), good);
  assert.deepEqual(report.module?.bytes, good);
});

test("[P1][P2] a module that takes too long is refused at the deadline, in the step in which it hangs", async () => {
  // x = (-1 - x) % length, twenty times a round: divisions take the longest for their gas. Thousands of events of ten million instructions.
  const divide = [...i32(-1), 0x20, 3, 0x6b, 0x20, 1, 0x70, 0x21, 3];
  const round = Array.from({ length: 20 }, () => divide).flat();
  const count = [0x20, 2, ...i32(1), 0x6b, 0x22, 2, 0x0d, 0];
  // Kept in memory, or V8 leaves the divisions out.
  const keep = [...i32(baseOf("agent")), 0x20, 3, 0x36, 2, 0];
  const long = [...i32(70_000), 0x21, 2, 0x03, 0x40, ...round, ...count, END, ...keep];
  const bytes = signedPlugin({
    manifest: { limits: { gasBase: 10_000_000, gasPerByte: 1_000 } },
    parts: {
      functions: [
        { type: 0, code: [END] },
        { type: 1, locals: [[2, 0x7f]], code: [...long, ...i32(0), END] },
      ],
      exports: [
        ["init", 0, 0],
        ["handle", 0, 3],
      ],
    },
  });
  const events = new Array<Buffer>(4_000).fill(encodeRecord("Quote", {}));
  const jobs = new JobThreads();
  const report = await admit({ ...requestOf(bytes), events, deadlineMs: 2_500 }, { ...ports, jobs });
  assert.equal(`${report.refusal?.step} ${report.refusal?.code}`, "trial SANDPIT_ADMISSION_DEADLINE");
  assert.deepEqual(
    report.steps.slice(0, 8).map(({ verdict }) => verdict),
    new Array(8).fill("passed"),
  );
  while (jobs.aliveCount > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok((await admit(requestOf(good), { ...ports, jobs })).isAdmitted, "the host admits others");
});

test("[P5] a worker that dies, or cannot be started, refuses the module in the step that it was in", async () => {
  const died: JobOutcome = { state: "died", reason: "out of memory\u001b[31m" };
  assert.equal(await codeOf(jobsThat(died)), "size SANDPIT_ADMISSION_WORKER_DIED");
  const steps = goodAnswer().steps.slice(0, 6);
  const note = { step: "metering", steps };
  assert.equal(await codeOf(jobsThat(died, [note])), "metering SANDPIT_ADMISSION_WORKER_DIED");
  // Notes that go back, or are none, count for nothing.
  const back = { step: "parse", steps: [] };
  assert.equal(await codeOf(jobsThat(died, [note, back, "x"])), "metering SANDPIT_ADMISSION_WORKER_DIED");
  const report = await admit(requestOf(good), { ...ports, jobs: jobsThat(died) });
  assert.match(report.refusal?.text ?? "", /out of memory\\u001b\[31m$/);
  assert.equal(await codeOf(jobsThat({ state: "busy" })), "size SANDPIT_ADMISSION_BUSY");
});

test("an answer that is none, or not about this module, refuses it", async () => {
  const refused = "size SANDPIT_ADMISSION_ANSWER_REFUSED";
  const answer = goodAnswer();
  const { steps, passed } = answer;
  assert.ok(passed !== null);
  for (const nonsense of [
    null,
    7,
    {},
    { steps },
    { ...answer, more: 1 },
    { steps: [...steps, ...steps], passed },
  ])
    assert.equal(await refusalFor(nonsense), refused);
  assert.equal(await refusalFor({ steps, passed: { ...passed, compiled: {} } }), refused);
  assert.equal(
    await refusalFor({ steps: [{ ...steps[0], code: "SANDPIT_MADE_UP" }], passed: null }),
    refused,
  );
  const wrong = "compile SANDPIT_ADMISSION_ANSWER_REFUSED";
  assert.equal(await refusalFor({ steps: steps.slice(0, 5), passed }), wrong);
  assert.equal(await refusalFor({ steps, passed: null }), wrong);
  assert.equal(await refusalFor({ steps, passed: { ...passed, verifiedSha256: "0".repeat(64) } }), wrong);
  assert.equal(await refusalFor({ steps, passed: { ...passed, meterVersion: 0 } }), wrong);
  assert.equal(await refusalFor({ steps, passed: { ...passed, meteredBytes: new Uint8Array(9) } }), wrong);
  const other = goodAnswer(requestOf(signedPlugin({ manifest: { version: "2.0.0" } })));
  assert.equal(await refusalFor(other), wrong);
});

test("[P19] an answer whose module imports more than a memory is refused", async () => {
  const { steps, passed } = goodAnswer();
  // (import "env" "f" (func)) and nothing else
  const meteredBytes = Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0],
    ...[2, 9, 1, 3, 0x65, 0x6e, 0x76, 1, 0x66, 0, 0],
  );
  assert.equal(
    await refusalFor({ steps, passed: { ...passed, meteredBytes } }),
    "compile SANDPIT_ENGINE_METERED_INVALID",
  );
});

test("[S1] a worker's word does not make an unsigned module a signed one", async () => {
  const { steps, passed } = goodAnswer();
  const answer = { steps, passed };
  const jobs = jobsThat({ state: "answered", answer });
  assert.equal(await codeOf(jobs, requestOf(plugin())), "compile SANDPIT_SIGNATURE_MISSING");
});

test("a refusal by the worker is the report, and a module above the cap does not reach a worker", async () => {
  const log = new StepLog(clock);
  const spinning = requestOf(signedPlugin({ handle: [...spins, ...i32(0), END] }));
  assert.equal(takeSteps(spinning, disk, log, noEngine), null);
  assert.equal(await refusalFor({ steps: log.results, passed: null }), "trial SANDPIT_ADMISSION_TRIAL_GAS");
  const never = jobsThat({ state: "busy" });
  const large = requestOf(new Uint8Array(4_194_305));
  assert.equal(await codeOf(never, large), "size SANDPIT_ENGINE_MODULE_TOO_LARGE");
});

test("a deadline out of range is the caller's fault", async () => {
  for (const deadlineMs of [0, -1, Number.NaN, 600_001])
    await assert.rejects(admit({ ...requestOf(good), deadlineMs }, ports), RangeError);
});
