import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePrivateKey } from "./private-key.ts";

/** Private keys and certificates in a folder of its own that its owner alone may enter, for as long as a simulation runs. */
export class KeyFolder {
  private readonly directory: string = mkdtempSync(join(tmpdir(), "sandpit-key-"));

  /** The path of the key's file. */
  key(name: string, pem: string): string {
    const path = join(this.directory, `${name}.pem`);
    writePrivateKey(path, pem);
    return path;
  }

  /** The path of the certificate's file. */
  certificate(name: string, pem: string): string {
    const path = join(this.directory, `${name}-ca.pem`);
    writeFileSync(path, pem);
    return path;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
