import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BugVerdict } from "./bug-run.ts";
import type { SeededBug } from "./seeded-bug.ts";

const PROGRAM = fileURLToPath(new URL("hunt-program.ts", import.meta.url));

/** Looks for one bug in a process of its own. Rejects with what that process said where it gave no verdict. */
export function huntInProcess({ id }: SeededBug): Promise<BugVerdict> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM, id], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(out) as BugVerdict);
      else reject(new Error(`the hunt for ${id} ended with ${code}: ${err}`));
    });
  });
}

/** A row of the kill table. */
export function verdictLine({ id, what, complaint, isExpected, seed }: BugVerdict): string {
  const verdict = complaint === null ? "SURVIVED" : isExpected ? "killed" : "killed by another judge";
  const by =
    complaint === null ? "" : `  ${complaint.judge}, seed ${seed}, ${complaint.atSeconds.toFixed(1)} s`;
  return `${id.padEnd(24)} ${verdict.padEnd(10)}${by}  (${what})`;
}
