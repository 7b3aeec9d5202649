import { EngineError } from "../engine-error.ts";
import type { Manifest } from "../manifest.ts";
import { readManifest } from "../manifest-section.ts";
import { sha256 } from "../sha256.ts";
import { wasmLimits } from "../wasm/wasm-limits.ts";
import type { Keyring } from "./keyring.ts";
import type { RunPlace } from "./module-binding.ts";
import { checkBinding } from "./module-binding.ts";
import type { ModuleSignature } from "./module-signature.ts";
import { readModuleSignature } from "./module-signature.ts";
import type { ModuleTrust } from "./module-trust.ts";
import { UNSIGNED } from "./module-trust.ts";
import { countSigners } from "./signer-count.ts";
import { VerifiedModule } from "./verified-module.ts";
import type { VersionFloor } from "./version-floor.ts";
import { compareVersions } from "../plugin-version.ts";

/** By what a module is judged: who is believed, where it is to run, and what has run before. */
export interface TrustContext extends RunPlace {
  /** Null in development alone: then nobody is believed and every module is unsigned. */
  readonly keyring: Keyring | null;
  /** Null: versions are not compared. */
  readonly floor: VersionFloor | null;
}

/**
 * Judges a module's signatures and what stands under them. The bytes are copied once; the copy is hashed, verified and, by `loadModule`,
 * compiled. In order: size, sections, the signature's form, hashes, manifest, revocation, signers, place and time, version.
 *
 * | module                                   | development | staging, production |
 * |------------------------------------------|-------------|---------------------|
 * | no signature                             | unsigned    | refused             |
 * | a signature whose form or hash is wrong  | refused     | refused             |
 * | a signature, and no keyring              | unsigned    | refused             |
 * | signatures that the keyring refuses      | refused     | refused             |
 * | signatures that suffice                  | signed      | signed              |
 *
 * Nothing overrides a refusal. Throws EngineError: SANDPIT_SIGNATURE_ codes, those of a module or manifest that cannot be read besides.
 */
export function verifySignedModule(given: Uint8Array, context: TrustContext): VerifiedModule {
  if (given.length > wasmLimits.moduleBytes)
    throw new EngineError(
      "SANDPIT_ENGINE_MODULE_TOO_LARGE",
      `the module has ${given.length} bytes, the limit is ${wasmLimits.moduleBytes}: strip it`,
    );
  // Not `slice`, which for a Buffer is a view.
  const bytes = new Uint8Array(given);
  const signature = readModuleSignature(bytes);
  const manifest = readManifest(signature);
  const hashes = { sha256: sha256(bytes), contentSha256: signature.contentSha256 };
  checkRevoked(hashes, context.keyring);
  const trust = judge(signature, manifest, context);
  checkBinding(manifest, context);
  checkVersion(manifest, hashes.contentSha256, trust, context);
  return new VerifiedModule({ manifest, trust, ...hashes }, bytes);
}

function checkRevoked(
  hashes: { readonly sha256: string; readonly contentSha256: string },
  keyring: Keyring | null,
): void {
  const why = keyring?.whyModuleRevoked(hashes.contentSha256) ?? keyring?.whyModuleRevoked(hashes.sha256);
  if (why === null || why === undefined) return;
  throw new EngineError(
    "SANDPIT_SIGNATURE_MODULE_REVOKED",
    `the module ${hashes.contentSha256} is revoked (${why}): use a later version`,
  );
}

function judge(signature: ModuleSignature, manifest: Manifest, context: TrustContext): ModuleTrust {
  const { keyring, environment, nowMs } = context;
  if (keyring === null && environment !== "development")
    throw new EngineError(
      "SANDPIT_SIGNATURE_KEYRING_MISSING",
      `there is no keyring, and the environment ${environment} runs signed plugins alone: name one in trust.keyring`,
    );
  if (signature.records.length === 0 && environment !== "development")
    throw new EngineError(
      "SANDPIT_SIGNATURE_MISSING",
      `plugin ${manifest.name} ${manifest.version} is unsigned, and the environment ${environment} runs signed plugins alone: sign it with \`sandpit plugin sign\``,
    );
  if (signature.records.length === 0 || keyring === null) return UNSIGNED;
  const signers = countSigners(signature, keyring, { kind: manifest.kind, environment, nowMs });
  const ends = signers.map(({ expiresMs }) => expiresMs);
  return {
    state: "signed",
    signers: signers.map(({ name }) => name),
    roles: [...new Set(signers.map(({ role }) => role))],
    environment,
    expiresMs: Math.min(manifest.expiresMs ?? Number.POSITIVE_INFINITY, ...ends),
  };
}

/** An unsigned module has no version that anybody vouches for: it neither meets the floor nor raises it. */
function checkVersion(
  { name, version }: Manifest,
  contentSha256: string,
  trust: ModuleTrust,
  { keyring, floor }: TrustContext,
): void {
  if (trust.state === "unsigned") return;
  const least = keyring?.minimumVersionOf(name) ?? null;
  if (least !== null && compareVersions(version, least) < 0)
    throw new EngineError(
      "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR",
      `plugin ${name} ${version} is older than ${least}, the least that the keyring allows: use a later version`,
    );
  floor?.check({ name, version, contentSha256 });
}
