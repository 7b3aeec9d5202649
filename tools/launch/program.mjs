import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { launcherWatch } from "./launcher-watch.mjs";

// Flags that node only takes at its start. Without dynamic tiering every plugin is compiled by the optimising compiler
// before its first call, so that no frame meets code which is still slow. Large pages, here for node's own code and below for
// what it allocates, took 8 to 15 % off a frame and a quarter off a step that follows a pause; where there are none, nothing happens.
const PROGRAM_FLAGS = {
  "cli/main.ts": ["--no-wasm-dynamic-tiering", "--use-largepages=silent"],
};
const LARGE_PAGES = "glibc.malloc.hugetlb=1";

const PARENT_POLL_MS = 500;

/**
 * Runs the program under `node` and ends as it ends: with its exit code, or by its signal.
 * @param {{ root: string, node: string, program: string, programArguments: string[] }} launch
 * @returns {Promise<never>}
 */
export function runProgram({ root, node, program, programArguments }) {
  const flags = ["--disable-warning=ExperimentalWarning", ...(PROGRAM_FLAGS[program] ?? [])];
  const child = spawn(node, [...flags, join(root, program), ...programArguments], {
    stdio: "inherit",
    env: environmentFor(root, node, program),
  });
  forwardSignals(child);
  endWithParent(child);
  return new Promise((_resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal === null) process.exit(code ?? 1);
      // Dying of the same signal tells the shell the truth; a number only pretends to.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
    });
  });
}

// Windows calls it "Path": a second spelling would leave it to chance which of the two counts.
function environmentFor(root, node, program) {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return {
    NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "sandpit"),
    ...process.env,
    ...(program in PROGRAM_FLAGS ? { GLIBC_TUNABLES: withLargePages(process.env.GLIBC_TUNABLES) } : {}),
    [pathName]: `${dirname(node)}${delimiter}${process.env[pathName] ?? ""}`,
  };
}

// Whoever has set tunables of their own keeps them; the first of a name counts.
function withLargePages(tunables) {
  return tunables === undefined || tunables === "" ? LARGE_PAGES : `${tunables}:${LARGE_PAGES}`;
}

function forwardSignals(child) {
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  process.on("SIGINT", () => {
    // A terminal signals its whole foreground group: the program already has this one, and a second reads as impatience.
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
}

// npm does not hand every signal on, and cannot when it is killed: then only a change among our ancestors tells.
function endWithParent(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const hasLauncher = launcherWatch();
  const timer = setInterval(() => {
    if (hasLauncher()) return;
    clearInterval(timer);
    process.stderr.write("sandpit: npm is gone, asking the program to end\n");
    child.kill("SIGTERM");
  }, PARENT_POLL_MS);
  timer.unref();
}
