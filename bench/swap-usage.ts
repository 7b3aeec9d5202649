import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { MemoryPool } from "../host/engine/index.ts";

const STATUS = "/proc/self/status";
const DESCRIPTORS = "/proc/self/fd";
const KIB = 1024;

/** What a process holds of its system; zeros for what only Linux tells. */
export interface Usage {
  readonly residentMiB: number;
  readonly virtualMiB: number;
  readonly threads: number;
  readonly descriptors: number;
  /** WebAssembly memories that the pool has ever made, and those that plugins have. */
  readonly memories: number;
  readonly memoriesLent: number;
}

export function usageNow(pool: MemoryPool): Usage {
  const status = existsSync(STATUS) ? readFileSync(STATUS, "latin1") : "";
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return {
    residentMiB: field("VmRSS") / KIB,
    virtualMiB: field("VmSize") / KIB,
    threads: field("Threads"),
    descriptors: existsSync(DESCRIPTORS) ? readdirSync(DESCRIPTORS).length : 0,
    memories: pool.createdCount,
    memoriesLent: pool.lentCount,
  };
}
