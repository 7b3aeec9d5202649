import type { RefusedStep } from "./step-log.ts";

const ROLE: ReadonlySet<string> = new Set(["SANDPIT_SIGNATURE_KEY_ROLE", "SANDPIT_SIGNATURE_THRESHOLD"]);

/** The manifest cannot be read: the kind is not known, and so not which keys may sign it. */
const UNREADABLE: ReadonlySet<string> = new Set([
  "SANDPIT_ENGINE_MANIFEST_MISSING",
  "SANDPIT_ENGINE_MANIFEST_INVALID",
]);

/** Refusals by `verifySignedModule` that are not about signatures but about what stands under them. */
const MANIFEST: ReadonlySet<string> = new Set([
  "SANDPIT_SIGNATURE_ENVIRONMENT",
  "SANDPIT_SIGNATURE_ACCOUNT",
  "SANDPIT_SIGNATURE_INSTRUMENT",
  "SANDPIT_SIGNATURE_NAME",
  "SANDPIT_SIGNATURE_MODULE_EXPIRED",
  "SANDPIT_SIGNATURE_MODULE_NOT_YET_VALID",
  "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR",
  "SANDPIT_SIGNATURE_VERSION_REUSED",
  "SANDPIT_SIGNATURE_FLOOR_DAMAGED",
  "SANDPIT_SIGNATURE_FLOOR_FAILED",
]);

/** Signature, role and manifest are judged in one go, since none means anything without the others: whose refusal it was. */
export function refusedByVerification(code: string): RefusedStep {
  if (UNREADABLE.has(code)) return { step: "manifest", isPassedBefore: false };
  if (ROLE.has(code)) return { step: "role", isPassedBefore: true };
  return { step: MANIFEST.has(code) ? "manifest" : "signature", isPassedBefore: true };
}

/** Metering and compilation are one action too. */
export function refusedByLoading(code: string): RefusedStep {
  return { step: code === "SANDPIT_ENGINE_COMPILE_FAILED" ? "compile" : "metering", isPassedBefore: true };
}
