import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writePrivateKey } from "./private-key.ts";

/** A private key in a folder of its own that its owner alone may enter, for as long as a simulation runs. */
export class KeyFile {
  readonly path: string;

  constructor(pem: string) {
    this.path = join(mkdtempSync(join(tmpdir(), "sandpit-key-")), "key.pem");
    writePrivateKey(this.path, pem);
  }

  remove(): void {
    rmSync(dirname(this.path), { recursive: true, force: true });
  }
}
