import { closeSync, constants, openSync, writeSync } from "node:fs";

const OWNER_ONLY = 0o600;
const NO_FOLLOW = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

/** A file for its owner alone that only grows, line by line. */
export class AppendFile {
  readonly #file: number;

  /** Made where there is none. Throws the system's error where it cannot be opened, and for a symbolic link. */
  constructor(path: string) {
    const { O_APPEND, O_CREAT, O_WRONLY } = constants;
    this.#file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | NO_FOLLOW, OWNER_ONLY);
  }

  /** With the operating system when this returns; not synced. Throws the system's error, after which half a line may stand there. */
  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`, "utf8");
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
  }

  close(): void {
    closeSync(this.#file);
  }
}
