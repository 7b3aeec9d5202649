import { spawnSync } from "node:child_process";
import { getHeapStatistics } from "node:v8";

/** A young generation of 128 MB: what a run of some millions of steps allocates stays there, uncollected and countable. */
const FLAGS = ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"];

/** Whether this process was started so that `allocatedBytes` can tell the truth. */
export function canMeasureAllocation(): boolean {
  return FLAGS.every((flag) => process.execArgv.includes(flag));
}

/** Runs a test file again, in a process that can measure. Returns its exit status and what it printed. */
export function runMeasured(file: string): { readonly status: number | null; readonly output: string } {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawnSync(process.execPath, [...FLAGS, file], { env, encoding: "utf8", timeout: 120_000 });
  return { status: child.status, output: child.stdout + child.stderr };
}

/** Bytes of heap that `run` leaves behind, garbage included, since nothing is collected while it runs. */
export function allocatedBytes(run: () => void): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error(`allocation probe: start node with ${FLAGS.join(" ")}`);
  collect();
  const before = getHeapStatistics().used_heap_size;
  run();
  return getHeapStatistics().used_heap_size - before;
}
