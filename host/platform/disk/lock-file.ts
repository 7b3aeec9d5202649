import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { DiskLock } from "./disk.ts";
import { DiskError } from "./disk-error.ts";

// Each attempt loses only against another process that took the lock in between; two processes need two at most.
const ATTEMPTS_MAX = 4;

/**
 * Takes an exclusive lock file. It names its holder as `pid start boot`, where `start` is the process's start in clock ticks and `boot` the
 * kernel's boot id: a process id alone is reused, in a container mostly as 1. Where the system has no /proc both are "-" and the pid alone decides.
 */
export function takeLockFile(path: string): DiskLock {
  const own = describeProcess(process.pid);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (create(path, own)) return { release: () => release(path, own) };
    const holder = read(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new DiskError(
        "LOCKED",
        `disk: ${path} is held by the live process ${holder.split(" ", 1).join("")}; stop it or use another directory`,
      );
    }
    if (holder !== undefined) removeStale(path, holder);
  }
  throw new DiskError(
    "LOCKED",
    `disk: ${path} is contended by other processes; start one host only for this directory`,
  );
}

function create(path: string, content: string): boolean {
  // Written beside and linked into place, so that a lock file is never seen empty.
  const temporary = `${path}.${process.pid}`;
  try {
    const descriptor = openSync(temporary, "w");
    writeSync(descriptor, content);
    fsyncSync(descriptor);
    closeSync(descriptor);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw new DiskError(
      "FAILED",
      `disk: cannot create the lock file ${path}; check that the directory exists and is writable`,
      error,
    );
  } finally {
    removeQuietly(temporary);
  }
}

// The name is moved away first and its content compared: had another process replaced the stale lock meanwhile, its fresh one is put back.
function removeStale(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) linkSync(aside, path);
  removeQuietly(aside);
}

function release(path: string, own: string): void {
  if (read(path) === own) removeQuietly(path);
}

function isAlive(holder: string): boolean {
  const pid = Number(holder.split(" ", 1).join(""));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if (!isCode(error, "EPERM")) return false;
  }
  return describeProcess(pid) === holder;
}

function describeProcess(pid: number): string {
  // Field 22 of stat is the start time; the second field is the command in parentheses and may hold spaces.
  const stat = read(`/proc/${pid}/stat`);
  const start = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "-";
  const boot = read("/proc/sys/kernel/random/boot_id")?.trim() ?? "-";
  return `${pid} ${start} ${boot}`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
