import type { Disk } from "../platform/disk/index.ts";
import { DiskCode, DiskError } from "../platform/disk/index.ts";

const NAME = "RESERVE";
const STEP_BYTES = 1 << 20;

/**
 * A file of zeros that holds space on the device. When the device is full it is removed, and what it held takes cancels, halts and execution
 * reports. It reserves nothing on file systems that compress or share blocks.
 */
export class SpaceReserve {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #directory: string;
  #held: boolean;

  /** Creates or completes the reserve; 0 bytes for none. Throws DiskError "FULL" where it does not fit: such a host must not start. */
  constructor(disk: Disk, directory: string, reserveBytes: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#path = `${directory}/${NAME}`;
    this.#held = reserveBytes > 0;
    if (!this.#held) return;
    const file = disk.open(this.#path, disk.list(directory).includes(NAME) ? "append" : "create");
    try {
      this.#fill(file, reserveBytes);
    } finally {
      disk.close(file);
    }
  }

  /** Gives the space back to the device. Answers whether there was any to give. */
  release(): boolean {
    if (!this.#held) return false;
    this.#held = false;
    try {
      this.#disk.remove(this.#path);
      return true;
    } catch {
      return false;
    }
  }

  #fill(file: ReturnType<Disk["open"]>, reserveBytes: number): void {
    const zeros = Buffer.alloc(Math.min(STEP_BYTES, reserveBytes));
    let missing = reserveBytes - this.#disk.sizeBytes(file);
    while (missing > 0) {
      const taken = this.#disk.append(file, zeros, 0, Math.min(zeros.length, missing));
      if (taken < 0 && taken !== DiskCode.AGAIN) {
        const place = `${this.#directory} for the journal's reserve of ${reserveBytes} bytes`;
        throw new DiskError(
          taken === DiskCode.FULL ? "FULL" : "FAILED",
          `journal: no space in ${place}; free space before starting`,
        );
      }
      if (taken > 0) missing -= taken;
    }
    if (this.#disk.sync(file) < 0)
      throw new DiskError("FAILED", `journal: a sync of ${this.#path} failed; check the device`);
  }
}
