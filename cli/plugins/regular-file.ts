import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { CommandError } from "../console/command-error.ts";

// Windows has neither flag.
const NO_FOLLOW = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
const NON_BLOCKING = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;
const OTHERS = 0o077;

export interface RegularFileRules {
  readonly bytesMax: number;
  /** Refused when its group or others may read or write it. */
  readonly isPrivate?: boolean;
}

/**
 * The content of a regular file. Opened once, without following a link and without waiting for the writer of a pipe; everything is asked of
 * what was opened, so that nothing can be put in its place between question and reading. Throws CommandError for a link, directory, pipe or
 * device, for a file that is too large or changes meanwhile, and for a private one that others may use.
 */
export function readRegularFile(path: string, rules: RegularFileRules): Buffer {
  const file = open(path);
  try {
    const { mode, size } = checkedStat(path, file, rules);
    // Windows has no such bits and reports 0o666 for every file.
    if (rules.isPrivate === true && process.platform !== "win32" && (mode & OTHERS) !== 0)
      throw new CommandError(
        `${path} may be used by others than its owner (mode ${(mode & 0o777).toString(8)})`,
        `chmod 600 ${path}, and make a new key if it ever lay open`,
      );
    const bytes = Buffer.alloc(size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length !== size)
      throw new CommandError(`${path} changes while it is read`, "wait for whoever writes it");
    return bytes.subarray(0, size);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | NO_FOLLOW | NON_BLOCKING);
  } catch (cause) {
    const isLink = cause instanceof Error && "code" in cause && cause.code === "ELOOP";
    throw new CommandError(
      isLink ? `${path} is a symbolic link` : `${path} cannot be read`,
      isLink ? "name the file itself" : "name a file that exists and that you may read",
      { cause },
    );
  }
}

function checkedStat(
  path: string,
  file: number,
  { bytesMax }: RegularFileRules,
): { readonly mode: number; readonly size: number } {
  const stat = fstatSync(file);
  if (!stat.isFile())
    throw new CommandError(`${path} is no regular file`, "name a file, no directory, pipe or device");
  if (stat.size > bytesMax)
    throw new CommandError(`${path} has ${stat.size} bytes`, `the limit is ${bytesMax}`);
  return stat;
}
