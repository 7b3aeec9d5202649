import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PROGRAM = join(import.meta.dirname, "../../cli/main.ts");
const LOOK_MS = 20;
const LOG_KEPT = 4_000;
/** As the host's environment names the place at which it is to die. */
const FAILPOINT_VARIABLE = "SANDPIT_FAILPOINT";
const QUIET = "--disable-warning=ExperimentalWarning";

/**
 * A folder of compiled sources for the hosts to come. A start reads some 1,900 files and takes 1.1 s of a core, 0.5 s with them; a process that is killed writes
 * none, so one that ends is run first.
 */
export function prepareSources(folder: string): void {
  spawnSync(process.execPath, [QUIET, PROGRAM, "run", "--help"], { env: cachedIn(folder), stdio: "ignore" });
}

function cachedIn(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: folder };
}

/** A host as anybody starts it: `sandpit run`, with real sockets, files and threads. */
export class HostProcess {
  /** How it ended; null while it runs. */
  ending: { readonly status: number | null; readonly signal: NodeJS.Signals | null } | null = null;
  private readonly child: ChildProcess;
  private log = "";
  private output = "";

  constructor(configurationFile: string, sourcesFolder: string, failpoint: string | null) {
    const line = [QUIET, PROGRAM, "run", "--config", configurationFile];
    this.child = spawn(process.execPath, [...line, "--arm", "crash-test", "--no-view", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...cachedIn(sourcesFolder), [FAILPOINT_VARIABLE]: failpoint ?? "" },
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log = (this.log + text).slice(-LOG_KEPT);
    });
    this.child.once("close", (status, signal) => (this.ending = { status, signal }));
  }

  /** What it has said last. */
  get lastWords(): string {
    return this.log;
  }

  /** The object that it printed at its orderly end. */
  get summary(): unknown {
    return JSON.parse(this.output.trimEnd().split("\n").at(-1) ?? "") as unknown;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  askToStop(): void {
    this.child.kill("SIGTERM");
  }

  /** Resolves when the condition holds or the process has ended: which of both. Rejects when neither comes in time. */
  async until(what: string, holds: () => boolean, limitMs: number): Promise<"holds" | "ended"> {
    const endMs = performance.now() + limitMs;
    while (!holds()) {
      if (this.ending !== null) return "ended";
      if (performance.now() > endMs)
        throw new Error(`the host did not ${what} within ${limitMs / 1000} s; it said last: ${this.log}`);
      await sleep(LOOK_MS);
    }
    return "holds";
  }
}
