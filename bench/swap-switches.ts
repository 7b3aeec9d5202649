import { closeSync, existsSync, openSync, readSync } from "node:fs";

const SCHEDSTAT = "/proc/thread-self/schedstat";
const BYTES_MAX = 64;

/**
 * How often this thread was put on a core: a span in which that did not change had its core to itself, and what it took is its own work. What a
 * hypervisor takes is not seen. Where the system does not tell, the count stays 0.
 */
export class ThreadSwitches {
  private readonly descriptor: number | null = existsSync(SCHEDSTAT) ? openSync(SCHEDSTAT, "r") : null;
  private readonly bytes = Buffer.alloc(BYTES_MAX);

  /** The third number of the kernel's line: time slices. */
  count(): number {
    if (this.descriptor === null) return 0;
    const length = readSync(this.descriptor, this.bytes, 0, BYTES_MAX, 0);
    return Number(this.bytes.toString("latin1", 0, length).trim().split(" ")[2] ?? 0);
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
  }
}
