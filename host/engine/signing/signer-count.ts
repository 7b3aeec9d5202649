import type { PluginKind } from "../../../abi/host/index.ts";
import type { EngineErrorCode } from "../engine-error.ts";
import { EngineError } from "../engine-error.ts";
import type { Environment } from "../environment.ts";
import type { Keyring, TrustedKey } from "./keyring.ts";
import type { ModuleSignature } from "./module-signature.ts";
import { isSignedBy } from "./public-key.ts";
import type { SignatureRecord } from "./signature-layout.ts";

export interface SignerQuestion {
  readonly kind: PluginKind;
  readonly environment: Environment;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

interface Objection {
  readonly code: EngineErrorCode;
  readonly text: string;
}

/**
 * The keys whose signatures count for a plugin of a kind, sorted by name. Every signature must be by a key of the keyring: one that is not
 * refuses the module, however many others there are. Keys that are revoked, expired, of another environment or role do not count, and two
 * keys of one owner count once. Throws EngineError when fewer remain than the kind needs: with the first objection to a key where there was
 * one, SANDPIT_SIGNATURE_THRESHOLD otherwise.
 */
export function countSigners(
  signature: ModuleSignature,
  keyring: Keyring,
  question: SignerQuestion,
): TrustedKey[] {
  const counted = new Map<string, TrustedKey>();
  const objections: Objection[] = [];
  const seen = new Set<TrustedKey>();
  for (const record of signature.records) {
    const key = keyOf(record, signature.message, keyring);
    if (seen.has(key))
      throw refusal({ code: "SANDPIT_SIGNATURE_DUPLICATE", text: `the key ${key.name} has signed twice` });
    seen.add(key);
    const objection = objectionTo(key, keyring, question);
    if (objection !== null) objections.push(objection);
    else if (!counted.has(key.owner)) counted.set(key.owner, key);
  }
  const { threshold, roles } = keyring.policyOf(question.kind);
  if (counted.size < threshold) {
    const text = `a plugin of kind ${question.kind} needs ${threshold} signatures of different owners in the role ${roles.join(" or ")}, ${counted.size} count`;
    const first = objections[0] ?? { code: "SANDPIT_SIGNATURE_THRESHOLD", text: "there are too few" };
    throw refusal({ code: first.code, text: `${first.text}; ${text}` });
  }
  return [...counted.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The key that made a signature. The id only says which keys to try; without an id all of them are. */
function keyOf({ keyId, signature }: SignatureRecord, message: Buffer, keyring: Keyring): TrustedKey {
  const candidates = keyring.keys.filter(({ publicKey }) => keyId === "" || publicKey.keyId === keyId);
  const key = candidates.find(({ publicKey }) => isSignedBy(publicKey, message, signature));
  if (key !== undefined) return key;
  const named = candidates[0];
  if (keyId !== "" && named !== undefined)
    throw refusal({
      code: "SANDPIT_SIGNATURE_INVALID",
      text: `a signature in the name of the key ${named.name} is not by it`,
    });
  const why = keyring.whyKeyRevoked(keyId);
  if (why !== null)
    throw refusal({ code: "SANDPIT_SIGNATURE_KEY_REVOKED", text: `the key ${keyId} is revoked (${why})` });
  throw refusal({
    code: "SANDPIT_SIGNATURE_KEY_UNKNOWN",
    text: `a signature is by a key that the keyring does not have (${keyId === "" ? "no id" : keyId})`,
  });
}

function objectionTo(key: TrustedKey, keyring: Keyring, question: SignerQuestion): Objection | null {
  const { name, role, publicKey, notBeforeMs, expiresMs, environments } = key;
  const { kind, environment, nowMs } = question;
  const why = keyring.whyKeyRevoked(publicKey.keyId);
  if (why !== null)
    return { code: "SANDPIT_SIGNATURE_KEY_REVOKED", text: `the key ${name} is revoked (${why})` };
  if (nowMs >= expiresMs)
    return { code: "SANDPIT_SIGNATURE_KEY_EXPIRED", text: `the key ${name} has expired` };
  if (nowMs < notBeforeMs)
    return { code: "SANDPIT_SIGNATURE_KEY_NOT_YET_VALID", text: `the key ${name} is not valid yet` };
  if (!environments.includes(environment))
    return {
      code: "SANDPIT_SIGNATURE_KEY_ENVIRONMENT",
      text: `the key ${name} signs for ${environments.join(", ")}, this is ${environment}`,
    };
  if (!keyring.policyOf(kind).roles.includes(role))
    return {
      code: "SANDPIT_SIGNATURE_KEY_ROLE",
      text: `the key ${name} of the role ${role} may not sign a plugin of kind ${kind}`,
    };
  return null;
}

function refusal({ code, text }: Objection): EngineError {
  return new EngineError(code, `the module is refused: ${text}. Have it signed by keys of the keyring`, {
    section: "signature",
  });
}
