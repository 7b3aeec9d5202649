import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ModelBug } from "./model-bugs.ts";

const PROGRAM = fileURLToPath(new URL("bug-program.ts", import.meta.url));
const FLAGS = ["--disable-warning=ExperimentalWarning", "--no-wasm-dynamic-tiering"];

/** What became of a bug. */
export interface BugSighting {
  readonly id: string;
  readonly what: string;
  readonly seed: number;
  /** Until it was seen, or all of them. */
  readonly runs: number;
  /** What the model said; null: the bug was not seen. */
  readonly complaint: string | null;
}

/** Lets the model run on a host with a bug in it, in a process of its own. Rejects with what that said where it came to nothing. */
export function lookFor({ id }: ModelBug, seed: number): Promise<BugSighting> {
  const child = spawn(process.execPath, [...FLAGS, PROGRAM, id, String(seed)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(out) as BugSighting);
      else reject(new Error(`the model of ${id} ended with ${code}: ${err}`));
    });
  });
}
