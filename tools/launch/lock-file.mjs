import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LaunchError } from "./launch-error.mjs";

const POLL_MS = 100;
const WAIT_MS_MAX = 10 * 60_000;
// A holder on another machine (a shared volume) cannot be asked whether it lives. No install takes this long.
const AGE_MS_MAX = 15 * 60_000;

/**
 * Runs `work` while this process alone holds the lock file, which names its holder. The lock of a process that is gone is
 * taken over; a live holder is waited for.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} onWait told once, when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLockFile(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + WAIT_MS_MAX;
  let told = false;
  while (!tryLock(path)) {
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (isStale(path, holder)) {
      takeOver(path, holder);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    if (Date.now() > deadline) {
      throw new LaunchError(
        `${path} has been held by process ${holder} for too long`,
        "end that process, or delete the file",
      );
    }
    await sleep(POLL_MS);
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

// A hard link appears whole or not at all, so no reader ever meets a lock without its holder.
function tryLock(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${hostname()}`);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isStale(path, holder) {
  const [pid, host] = holder.split(" ");
  if (host === hostname()) return !isAlive(Number(pid));
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - modified > AGE_MS_MAX;
}

function isAlive(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

// Two processes may find the same stale lock. The claim is exclusive, and the holder is read again under it: otherwise the
// slower one would delete the lock which the faster one has made since.
function takeOver(path, holder) {
  const claim = `${path}.claim`;
  try {
    writeFileSync(claim, String(process.pid), { flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    removeAbandonedClaim(claim);
    return;
  }
  try {
    if (readHolder(path) === holder) rmSync(path, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

// A claim lives for microseconds: one that is a minute old belongs to a process that died holding it.
function removeAbandonedClaim(claim) {
  const modified = statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - modified > 60_000) rmSync(claim, { force: true });
}
