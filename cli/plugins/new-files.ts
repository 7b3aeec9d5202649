import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { CommandError } from "../console/command-error.ts";

/** Writes a file that must not exist yet; `mode` holds before the first byte is there. Throws CommandError. */
export function writeNewFile(path: string, content: Uint8Array, mode: number): void {
  let file: number;
  try {
    file = openSync(path, "wx", mode);
  } catch (cause) {
    const isThere = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new CommandError(
      isThere ? `${path} exists` : `${path} cannot be written`,
      isThere ? "name another file: nothing is overwritten" : "name a file in a folder that exists",
      { cause },
    );
  }
  try {
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Gives a file this content, whole or not at all: another process may be reading it. */
export function replaceWholeFile(path: string, content: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  writeNewFile(temporary, content, 0o644);
  try {
    renameSync(temporary, path);
  } catch (cause) {
    unlinkSync(temporary);
    throw new CommandError(`${path} cannot be written`, "name a file, no directory", { cause });
  }
}
