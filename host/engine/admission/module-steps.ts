import type { Disk } from "../../platform/disk/index.ts";
import type { CrossCheckPlan, SecondEngine } from "../cross-check/index.ts";
import { crossCheck } from "../cross-check/index.ts";
import { EngineError } from "../engine-error.ts";
import { checkKindLimits } from "../kind-limits.ts";
import type { Manifest } from "../manifest.ts";
import { profileFunction } from "../meter/function-profile.ts";
import {
  checkData,
  checkExports,
  checkImports,
  checkMemory,
  checkNoStart,
  checkVector,
} from "../module-policy.ts";
import type { PluginModule } from "../plugin-module.ts";
import { loadModule } from "../plugin-module.ts";
import { checkRecordLayouts } from "../record-layouts.ts";
import type { VerifiedModule } from "../signing/index.ts";
import { verifySignedModule } from "../signing/index.ts";
import { readModule } from "../wasm/module-reader.ts";
import { wasmLimits } from "../wasm/wasm-limits.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { AdmissionError } from "./admission-error.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import { trustContextOf } from "./admission-request.ts";
import { refusedByLoading, refusedByVerification } from "./step-of-refusal.ts";
import { checkCompiled } from "./compiled-module.ts";
import type { StepLog } from "./step-log.ts";
import { kindOutputs } from "./trial/kind-outputs.ts";
import { trialEvents } from "./trial/trial-events.ts";
import type { TrialResult } from "./trial/trial-run.ts";
import { runTrial } from "./trial/trial-run.ts";

/** A module that every step let pass. */
export interface PassedModule {
  readonly verified: VerifiedModule;
  readonly module: PluginModule;
  readonly trial: TrialResult;
}

/** Stand behind each event in the first and in the second run: a plugin that reads beyond its input answers differently. */
const FILLER_FIRST = 0x00;
const FILLER_SECOND = 0xa5;
const HASH_SHOWN = 16;

/**
 * Takes a module through every step. Null when one refused; the log then tells which. Hangs where the module makes it, and waits for the second engine's
 * process: to be run in a job.
 */
export function takeSteps(
  request: AdmissionRequest,
  disk: Disk,
  log: StepLog,
  engine: SecondEngine,
): PassedModule | null {
  const verified = takeStatic(request, disk, log);
  if (verified === null) return null;
  const module = takeCompiled(verified, log);
  if (module === null) return null;
  const tried = takeTrials(module, request, log);
  if (tried === null) return null;
  const { trial, events } = tried;
  const { parameters = {} } = request;
  const plan = { module, parameters, events, trialDigest: trial.digest };
  return takeCrossCheck(plan, engine, log) ? { verified, module, trial } : null;
}

/** The size. Throws SANDPIT_ENGINE_MODULE_TOO_LARGE. */
export function checkSize({ length }: Uint8Array): number {
  if (length <= wasmLimits.moduleBytes) return length;
  const text = `the module has ${length} bytes, the limit is ${wasmLimits.moduleBytes}: strip it`;
  throw new EngineError("SANDPIT_ENGINE_MODULE_TOO_LARGE", text);
}

function takeStatic(request: AdmissionRequest, disk: Disk, log: StepLog): VerifiedModule | null {
  const { bytes } = request;
  const size = log.take(
    "size",
    () => checkSize(bytes),
    (length) => ({ text: `${length} bytes` }),
  );
  if (size === null) return null;
  const module = log.take("parse", () => parse(bytes), parsedNote);
  if (module === null) return null;
  const verified = log.take("signature", () => verify(request, disk), signatureNote, refusedByVerification);
  if (verified === null) return null;
  log.take("role", () => verified, roleNote);
  const manifest = log.take("manifest", () => checkManifest(module, verified.manifest), manifestNote);
  if (manifest === null) return null;
  const policy = log.take(
    "policy",
    () => checkPolicy(module, manifest),
    () => ({ text: "one import, env.memory; exports of the right names and types" }),
  );
  return policy === null ? null : verified;
}

function parse(bytes: Uint8Array): WasmModule {
  const module = readModule(bytes);
  // Code of features that plugins may not use is named by the reader; V8 would say that it is valid, or not, by its own flags.
  module.bodies.forEach((_body, index) => profileFunction(module, index));
  if (WebAssembly.validate(bytes)) return module;
  throw new EngineError(
    "SANDPIT_ENGINE_MODULE_INVALID",
    "the module does not validate: build it again with a standard compiler",
  );
}

function verify({ bytes, trust, name = null }: AdmissionRequest, disk: Disk): VerifiedModule {
  const verified = verifySignedModule(bytes, trustContextOf(trust, disk));
  if (name !== null && verified.manifest.name !== name)
    throw new EngineError(
      "SANDPIT_SIGNATURE_NAME",
      `the module is the plugin ${verified.manifest.name}, not ${name}: deploy it in the place of that one`,
    );
  return verified;
}

