import { spawnSync } from "node:child_process";
import { SecretError } from "./secret-error.ts";

export interface SecretCommand {
  /** Program, by its absolute path, and its arguments; no shell reads them. */
  readonly words: readonly [string, ...string[]];
  /** Variables of this process's environment that it is given; no other. */
  readonly passes: readonly string[];
  readonly deadlineMs: number;
  readonly bytesMax: number;
}

/**
 * What a command, such as a vault's client, writes to its standard output. It gets no input, and what it says on standard error is dropped unread: some
 * clients repeat there what they were told. Blocks until it has ended, at the deadline at the latest. Throws SecretError.
 */
export function readSecretCommand({ words, passes, deadlineMs, bytesMax }: SecretCommand): Buffer {
  const [program, ...rest] = words;
  const { error, status, signal, stdout } = spawnSync(program, rest, {
    stdio: ["ignore", "pipe", "ignore"],
    env: environmentOf(passes),
    timeout: deadlineMs,
    killSignal: "SIGKILL",
    maxBuffer: bytesMax,
    windowsHide: true,
  });
  const code = error !== undefined && "code" in error ? String(error.code) : null;
  if (code === null && status === 0) return stdout;
  // Null when it could not be started.
  (stdout as Buffer | null)?.fill(0);
  if (code === "ETIMEDOUT")
    throw new SecretError(
      "COMMAND_OVERDUE",
      `${program} was not done within ${deadlineMs} ms`,
      "run it by hand; it must not ask for anything",
    );
  if (code === "ENOBUFS")
    throw new SecretError(
      "TOO_LONG",
      `${program} wrote more than ${bytesMax} bytes`,
      "let it print the key and nothing else",
    );
  const end = code ?? (signal === null ? `status ${status}` : `signal ${signal}`);
  throw new SecretError(
    "COMMAND_FAILED",
    `${program} ended with ${end}`,
    "run it by hand, as the host's user, with the variables that the configuration lets it have",
  );
}

function environmentOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
