import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AdmissionRequest, AdmissionStepResult } from "../../host/engine/index.ts";
import { admissionCodes, admit, EngineError, engineErrorCodes, loadModule } from "../../host/engine/index.ts";
import { WasmtimeEngine } from "../../host/engine/cross-check/index.ts";
import { takeSteps } from "../../host/engine/admission/module-steps.ts";
import { StepLog } from "../../host/engine/admission/step-log.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { NodePrograms } from "../../host/platform/processes/index.ts";
import { JobThreads } from "../../host/platform/threads/index.ts";
import { encodeRecord } from "../../tools/plugin-kit/record-encoder.ts";
import { isKnownFault } from "../../tools/tidy/fault-ids.ts";
import type { HostileCase } from "./hostile-case.ts";
import { outboxOf, requestOf, signedPlugin } from "./hostile-desk.ts";
import { manifestCases } from "./manifest-cases.ts";
import { answers, returns } from "./plugin-code.ts";
import { policyCases } from "./policy-cases.ts";
import { signatureCases } from "./signature-cases.ts";
import { structureCases } from "./structure-cases.ts";
import { stateful, trialCases } from "./trial-cases.ts";
import { unprovokedCodes } from "./unprovoked-codes.ts";

const corpus: readonly HostileCase[] = [
  ...structureCases,
  ...signatureCases,
  ...manifestCases,
  ...policyCases,
  ...trialCases,
];

const disk = new NodeDisk();
const ports = { jobs: new JobThreads(), clock: new SystemClock(), disk };
const engine = new WasmtimeEngine(new NodePrograms());

/** The steps, taken in this thread: the corpus is bounded by what refuses it. */
function stepsOf(request: AdmissionRequest): readonly AdmissionStepResult[] {
  const log = new StepLog(ports.clock);
  takeSteps(request, disk, log, engine);
  return log.results;
}

function refusalOf(steps: readonly AdmissionStepResult[]): string {
  const refusal = steps.find(({ verdict }) => verdict === "refused");
  return refusal === undefined ? "admitted" : `${refusal.step} ${refusal.code ?? ""}`;
}

describe("the hostile corpus", () => {
  for (const { name, fault, step, code, request } of corpus)
    test(`[${fault}] ${name}: ${step}, ${code}`, () => {
      const steps = stepsOf(request());
      assert.equal(refusalOf(steps), `${step} ${code}`, steps.at(-1)?.text);
      assert.equal(steps.at(-1)?.verdict, "refused", "nothing is done after a refusal");
      assert.match(steps.at(-1)?.text ?? "", /^[\x20-\x7e]{10,2100}$/);
    });
});

test("a good plugin of each kind passes: what refuses the others is their fault", () => {
  for (const bytes of goodPlugins()) {
    const steps = stepsOf(requestOf(bytes));
    assert.equal(refusalOf(steps), "admitted", steps.at(-1)?.text);
  }
});

test("the corpus has not shrunk, and each name and fault in it is one", () => {
  assert.ok(corpus.length >= 170, `${corpus.length} modules`);
  assert.equal(new Set(corpus.map(({ name }) => name)).size, corpus.length);
  assert.deepEqual(
    corpus.filter(({ fault }) => !isKnownFault(fault)),
    [],
  );
});

test("each code by which a module can be refused is in the corpus, and the others say why they are not", () => {
  const provoked = new Set<string>(corpus.map(({ code }) => code));
  const all = [...engineErrorCodes, ...admissionCodes];
  const missing = all.filter((code) => !provoked.has(code) && !Object.hasOwn(unprovokedCodes, code));
  assert.deepEqual(missing, [], "add a module that provokes it, or the reason why none can");
  const wrong = Object.keys(unprovokedCodes).filter(
    (code) => provoked.has(code) || !all.some((known) => known === code),
  );
  assert.deepEqual(wrong, [], "provoked, or no code");
});

test("what admission refuses for the module's own sake the engine does not load either", () => {
  for (const { name, step, code, request } of corpus) {
    if (!code.startsWith("SANDPIT_ENGINE_") || step === "trial") continue;
    assert.throws(
      () => loadModule(request().bytes),
      // Its reader looks into functions after V8 has.
      (error) =>
        error instanceof EngineError &&
        (error.code === code || error.code === "SANDPIT_ENGINE_MODULE_INVALID"),
      name,
    );
  }
});

test("one module for each step is refused by the worker too, and the host stays as it was", async () => {
  const steps = new Set<string>();
  for (const { step, code, request } of corpus) {
    if (steps.has(step)) continue;
    steps.add(step);
    const report = await admit(request(), ports);
    assert.equal(report.isAdmitted, false);
    assert.equal(`${report.refusal?.step} ${report.refusal?.code}`, `${step} ${code}`);
    assert.equal(report.module, null);
  }
  assert.equal(steps.size, 9);
});

const signal = { score: -1, confidence: 1, timeToLiveNs: 1, instrumentId: 1 };

function goodPlugins(): Uint8Array[] {
  return [
    ...(["agent", "feature", "ensemble", "venue"] as const).map((kind) => signedPlugin({ kind })),
    signedPlugin({
      kind: "risk",
      handle: answers(outboxOf("risk"), encodeRecord("RiskVerdict", { code: 999 })),
    }),
    signedPlugin({ handle: answers(outboxOf("agent"), encodeRecord("Signal", signal)) }),
    signedPlugin({ kind: "venue", handle: returns(-999) }),
    signedPlugin(stateful(returns(8), returns(0))),
    // What restores the states of others alone is not asked to restore its own.
    signedPlugin(stateful(returns(8), returns(-1), [2])),
    signedPlugin({
      kind: "venue",
      handle: answers(
        outboxOf("venue"),
        encodeRecord("Quote", { bidPrice: 1, bidSize: 0, askPrice: Number.MAX_SAFE_INTEGER, askSize: 1 }),
        encodeRecord("Trade", { price: 1, size: 1 }),
        encodeRecord("BookDelta", { bids: [{ price: 1n, size: 0n }] }),
      ),
    }),
  ];
}
