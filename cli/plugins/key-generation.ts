import { statSync } from "node:fs";
import { join } from "node:path";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import { writeNewFile } from "./new-files.ts";
import { newKey } from "./signing-key.ts";

const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;
const DEFAULT_NAME = "plugin-key";

/** `plugin keygen`: a new key, its private half for its owner alone. */
export function generateKey(given: Arguments): number {
  const out = given.text("out");
  if (out === undefined)
    throw new UsageError("plugin keygen has no place for the key", "write --out FILE, or --out DIR");
  const format = given.oneOf("format", "pem", ["pem", "wasmsign2"]);
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  const privateFile = isFolder ? join(out, DEFAULT_NAME) : out;
  const publicFile = `${privateFile}.pub`;
  const key = newKey(format);
  writeNewFile(privateFile, key.privateFile, PRIVATE_MODE);
  writeNewFile(publicFile, key.publicFile, PUBLIC_MODE);
  const publicKey = Buffer.concat([Buffer.of(1), key.publicKey.bytes]).toString("hex");
  const result = { privateFile, publicFile, keyId: key.publicKey.keyId, publicKey };
  process.stdout.write(given.has("json") ? `${JSON.stringify(result)}\n` : keyText(result));
  return 0;
}

function keyText(key: {
  readonly privateFile: string;
  readonly publicFile: string;
  readonly keyId: string;
  readonly publicKey: string;
}): string {
  const lines = [
    `private key ${key.privateFile}, readable by you alone: keep it off the machines that trade`,
    `public key  ${key.publicFile}`,
    `key id      ${key.keyId}`,
    `in a keyring, as publicKey: ${key.publicKey}`,
  ];
  return `${lines.join("\n")}\n`;
}
