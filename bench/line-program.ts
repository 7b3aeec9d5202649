import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const WAIT_MS = 60_000;
const SAID_CHARACTERS = 4_000;

/** A line of a command with `--json`. */
export interface EventLine {
  readonly event?: string;
  readonly [member: string]: unknown;
}

/** A command of `sandpit` in a process of its own, which tells in lines of JSON what it does. */
export class LineProgram {
  readonly child: ChildProcess;
  private readonly lines: { readonly line: EventLine; readonly atMs: number }[] = [];
  private readonly reader: Interface;
  /** The end of its log, for the text of a failure. */
  private said = "";

  constructor(words: readonly string[], flags: readonly string[]) {
    const child = spawn(process.execPath, [...flags, PROGRAM, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said = `${this.said}${text}`.slice(-SAID_CHARACTERS);
    });
    this.reader = createInterface(child.stdout);
    this.reader.on("line", (text) => {
      if (text.startsWith("{"))
        this.lines.push({ line: JSON.parse(text) as EventLine, atMs: performance.now() });
    });
  }

  /** The next line of an event, and when it came, by this process's clock; those before it are dropped. Throws where none comes within a minute. */
  async until(event: string): Promise<{ readonly line: EventLine; readonly atMs: number }> {
    const seen: string[] = [];
    for (
      const endMs = performance.now() + WAIT_MS;
      performance.now() < endMs && this.child.exitCode === null;
    ) {
      const next = this.lines.shift();
      if (next?.line.event === event) return next;
      if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      else seen.push(JSON.stringify(next.line));
    }
    throw new Error(`the command has not told "${event}" but ${seen.join(" ")}; its log: ${this.said}`);
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.kill("SIGTERM")) await once(this.child, "exit");
    this.reader.close();
  }
}
