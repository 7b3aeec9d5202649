import type { AdmissionTrust, Keyring, TrustContext, VerifiedModule } from "../engine/index.ts";
import {
  EngineError,
  KEYRING_BYTES_MAX,
  parseKeyring,
  readWholeFile,
  VersionFloor,
  verifySignedModule,
} from "../engine/index.ts";
import type { Disk } from "../platform/disk/index.ts";
import { DiskError } from "../platform/disk/index.ts";
import type { Configuration } from "./configuration-shape.ts";

const REFUSALS_SHOWN = 32;

/**
 * By what a host judges its plugins: its keyring, its place, and the versions that have run. `nowMs` is the time of day, not that of a recording.
 * Throws EngineError when the keyring cannot be used.
 */
export function hostTrust(configuration: Configuration, disk: Disk, nowMs: number): TrustContext {
  const { environment, account, instruments, trust } = configuration;
  return {
    environment,
    account,
    instruments: [...new Set(instruments.map(({ symbol }) => symbol))],
    keyring: trust.keyring === null ? null : readKeyring(disk, trust.keyring),
    floor: trust.floorDirectory === null ? null : new VersionFloor(disk, trust.floorDirectory),
    nowMs,
  };
}

/** The same in the form in which another thread can be given it, read anew: a revocation counts from the next deployment on. */
export function admissionTrust(configuration: Configuration, disk: Disk, nowMs: number): AdmissionTrust {
  const { environment, account, instruments, trust } = configuration;
  const { keyring, floorDirectory } = trust;
  const symbols = [...new Set(instruments.map(({ symbol }) => symbol))];
  const read = keyring === null ? null : { text: keyringText(disk, keyring), source: keyring };
  return { environment, account, instruments: symbols, nowMs, keyring: read, floorDirectory };
}

/** Reads a keyring through the disk port. Throws SANDPIT_SIGNATURE_KEYRING_INVALID. */
export function readKeyring(disk: Disk, path: string): Keyring {
  return parseKeyring(keyringText(disk, path), path);
}

function keyringText(disk: Disk, path: string): string {
  try {
    const bytes = readWholeFile(disk, path, KEYRING_BYTES_MAX);
    if (bytes !== null) return Buffer.from(bytes).toString("utf8");
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    throw invalidKeyring(path, cause.message, cause);
  }
  throw invalidKeyring(path, `it has more than ${KEYRING_BYTES_MAX} bytes, or changes while it is read`);
}

function invalidKeyring(path: string, text: string, cause?: unknown): EngineError {
  return new EngineError(
    "SANDPIT_SIGNATURE_KEYRING_INVALID",
    `the keyring ${path} cannot be used: ${text}; correct trust.keyring`,
    { cause },
  );
}

/**
 * Every module by its name, judged. Throws EngineError with the code of the first refusal and one line for each plugin that is refused:
 * a host runs all of its plugins or does not start.
 */
export function verifyModules(
  modules: ReadonlyMap<string, Uint8Array>,
  context: TrustContext,
): Map<string, VerifiedModule> {
  const verified = new Map<string, VerifiedModule>();
  const refused: { readonly name: string; readonly error: EngineError }[] = [];
  for (const [name, bytes] of modules) {
    try {
      verified.set(name, verifyNamed(name, bytes, context));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refused.push({ name, error });
    }
  }
  const [first] = refused;
  if (first === undefined) return verified;
  const lines = refused
    .slice(0, REFUSALS_SHOWN)
    .map(({ name, error }) => `  ${name}: ${error.code}: ${error.message}`);
  throw new EngineError(
    first.error.code,
    `plugins are refused in the environment ${context.environment}:\n${lines.join("\n")}`,
    { cause: first.error },
  );
}

/** A module must be the plugin that it stands for: a signature over one agent is none over another. */
function verifyNamed(name: string, bytes: Uint8Array, context: TrustContext): VerifiedModule {
  const module = verifySignedModule(bytes, context);
  if (module.manifest.name === name) return module;
  throw new EngineError(
    "SANDPIT_SIGNATURE_NAME",
    `the module is the plugin ${module.manifest.name}: put it where that one is configured`,
  );
}

/** Makes the signed modules of a host that runs the least of their versions. Throws EngineError when the floor cannot be written. */
export function raiseFloor(modules: Iterable<VerifiedModule>, { floor }: TrustContext): void {
  const candidates = [...modules]
    .filter(({ trust }) => trust.state === "signed")
    .map(({ manifest: { name, version }, contentSha256 }) => ({ name, version, contentSha256 }));
  if (candidates.length > 0) floor?.raise(candidates);
}
