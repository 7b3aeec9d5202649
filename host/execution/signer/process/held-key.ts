import type { KeyObject } from "node:crypto";
import {
  readSecretCommand,
  readSecretFile,
  SecretError,
  takeSecretVariable,
} from "../../../platform/secrets/index.ts";
import type { SecretCode } from "../../../platform/secrets/index.ts";
import type { SignerCode } from "../signer-error.ts";
import { SignerError } from "../signer-error.ts";
import type { KeyLabel, KeySource, VenueProtocol } from "../signer-key.ts";
import { isLabelOf } from "../signer-key.ts";
import type { VenueKey } from "../signer-message.ts";
import { AllowList } from "./allow-list.ts";
import { KEY_BYTES_MAX, parseKey } from "./key-material.ts";

/** A vault in another region answers in some seconds. */
const COMMAND_DEADLINE_MS = 10_000;

/** A key with everything that is asked before it signs. */
export interface HeldKey {
  readonly venue: string;
  readonly protocol: VenueProtocol;
  readonly apiKey: string;
  readonly label: KeyLabel;
  readonly allowList: AllowList;
  readonly key: KeyObject;
}

const codes: Readonly<Record<SecretCode, SignerCode>> = {
  FILE_UNREADABLE: "SANDPIT_SIGNER_KEY_FILE_UNREADABLE",
  FILE_FORM: "SANDPIT_SIGNER_KEY_FILE_FORM",
  FILE_MODE: "SANDPIT_SIGNER_KEY_FILE_MODE",
  FILE_OWNER: "SANDPIT_SIGNER_KEY_FILE_OWNER",
  TOO_LONG: "SANDPIT_SIGNER_KEY_TOO_LONG",
  ENVIRONMENT_ABSENT: "SANDPIT_SIGNER_KEY_ENVIRONMENT_ABSENT",
  COMMAND_FAILED: "SANDPIT_SIGNER_KEY_COMMAND_FAILED",
  COMMAND_OVERDUE: "SANDPIT_SIGNER_KEY_COMMAND_OVERDUE",
};

/** Reads a key for a host of that environment. Throws SignerError; a key that the environment must not use is not even read [O6]. */
export function holdKey({ venue, protocol, key }: VenueKey, environment: string): HeldKey {
  const { apiKey, from, label, allow } = key;
  if (!isLabelOf(environment, label))
    throw new SignerError(
      "SANDPIT_SIGNER_ENVIRONMENT_DIFFERS",
      `the key of ${venue} is labelled ${label} and the host's environment is ${environment}; production uses production keys, and nothing else does`,
    );
  const allowList = new AllowList(protocol, allow);
  const privateKey = parseKey(read(venue, from), venue, protocol);
  return { venue, protocol, apiKey, label, allowList, key: privateKey };
}

function read(venue: string, from: KeySource): Buffer {
  try {
    if ("file" in from) return readSecretFile(from.file, KEY_BYTES_MAX);
    if ("environment" in from) return takeSecretVariable(from.environment, KEY_BYTES_MAX);
    const [program = "", ...rest] = from.command;
    return readSecretCommand({
      words: [program, ...rest],
      passes: from.passes ?? [],
      deadlineMs: COMMAND_DEADLINE_MS,
      bytesMax: KEY_BYTES_MAX,
    });
  } catch (error) {
    if (error instanceof SecretError)
      throw new SignerError(codes[error.code], `the key of ${venue}: ${error.message}`);
    throw error;
  }
}
