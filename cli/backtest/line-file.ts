import { closeSync, openSync, writeSync } from "node:fs";
import { CommandError } from "../console/command-error.ts";

const LINES_MAX = 4096;

/** A text file that is written line by line, many lines at a time. */
export class LineFile {
  private readonly descriptor: number;
  private readonly lines: string[] = [];

  /** Throws CommandError where the file cannot be made. */
  constructor(path: string) {
    try {
      this.descriptor = openSync(path, "w");
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError(`${path} cannot be written: ${text}`, "name a file in a directory that exists", {
        cause,
      });
    }
  }

  add(line: string): void {
    this.lines.push(line);
    if (this.lines.length >= LINES_MAX) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    if (this.lines.length > 0) writeSync(this.descriptor, `${this.lines.join("\n")}\n`);
    this.lines.length = 0;
  }
}
