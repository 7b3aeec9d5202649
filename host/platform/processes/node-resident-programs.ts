import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {
  ResidentLimits,
  ResidentListener,
  ResidentProgram,
  ResidentPrograms,
} from "./resident-program.ts";
import { readPermission } from "./read-permission.ts";

/** Some hundred requests of a few hundred bytes: more means that nobody reads. */
const BUFFERED_BYTES_MAX = 65_536;
/** Of what a dying program has to say. */
const COMPLAINT_UNITS_MAX = 500;

/**
 * A Node.js process for each program, under Node's permission model: it reads and writes what it is told, loads no native module and starts
 * no thread, and cannot be turned to a debugger by a signal. Its environment holds what it is handed and nothing else. It ends with its
 * starter, whose end closes its input. It runs under the same user and may open sockets: a wall against what goes wrong inside either process, not
 * against code that runs as that user.
 */
export class NodeResidentPrograms implements ResidentPrograms {
  start(entry: URL, limits: ResidentLimits, listener: ResidentListener): ResidentProgram {
    const child = spawn(process.execPath, [...flagsOf(limits), fileURLToPath(entry)], {
      env: environmentOf(limits),
      cwd: fileURLToPath(new URL(".", entry)),
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    let complaint = "";
    let isOver = false;
    const over = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      listener.onEnd(reason);
    };
    child.stdout.on("data", (bytes: Buffer) => {
      if (!isOver) listener.onBytes(bytes);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (complaint.length < COMPLAINT_UNITS_MAX) complaint += text;
    });
    // What is written to a process that has just ended: its end says more.
    child.stdin.on("error", () => undefined);
    child.once("error", (error) => over(error.message.slice(0, COMPLAINT_UNITS_MAX)));
    child.once("close", (status, signal) => {
      const end = signal === null ? `status ${status}` : `signal ${signal}`;
      const words = printable(complaint.trim().slice(0, COMPLAINT_UNITS_MAX));
      over(words === "" ? `it ended with ${end}` : `it ended with ${end}: ${words}`);
    });
    return {
      pid: child.pid,
      send: (bytes) => {
        if (!child.stdin.writable || child.stdin.writableLength > BUFFERED_BYTES_MAX) return false;
        child.stdin.write(Buffer.from(bytes));
        return true;
      },
      kill: () => {
        child.kill("SIGKILL");
      },
    };
  }
}

function flagsOf({ heapMiB, readable, writable, startsProcesses }: ResidentLimits): string[] {
  return [
    "--permission",
    ...readPermission(readable),
    ...writable.map((place) => `--allow-fs-write=${fileURLToPath(place)}`),
    ...(startsProcesses ? ["--allow-child-process"] : []),
    `--max-old-space-size=${heapMiB}`,
    // Anybody with the same user could otherwise open a debugger in it, and read what it holds.
    "--disable-sigusr1",
    "--disable-warning=SecurityWarning",
    "--disable-warning=ExperimentalWarning",
  ];
}

/** The values go from one environment to the other and are kept nowhere. */
function environmentOf({ moved, copied }: ResidentLimits): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of [...moved, ...copied]) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const name of moved) Reflect.deleteProperty(process.env, name);
  return environment;
}

function printable(text: string): string {
  return text.replaceAll(/[^ -~]+/g, " ");
}
