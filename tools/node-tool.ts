import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/** The command-line tools this repository uses, by the file that starts them. */
const SCRIPTS = {
  knip: "knip/bin/knip.js",
  oxfmt: "oxfmt/bin/oxfmt",
  oxlint: "oxlint/bin/oxlint",
  tsc: "typescript/bin/tsc",
} as const;

/** Runs a tool under this Node, with its words going where ours go, and returns its exit code. */
export async function runTool(tool: keyof typeof SCRIPTS, toolArguments: readonly string[]): Promise<number> {
  const script = join(projectRoot, "node_modules", SCRIPTS[tool]);
  const child = spawn(process.execPath, [script, ...toolArguments], {
    cwd: projectRoot,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
