import { z } from "zod";
import { OffsetMap } from "../meter/offset-map.ts";
import type { PluginModule } from "../plugin-module.ts";
import type { WasmCompiled } from "../web-assembly.ts";
import { admissionCodes } from "./admission-code.ts";
import { engineErrorCodes } from "../engine-error.ts";
import type { AdmissionStepResult } from "./admission-step.ts";
import { admissionSteps, admissionVerdicts } from "./admission-step.ts";
import type { PassedModule } from "./module-steps.ts";
import type { TrialResult } from "./trial/trial-run.ts";

/** What a worker says of a module that every step let pass. */
export interface PassedAnswer {
  readonly verifiedSha256: string;
  readonly meterVersion: number;
  readonly meteredBytes: Uint8Array;
  /** See OffsetMap. */
  readonly offsetPairs: Uint32Array;
  readonly recursiveFunctions: number;
  readonly compiled: WasmCompiled;
  readonly trial: TrialResult;
}

/** What a worker answers, and what it notes before each step. */
export interface AdmissionAnswer {
  readonly steps: readonly AdmissionStepResult[];
  readonly passed: PassedAnswer | null;
}

const count = z.number().int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const stepSchema = z.strictObject({
  step: z.enum(admissionSteps),
  verdict: z.enum(admissionVerdicts),
  code: z.enum([...admissionCodes, ...engineErrorCodes]).nullable(),
  text: z.string().max(20_000),
  durationMs: z.number().min(0),
});

const trialSchema = z.strictObject({
  calls: count,
  initGas: count,
  gasMax: count,
  gasMean: count,
  budgetPartMax: z.number().min(0).max(1),
  records: count,
  outputBytes: count,
  refusals: count,
  digest: hash,
  hasPlainState: z.boolean(),
});

const passedSchema = z.strictObject({
  verifiedSha256: hash,
  meterVersion: count,
  meteredBytes: z.instanceof(Uint8Array),
  offsetPairs: z.instanceof(Uint32Array),
  recursiveFunctions: count,
  compiled: z.custom<WasmCompiled>((value) => value instanceof WebAssembly.Module),
  trial: trialSchema,
});

const answerSchema = z.strictObject({
  steps: z.array(stepSchema).max(admissionSteps.length),
  passed: passedSchema.nullable(),
});

const noteSchema = z.strictObject({
  step: z.enum(admissionSteps),
  steps: z.array(stepSchema).max(admissionSteps.length),
});

/** How far a worker is: the step that it begins, and what those before came to. */
export interface AdmissionNote {
  readonly step: AdmissionStepResult["step"];
  readonly steps: readonly AdmissionStepResult[];
}

/** Null for anything that no worker answers. */
export function parseAnswer(value: unknown): AdmissionAnswer | null {
  return answerSchema.safeParse(value).data ?? null;
}

/** Null for anything that no worker notes. */
export function parseNote(value: unknown): AdmissionNote | null {
  return noteSchema.safeParse(value).data ?? null;
}

/** The parts of a module that another thread can be given. */
export function passedAnswer({ verified, module, trial }: PassedModule): PassedAnswer {
  const { meterVersion, metered, compiled } = module;
  return {
    verifiedSha256: verified.sha256,
    meterVersion,
    meteredBytes: metered.bytes,
    offsetPairs: metered.offsets.copyPairs(),
    recursiveFunctions: metered.recursiveFunctions,
    compiled,
    trial,
  };
}

/** The metered module of an answer, as the engine knows it. */
export function meteredOf({
  meteredBytes,
  offsetPairs,
  recursiveFunctions,
}: PassedAnswer): PluginModule["metered"] {
  return { bytes: meteredBytes, offsets: new OffsetMap(offsetPairs), recursiveFunctions };
}
