import type { EngineErrorCode } from "../engine-error.ts";
import type { AdmissionCode } from "./admission-code.ts";

/**
 * The steps of admission, in their order. The first that refuses ends it.
 *
 * | step        | what is looked at                                                          |
 * |-------------|-----------------------------------------------------------------------------|
 * | size        | the bytes' number, before anything is copied                                |
 * | parse       | sections, counts and encodings within caps; V8's validation                 |
 * | signature   | the signature's form, the hashes, the keys                                   |
 * | role        | whether the keys may sign this kind, and whether they are enough             |
 * | manifest    | its form, records, limits; environment, account, expiry, version floor, name |
 * | policy      | no start function; imports, exports, memory, statics, SIMD                   |
 * | metering    | the call chain, the size of what comes out; V8's validation of it            |
 * | compile     | V8's compilation, and that what came out imports its memory alone            |
 * | trial       | an instance, `init`, events of its kind; every output                        |
 * | determinism | the same events in a fresh instance: the same bytes                          |
 * | crossCheck  | the same events in another engine: the same bytes, gas and state             |
 */
export const admissionSteps = [
  "size",
  "parse",
  "signature",
  "role",
  "manifest",
  "policy",
  "metering",
  "compile",
  "trial",
  "determinism",
  "crossCheck",
] as const;

export type AdmissionStep = (typeof admissionSteps)[number];

export const admissionVerdicts = ["passed", "refused", "skipped"] as const;

/** What a step came to. */
export interface AdmissionStepResult {
  readonly step: AdmissionStep;
  readonly verdict: (typeof admissionVerdicts)[number];
  /** Null for a step that passed. */
  readonly code: AdmissionCode | EngineErrorCode | null;
  /** Printable; for people. */
  readonly text: string;
  readonly durationMs: number;
}

/** All steps: those that were taken, and the others as not reached. */
export function withStepsNotReached(taken: readonly AdmissionStepResult[]): AdmissionStepResult[] {
  const rest = admissionSteps.filter((step) => !taken.some((result) => result.step === step));
  return [...taken, ...rest.map(notReached)];
}

function notReached(step: AdmissionStep): AdmissionStepResult {
  const text = "not reached: an earlier step refused the module";
  return { step, verdict: "skipped", code: "SANDPIT_ADMISSION_NOT_REACHED", text, durationMs: 0 };
}
