import type { Manifest } from "../manifest.ts";
import type { PluginModule } from "../plugin-module.ts";
import type { ModuleTrust, VerifiedModule } from "../signing/index.ts";
import type { AdmissionStepResult } from "./admission-step.ts";
import { withStepsNotReached } from "./admission-step.ts";
import type { TrialResult } from "./trial/trial-run.ts";

/** What is known of a module that was admitted. */
export interface AdmissionFacts {
  readonly manifest: Manifest;
  readonly trust: ModuleTrust;
  /** SHA-256 of the file. */
  readonly verifiedSha256: string;
  /** SHA-256 of what the signatures cover: what a revocation names. */
  readonly contentSha256: string;
  /** SHA-256 of what is compiled. */
  readonly meteredSha256: string;
  readonly meterVersion: number;
  readonly trial: TrialResult;
}

/** What admission came to. */
export interface AdmissionReport {
  readonly isAdmitted: boolean;
  /** Every step, in order; those behind a refusal as not reached. */
  readonly steps: readonly AdmissionStepResult[];
  /** The step that refused; null when the module is admitted. */
  readonly refusal: AdmissionStepResult | null;
  readonly durationMs: number;
  /** Null when the module is refused. */
  readonly facts: AdmissionFacts | null;
  /** The module, ready for instances in this thread; null when it is refused. */
  readonly module: PluginModule | null;
  /** The one copy of the bytes that was verified, for the journal and the version floor; null when the module is refused. */
  readonly verified: VerifiedModule | null;
}

export interface AdmittedParts {
  readonly module: PluginModule;
  readonly verified: VerifiedModule;
  readonly trial: TrialResult;
}

/** The report of a module that a step refused. */
export function refusedReport(taken: readonly AdmissionStepResult[], durationMs: number): AdmissionReport {
  const refusal = taken.find(({ verdict }) => verdict === "refused") ?? null;
  const none = { facts: null, module: null, verified: null };
  return { isAdmitted: false, steps: withStepsNotReached(taken), refusal, durationMs, ...none };
}

/** The report of a module that every step let pass. */
export function admittedReport(
  taken: readonly AdmissionStepResult[],
  durationMs: number,
  { module, verified, trial }: AdmittedParts,
): AdmissionReport {
  const { manifest, trust, verifiedSha256, meteredSha256, meterVersion } = module;
  const { contentSha256 } = verified;
  const facts = { manifest, trust, verifiedSha256, contentSha256, meteredSha256, meterVersion, trial };
  return {
    isAdmitted: true,
    steps: withStepsNotReached(taken),
    refusal: null,
    durationMs,
    facts,
    module,
    verified,
  };
}
