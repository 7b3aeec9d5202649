import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = join(import.meta.dirname, "../../cli/main.ts");
const data = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../shared/data");

/** The recorded Binance session, in order. */
export const recordings: readonly string[] = ["spot-btcusdt_20240808.gz", "spot-btcusdt_20240809.gz"].map(
  (name) => join(data, "binance", name),
);
const missing = recordings.find((path) => !existsSync(path));
/** For a test's `skip`: false, or which file was wanted. */
export const recordingSkip: string | false =
  missing === undefined ? false : `wants ${missing}; set SANDPIT_DATA`;

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A fresh directory that the system clears away. */
export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), "sandpit-test-"));
}

/** Starts the command; `ended` settles with what it printed. */
export function launch(line: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
} {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...line], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
  const ended = new Promise<Outcome>((resolve) => {
    child.once("close", (status) => {
      resolve({ status, ...texts });
    });
  });
  return { child, ended };
}

/** Runs the command to its end. */
export function sandpit(...line: readonly string[]): Promise<Outcome> {
  return launch(line).ended;
}

/** The object on the last line of the standard output. */
export function lastJson<Shape>({ stdout, stderr }: Outcome): Shape {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as Shape;
  } catch (cause) {
    throw new Error(`the last line is no JSON: ${line}\n${stderr}`, { cause });
  }
}
