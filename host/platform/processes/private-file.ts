import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives `use` the path of a file with these bytes, in a new directory that its owner alone may enter; both are gone when `use` returns or
 * throws. For programs that take a file's name only.
 */
export function withPrivateFile<Made>(name: string, bytes: Uint8Array, use: (path: string) => Made): Made {
  const directory = mkdtempSync(join(tmpdir(), "sandpit-"));
  try {
    const path = join(directory, name);
    writeFileSync(path, bytes, { mode: 0o600, flag: "wx" });
    return use(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
