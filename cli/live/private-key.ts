import { closeSync, fchmodSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

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
