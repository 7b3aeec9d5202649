import { writeSync } from "node:fs";

const STDOUT = 1;
const STATUS_BROKEN = 70;

/** Within a program that stays: the line to its starter. */
export interface ParentLine {
  /** Complete when this returns. */
  send(bytes: Uint8Array): void;
  /** Ends this program. */
  end(status: number): void;
}

/**
 * Opens this program's end of the line. The program ends when its starter does, and by nothing that is typed at the starter's terminal. What it throws
 * without catching ends it with the error's name alone: texts and stacks of a program that holds secrets go nowhere.
 */
export function openParentLine(onBytes: (bytes: Uint8Array) => void): ParentLine {
  const end = (status: number): void => {
    process.exit(status);
  };
  process.on("uncaughtException", (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.name : "something thrown"} was not caught\n`);
    end(STATUS_BROKEN);
  });
  // Ctrl-C reaches every process of a terminal; the starter winds down first and closes the line when it is done.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
  process.stdin.on("data", (bytes: Buffer) => onBytes(bytes));
  for (const event of ["end", "close", "error"] as const) process.stdin.once(event, () => end(0));
  return {
    send: (bytes) => {
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(STDOUT, bytes, written);
      } catch {
        // Nobody is at the other end.
        end(0);
      }
    },
    end,
  };
}
