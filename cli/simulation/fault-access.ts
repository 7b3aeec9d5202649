import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../console/command-error.ts";

const FAULT_FILE = "fault-address";

/** The file in a host's folder that says where the faults of its simulated venues are switched. */
export class FaultAccess {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, FAULT_FILE);
  }

  announce(url: string): void {
    writeFileSync(this.path, `${url}\n`);
  }

  /** Takes it away again. */
  close(): void {
    rmSync(this.path, { force: true });
  }

  /** The address. Throws CommandError where no simulated venue runs. */
  read(): string {
    try {
      return readFileSync(this.path, "utf8").trim();
    } catch (cause) {
      throw new CommandError(
        `no simulated venue runs here: there is no ${this.path}`,
        "start one with `npm start`, or name its folder with --data",
        { cause },
      );
    }
  }
}