function checkManifest(module: WasmModule, manifest: Manifest): Manifest {
  checkRecordLayouts(module, manifest);
  checkKindLimits(manifest);
  const { kind, writes } = manifest;
  const foreign = writes.find((record) => !kindOutputs[kind].some((name) => name === record));
  if (foreign === undefined) return manifest;
  const text = `a plugin of kind ${kind} may not write ${foreign}: it may write ${kindOutputs[kind].join(", ")}`;
  throw new AdmissionError("SANDPIT_ADMISSION_CAPABILITY", text);
}

function checkPolicy(module: WasmModule, manifest: Manifest): WasmModule {
  checkNoStart(module);
  const memory = checkImports(module);
  checkExports(module);
  checkMemory(memory, manifest);
  checkData(module, manifest);
  const usesVector =
    module.vectorTypes || module.bodies.some((_body, index) => profileFunction(module, index).vector);
  checkVector(usesVector, manifest);
  return module;
}

function takeCompiled(verified: VerifiedModule, log: StepLog): PluginModule | null {
  const module = log.take("metering", () => loadModule(verified), meteringNote, refusedByLoading);
  if (module === null) return null;
  const compiled = log.take(
    "compile",
    () => checkCompiled(module.compiled),
    () => ({
      text: `compiled; ${module.metered.recursiveFunctions} recursive functions are counted as they are called`,
    }),
  );
  return compiled === null ? null : module;
}

function takeTrials(
  module: PluginModule,
  request: AdmissionRequest,
  log: StepLog,
): { readonly trial: TrialResult; readonly events: readonly Uint8Array[] } | null {
  const { parameters = {}, events: recorded = [] } = request;
  const first = log.take(
    "trial",
    () => {
      const events = trialEvents(module.manifest, recorded);
      return { events, result: runTrial(module, { parameters, events, filler: FILLER_FIRST }) };
    },
    ({ result }) => trialNote(result),
  );
  if (first === null) return null;
  const { events, result } = first;
  const second = log.take(
    "determinism",
    () => checkSame(result, runTrial(module, { parameters, events, filler: FILLER_SECOND })),
    ({ digest }) => ({
      text: `a second instance answered with the same bytes, ${digest.slice(0, HASH_SHOWN)}`,
    }),
  );
  return second === null ? null : { trial: result, events };
}

function checkSame(first: TrialResult, second: TrialResult): TrialResult {
  if (first.digest === second.digest) return second;
  throw new AdmissionError(
    "SANDPIT_ADMISSION_NOT_DETERMINISTIC",
    `two fresh instances answered the same ${first.calls} events with other bytes: it reads beyond its input, or turns the bits of a NaN into a number`,
  );
}

/** False when it refused. Where there is no second engine, that is said, and nothing is pretended. */
function takeCrossCheck(plan: CrossCheckPlan, engine: SecondEngine, log: StepLog): boolean {
  const result = log.take(
    "crossCheck",
    () => {
      const { state, text } = crossCheck(plan, engine);
      if (state === "differs") throw new AdmissionError("SANDPIT_ADMISSION_CROSS_CHECK_DIFFERS", text);
      if (state === "crashed") throw new AdmissionError("SANDPIT_ADMISSION_CROSS_CHECK_CRASHED", text);
      return { state, text };
    },
    ({ state, text }) =>
      state === "agrees" ? { text } : { text, skipped: "SANDPIT_ADMISSION_CROSS_CHECK_UNAVAILABLE" },
  );
  return result !== null;
}

function parsedNote({ bodies, sections }: WasmModule): { text: string } {
  return { text: `${bodies.length} functions in ${sections.length} sections; valid` };
}

function signatureNote({ trust, contentSha256 }: VerifiedModule): {
  text: string;
  skipped?: "SANDPIT_ADMISSION_UNSIGNED";
} {
  return trust.state === "signed"
    ? { text: `signed by ${trust.signers.join(", ")}; content ${contentSha256}` }
    : { text: "unsigned", skipped: "SANDPIT_ADMISSION_UNSIGNED" };
}

function roleNote({ trust }: VerifiedModule): { text: string; skipped?: "SANDPIT_ADMISSION_UNSIGNED" } {
  return trust.state === "signed"
    ? { text: `${trust.signers.length} signed, in the role ${trust.roles.join(", ")}` }
    : { text: "nobody vouches for it: it runs in development alone", skipped: "SANDPIT_ADMISSION_UNSIGNED" };
}

function manifestNote({ kind, name, version, limits }: Manifest): { text: string } {
  return {
    text: `${kind} ${name} ${version}: gas ${limits.gasBase} a call and ${limits.gasPerByte} a byte, ${limits.pages} pages, ${limits.outputs} outputs`,
  };
}

function meteringNote({ meterVersion, meteredSha256, metered }: PluginModule): { text: string } {
  return { text: `version ${meterVersion}, ${metered.bytes.length} bytes, ${meteredSha256}` };
}

function trialNote({ calls, records, refusals, gasMax, gasMean, budgetPartMax }: TrialResult): {
  text: string;
} {
  const part = Math.round(budgetPartMax * 1_000) / 10;
  return {
    text: `${calls} events, ${records} records, ${refusals} refused; gas ${gasMax} at most (${part} % of the budget), ${gasMean} on average`,
  };
}
