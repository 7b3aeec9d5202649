import { cpus, loadavg } from "node:os";

/** Under what a benchmark ran: without it a number says nothing. */
export interface Conditions {
  readonly date: string;
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  readonly flags: readonly string[];
  /** Processes that wanted a core in the last minute, before and after. Above the count of cores the numbers are worth little. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export function conditionsSince(loadBefore: number): Conditions {
  const all = cpus();
  return {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    flags: process.execArgv,
    loadBefore,
    loadAfter: currentLoad(),
  };
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}
