import { spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { PublicKey, SignMessage } from "../../host/engine/index.ts";
import { EngineError, parsePublicKey, publicKeyOf } from "../../host/engine/index.ts";
import { CommandError } from "../console/command-error.ts";
import { readRegularFile } from "./regular-file.ts";

const KEY_FILE_BYTES_MAX = 4_096;
const KEY_BYTES = 32;
/** A `wasmsign2` key pair: 81 ‖ seed[32] ‖ public key[32]; its public key: 01 ‖ public key[32]. */
const PAIR_TAG = 0x81;
const PUBLIC_TAG = 0x01;
const PAIR_BYTES = 1 + 2 * KEY_BYTES;
/** An Ed25519 private key (PKCS #8, RFC 8410) up to its seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const COMMAND_TIMEOUT_MS = 60_000;
const REMEDY = "`sandpit plugin keygen --out FILE` makes one";

/** A key that signs modules, wherever it lies. */
export interface ModuleSigner {
  readonly publicKey: PublicKey;
  readonly sign: SignMessage;
}

/** A new key as the contents of its two files. */
export interface KeyFiles {
  readonly publicKey: PublicKey;
  readonly privateFile: Buffer;
  readonly publicFile: Buffer;
}

export function newKey(format: "pem" | "wasmsign2"): KeyFiles {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = publicOf(privateKey);
  if (format === "pem") {
    const privateFile = Buffer.from(privateKey.export({ format: "pem", type: "pkcs8" }));
    const publicFile = Buffer.from(publicKey.key.export({ format: "pem", type: "spki" }));
    return { publicKey, privateFile, publicFile };
  }
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(PKCS8_PREFIX.length);
  const privateFile = Buffer.concat([Buffer.of(PAIR_TAG), seed, publicKey.bytes]);
  return { publicKey, privateFile, publicFile: Buffer.concat([Buffer.of(PUBLIC_TAG), publicKey.bytes]) };
}

/** Reads a private key, PEM (PKCS #8) or a `wasmsign2` key pair. Throws CommandError; also where others than its owner may read it. */
export function readSigner(path: string): ModuleSigner {
  const key = privateKeyOf(path, readRegularFile(path, { bytesMax: KEY_FILE_BYTES_MAX, isPrivate: true }));
  return { publicKey: publicOf(key), sign: (message) => sign(null, message, key) };
}

/** Reads a public key, PEM, or a `wasmsign2` public key as it is or in hexadecimal or base64. Throws CommandError. */
export function readPublicKey(path: string): PublicKey {
  const bytes = readRegularFile(path, { bytesMax: KEY_FILE_BYTES_MAX });
  const isBinary = bytes.length === 1 + KEY_BYTES && bytes[0] === PUBLIC_TAG;
  try {
    return parsePublicKey(isBinary ? bytes.toString("hex") : bytes.toString("latin1"));
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new CommandError(`${path}: ${cause.message}`, REMEDY, { cause });
  }
}

/**
 * A key that never comes here: the command is given the message on its standard input and prints the 64 bytes of the signature in
 * hexadecimal, as a client of a vault or a hardware module does.
 */
export function commandSigner(command: string, publicKey: PublicKey): ModuleSigner {
  const ask = (message: Uint8Array): Uint8Array => {
    const { status, stdout, stderr, error } = spawnSync(command, {
      shell: true,
      input: message,
      encoding: "latin1",
      timeout: COMMAND_TIMEOUT_MS,
    });
    if (error !== undefined || status !== 0)
      throw new CommandError(
        `the key command failed (${error === undefined ? `status ${status}` : error.message}): ${stderr.slice(0, 500)}`,
        "try it alone: it reads the message from its standard input",
      );
    const text = stdout.trim();
    if (!/^[0-9a-f]{128}$/i.test(text))
      throw new CommandError(
        "the key command printed no signature",
        "it has to print 64 bytes in hexadecimal, and nothing else",
      );
    return Buffer.from(text, "hex");
  };
  return { publicKey, sign: ask };
}

function privateKeyOf(path: string, bytes: Buffer): KeyObject {
  const isPair = bytes.length === PAIR_BYTES && bytes[0] === PAIR_TAG;
  let key: KeyObject;
  try {
    key = isPair
      ? createPrivateKey({
          key: Buffer.concat([PKCS8_PREFIX, bytes.subarray(1, 1 + KEY_BYTES)]),
          format: "der",
          type: "pkcs8",
        })
      : createPrivateKey(bytes);
  } catch (cause) {
    throw new CommandError(`${path} is no private key, neither PEM nor of wasmsign2`, REMEDY, { cause });
  }
  if (key.asymmetricKeyType !== "ed25519")
    throw new CommandError(`${path} is a key of the type ${key.asymmetricKeyType}, not Ed25519`, REMEDY);
  if (isPair && !publicOf(key).bytes.equals(bytes.subarray(1 + KEY_BYTES)))
    throw new CommandError(`the two halves of the key pair ${path} do not belong together`, REMEDY);
  return key;
}

function publicOf(key: KeyObject): PublicKey {
  return publicKeyOf(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-KEY_BYTES));
}
