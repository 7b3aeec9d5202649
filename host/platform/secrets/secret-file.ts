import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Stats } from "node:fs";
import { SecretError } from "./secret-error.ts";

// Windows has neither flag.
const NO_FOLLOW = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
const NON_BLOCKING = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;
const MODES: readonly number[] = [0o600, 0o400];
const MODE_BITS = 0o7777;

/**
 * The bytes of a file that its owner alone may read and that belongs to this process's user. Opened once, without following a link and without
 * waiting for the writer of a pipe; everything is asked of what was opened, so that nothing can be put in its place between question and
 * reading. Throws SecretError. Whoever is done with the bytes fills them with zeros.
 */
export function readSecretFile(path: string, bytesMax: number): Buffer {
  const file = open(path);
  try {
    check(path, fstatSync(file));
    const bytes = Buffer.alloc(bytesMax + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length <= bytesMax) return bytes.subarray(0, length);
    bytes.fill(0);
    throw new SecretError("TOO_LONG", `${path} has more than ${bytesMax} bytes`, "a key has a few hundred");
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | NO_FOLLOW | NON_BLOCKING);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ELOOP")
      throw new SecretError("FILE_FORM", `${path} is a symbolic link`, "name the file itself");
    throw new SecretError(
      "FILE_UNREADABLE",
      `${path} cannot be read (${code})`,
      "name a file that exists and that this process's user may read",
    );
  }
}

function check(path: string, stat: Stats): void {
  if (!stat.isFile())
    throw new SecretError(
      "FILE_FORM",
      `${path} is no regular file`,
      "name a file, no directory, pipe or device",
    );
  // Windows has no such bits and no such owner: it reports 0o666 and 0 for every file.
  if (process.platform === "win32") return;
  if (!MODES.includes(stat.mode & MODE_BITS))
    throw new SecretError(
      "FILE_MODE",
      `${path} has mode ${(stat.mode & MODE_BITS).toString(8).padStart(4, "0")}`,
      `chmod 600 ${path}, and make a new key if others could read it`,
    );
  if (stat.uid !== process.geteuid?.())
    throw new SecretError(
      "FILE_OWNER",
      `${path} belongs to user ${stat.uid}, this process to user ${process.geteuid?.() ?? "unknown"}`,
      "give it to the user as whom the host runs",
    );
}
