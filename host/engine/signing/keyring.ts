import type { z } from "zod";
import type { PluginKind } from "../../../abi/host/index.ts";
import { EngineError } from "../engine-error.ts";
import type { Environment } from "../environment.ts";
import { printableText } from "../printable-text.ts";
import { parseStrictJson, StrictJsonError } from "../strict-json.ts";
import { utcTimeMs } from "../utc-time.ts";
import type { KeyFile, KeyringFile } from "./keyring-schema.ts";
import { keyringSchema } from "./keyring-schema.ts";
import type { PublicKey } from "./public-key.ts";
import { parsePublicKey } from "./public-key.ts";
import type { KindPolicy, SigningRole } from "./signing-role.ts";
import { defaultPolicy } from "./signing-role.ts";

/** A keyring with 256 keys and 1,000 revocations has some 300 KiB. */
export const KEYRING_BYTES_MAX = 4_194_304;
const ISSUES_SHOWN = 16;

/** A key that may sign, and within what. */
export interface TrustedKey {
  readonly name: string;
  /** Whoever holds it: two keys of one owner are one signature. */
  readonly owner: string;
  readonly role: SigningRole;
  readonly publicKey: PublicKey;
  /** Milliseconds since 1970; from the first on, before the second. */
  readonly notBeforeMs: number;
  readonly expiresMs: number;
  readonly environments: readonly Environment[];
}

/** Whom a host believes, and what it no longer believes. */
export class Keyring {
  readonly keys: readonly TrustedKey[];
  readonly #file: KeyringFile;
  readonly #revokedKeys: ReadonlyMap<string, string>;
  readonly #revokedModules: ReadonlyMap<string, string>;
  readonly #minimumVersions: ReadonlyMap<string, string>;

  constructor(file: KeyringFile, keys: readonly TrustedKey[]) {
    this.keys = keys;
    this.#file = file;
    this.#revokedKeys = new Map(file.revoked?.keys.map((entry) => [entry.keyId, entry.reason]));
    this.#revokedModules = new Map(file.revoked?.modules.map((entry) => [entry.sha256, entry.reason]));
    this.#minimumVersions = new Map(Object.entries(file.minimumVersions ?? {}));
  }

  policyOf(kind: PluginKind): KindPolicy {
    return this.#file.policy?.[kind] ?? defaultPolicy[kind];
  }

  /** Why a key is revoked; null when it is not. */
  whyKeyRevoked(keyId: string): string | null {
    return this.#revokedKeys.get(keyId) ?? null;
  }

  /** Why a module is revoked, by the SHA-256 of its file or of its content; null when it is not. */
  whyModuleRevoked(sha256: string): string | null {
    return this.#revokedModules.get(sha256) ?? null;
  }

  /** The least version of a plugin, or null. */
  minimumVersionOf(plugin: string): string | null {
    return this.#minimumVersions.get(plugin) ?? null;
  }
}

/**
 * Reads a keyring file, whole or not at all. Throws SANDPIT_SIGNATURE_KEYRING_INVALID with one line for each fault, each with the path of its
 * key: `source` names the file in it.
 */
export function parseKeyring(text: string, source: string): Keyring {
  if (text.length > KEYRING_BYTES_MAX)
    refuse(source, [`it has ${text.length} characters, the limit is ${KEYRING_BYTES_MAX}`]);
  const parsed = keyringSchema.safeParse(parseJson(text, source));
  if (!parsed.success) refuse(source, parsed.error.issues.map(lineOf));
  const faults: string[] = [];
  const keys = parsed.data.keys.flatMap((key, index) => trustedKey(key, `keys.${index}`, faults));
  findRepeated(keys, faults);
  if (faults.length > 0) refuse(source, faults);
  return new Keyring(parsed.data, keys);
}

function parseJson(text: string, source: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    return refuse(source, [cause instanceof StrictJsonError ? cause.message : "it is no JSON"], cause);
  }
}

function trustedKey(key: KeyFile, path: string, faults: string[]): TrustedKey[] {
  const { name, owner = name, role, notBefore, expires } = key;
  try {
    const publicKey = parsePublicKey(key.publicKey);
    const times = { notBeforeMs: utcTimeMs(notBefore) ?? 0, expiresMs: utcTimeMs(expires) ?? 0 };
    return [{ name, owner, role, publicKey, ...times, environments: key.environments }];
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    faults.push(`${path}.publicKey: ${error.message}`);
    return [];
  }
}

/** A key or a name that stands twice would be two signers that are one. */
function findRepeated(keys: readonly TrustedKey[], faults: string[]): void {
  keys.forEach((key, index) => {
    const earlier = keys.slice(0, index);
    if (earlier.some(({ name }) => name === key.name))
      faults.push(`keys.${index}.name: "${key.name}" stands twice`);
    const same = earlier.find(({ publicKey }) => publicKey.bytes.equals(key.publicKey.bytes));
    if (same !== undefined)
      faults.push(`keys.${index}.publicKey: it is the key of "${same.name}"; a key is one signer, once`);
  });
}

function lineOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".") || "(top level)";
  if (issue.code !== "unrecognized_keys") return `${printableText(path, 200)}: ${issue.message}`;
  const names = issue.keys.slice(0, 8).map((key) => `"${printableText(key, 64)}"`);
  return `${printableText(path, 200)}: unknown key ${names.join(", ")}; remove or correct it`;
}

function refuse(source: string, lines: readonly string[], cause?: unknown): never {
  const shown = lines.slice(0, ISSUES_SHOWN).map((line) => `  ${line}`);
  throw new EngineError(
    "SANDPIT_SIGNATURE_KEYRING_INVALID",
    `the keyring ${source} cannot be used:\n${shown.join("\n")}`,
    { cause },
  );
}
