import { closeSync, fchmodSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { CommandError } from "../console/command-error.ts";

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Writes a private key so that its owner alone can read it: the mode is set before the first byte is written. */
export function writePrivateKey(path: string, pem: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "w", OWNER_ONLY);
  try {
    fchmodSync(file, OWNER_ONLY);
    writeSync(file, pem);
  } finally {
    closeSync(file);
  }
}

/** Reads a private key. Throws CommandError when it is absent, or when others than its owner may read it. */
export function readPrivateKey(path: string): string {
  let mode: number;
  try {
    ({ mode } = statSync(path));
  } catch (cause) {
    throw new CommandError(
      `the private key ${path} cannot be read`,
      "put the PEM file of the account's Ed25519 key there, or correct venue.privateKeyFile",
      { cause },
    );
  }
  // Windows has no such bits and reports 0o666 for every file.
  if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
    throw new CommandError(
      `the private key ${path} may be used by others than its owner (mode ${(mode & 0o777).toString(8)})`,
      `chmod 600 ${path}`,
    );
  }
  return readFileSync(path, "utf8");
}
