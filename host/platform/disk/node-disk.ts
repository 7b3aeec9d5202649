import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
  writevSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Disk, DiskFile, DiskLock, OpenMode } from "./disk.ts";
import { DiskCode } from "./disk.ts";
import type { DiskErrorCode } from "./disk-error.ts";
import { DiskError } from "./disk-error.ts";
import { takeLockFile } from "./lock-file.ts";
import { Prefixes } from "./prefixes.ts";

// "ax+" creates exclusively; "a+" would create what is missing, so an existing file is opened with "r+" first (see open).
const FLAGS = { create: "ax+", append: "a+", read: "r" } as const;

/** The file system of this machine through node's synchronous calls. */
export class NodeDisk implements Disk {
  readonly #prefixes: Prefixes = new Prefixes();

  open(path: string, mode: OpenMode): DiskFile {
    return guarded("open", path, () => {
      if (mode === "append") closeSync(openSync(path, "r+"));
      return openSync(path, FLAGS[mode]) as DiskFile;
    });
  }

  close(file: DiskFile): void {
    guarded("close", file, () => closeSync(file));
  }

  append(file: DiskFile, source: Uint8Array, offsetBytes: number, lengthBytes: number): number {
    try {
      const prefix = offsetBytes === 0 ? this.#prefixes.of(source, lengthBytes) : undefined;
      if (prefix === undefined) return writeSync(file, source, offsetBytes, lengthBytes, null);
      return writevSync(file, prefix);
    } catch (error) {
      return codeOf(error);
    }
  }

  sync(file: DiskFile): number {
    try {
      fdatasyncSync(file);
      return 0;
    } catch {
      // No code here is worth a second try: the kernel may have dropped the pages and marked them clean.
      return DiskCode.FAILED;
    }
  }

  syncBehind(file: DiskFile): Promise<number> {
    return new Promise((resolve) =>
      fdatasync(file, (error) => resolve(error === null ? 0 : DiskCode.FAILED)),
    );
  }

  /** What is waited for are the syncs: the calls between take some 10 µs each, by promises of Node's it would be 50. */
  async replaceBehind(path: string, content: Uint8Array): Promise<void> {
    try {
      const next = `${path}.new`;
      await syncedAndClosed(openSync(next, "w"), content);
      renameSync(next, path);
      await syncedAndClosed(openSync(dirname(path), "r"));
    } catch (error) {
      throw diskError("replace", path, error);
    }
  }

  readAt(
    file: DiskFile,
    target: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
    position: number,
  ): number {
    try {
      return readSync(file, target, offsetBytes, lengthBytes, position);
    } catch (error) {
      return codeOf(error);
    }
  }

  sizeBytes(file: DiskFile): number {
    return guarded("stat", file, () => fstatSync(file).size);
  }

  isLinked(file: DiskFile): boolean {
    return guarded("stat", file, () => fstatSync(file).nlink > 0);
  }

  truncate(file: DiskFile, sizeBytes: number): void {
    guarded("truncate", file, () => ftruncateSync(file, sizeBytes));
  }

  rename(from: string, to: string): void {
    guarded("rename", from, () => renameSync(from, to));
  }

  remove(path: string): void {
    guarded("remove", path, () => unlinkSync(path));
  }

  list(directory: string): readonly string[] {
    try {
      return readdirSync(directory).sort();
    } catch (error) {
      if (errorCodeOf(error) === "NOT_FOUND") return [];
      throw diskError("list", directory, error);
    }
  }

  makeDirectory(directory: string): void {
    guarded("create the directory", directory, () => mkdirSync(directory, { recursive: true }));
  }

  syncDirectory(directory: string): void {
    guarded("sync the directory", directory, () => {
      const descriptor = openSync(directory, "r");
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  lock(path: string): DiskLock {
    return takeLockFile(path);
  }
}

/** Writes what is given into a file, syncs file or folder, and closes it in any case. */
async function syncedAndClosed(descriptor: number, content: Uint8Array | null = null): Promise<void> {
  try {
    if (content !== null) writeFileSync(descriptor, content);
    await new Promise<void>((resolve, reject) =>
      fsync(descriptor, (error) => (error === null ? resolve() : reject(error))),
    );
  } finally {
    closeSync(descriptor);
  }
}

function guarded<T>(action: string, subject: string | number, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw diskError(action, subject, error);
  }
}

function diskError(action: string, subject: string | number, error: unknown): DiskError {
  const place = typeof subject === "number" ? `file descriptor ${subject}` : subject;
  const code = errorCodeOf(error);
  return new DiskError(
    code,
    `disk: cannot ${action} ${place} (${systemCode(error)}); ${REMEDY[code]}`,
    error,
  );
}

const REMEDY: Readonly<Record<DiskErrorCode, string>> = {
  NOT_FOUND: "check that the path exists",
  EXISTS: "move the file that is there out of the way, or choose another path",
  FULL: "free space on the device or raise the quota",
  LOCKED: "stop the other process or give this one a directory of its own",
  DENIED: "check owner and permissions, and that the device is mounted for writing",
  FAILED: "check the device; what reached it is unknown",
};

const ERROR_CODES: ReadonlyMap<string, DiskErrorCode> = new Map<string, DiskErrorCode>([
  ["ENOENT", "NOT_FOUND"],
  ["EEXIST", "EXISTS"],
  ["ENOSPC", "FULL"],
  ["EDQUOT", "FULL"],
  ["EACCES", "DENIED"],
  ["EPERM", "DENIED"],
  ["EROFS", "DENIED"],
]);

function errorCodeOf(error: unknown): DiskErrorCode {
  return ERROR_CODES.get(systemCode(error)) ?? "FAILED";
}

function codeOf(error: unknown): number {
  const code = systemCode(error);
  if (code === "EINTR" || code === "EAGAIN") return DiskCode.AGAIN;
  return ERROR_CODES.get(code) === "FULL" ? DiskCode.FULL : DiskCode.FAILED;
}

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "no code";
}
