import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ProgramLimits, ProgramOutcome, Programs } from "./program.ts";
import { readPermission } from "./read-permission.ts";

const REASON_MAX = 500;
/** Room for what a dying program has to say beside its answer. */
const COMPLAINT_BYTES = 65_536;

/**
 * A Node.js process for each program, under Node's permission model: it may read what it is told, write nothing, start no process and no thread. It is
 * given no environment, so no secret that stands there. It runs under the same user and may open sockets: this contains accidents, a breach only in part.
 */
export class NodePrograms implements Programs {
  run(entry: URL, input: string, limits: ProgramLimits): ProgramOutcome {
    const { deadlineMs, answerBytesMax } = limits;
    const { error, status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [...flagsOf(limits), fileURLToPath(entry)],
      {
        input,
        env: {},
        cwd: fileURLToPath(new URL(".", entry)),
        timeout: deadlineMs,
        killSignal: "SIGKILL",
        maxBuffer: answerBytesMax + COMPLAINT_BYTES,
        encoding: "utf8",
        windowsHide: true,
      },
    );
    if (hasCode(error, "ETIMEDOUT")) return { state: "overdue" };
    if (hasCode(error, "ENOBUFS")) return tooLong(answerBytesMax);
    // A program that ends without reading all of its input breaks the pipe; how it ended says more.
    if (error !== undefined && status === null && signal === null)
      return { state: "died", reason: error.message.slice(0, REASON_MAX) };
    if (status === 0)
      return stdout.length <= answerBytesMax
        ? { state: "answered", answer: stdout }
        : tooLong(answerBytesMax);
    const end = signal === null ? `status ${status}` : `signal ${signal}`;
    return { state: "died", reason: `it ended with ${end}: ${stderr.trim()}`.slice(0, REASON_MAX) };
  }
}

function flagsOf({ heapMiB, readable, allowsNativeModules }: ProgramLimits): string[] {
  return [
    "--permission",
    ...readPermission(readable),
    ...(allowsNativeModules ? ["--allow-addons"] : []),
    `--max-old-space-size=${heapMiB}`,
    "--disable-warning=SecurityWarning",
  ];
}

function tooLong(answerBytesMax: number): ProgramOutcome {
  return { state: "died", reason: `its answer has more than ${answerBytesMax} bytes` };
}

function hasCode(error: Error | undefined, code: string): boolean {
  return error !== undefined && "code" in error && error.code === code;
}
