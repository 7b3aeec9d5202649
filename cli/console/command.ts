import type { Arguments } from "./arguments.ts";

/** One option of a command. */
export interface OptionSpec {
  /** What stands after it in the help: none for a switch. */
  readonly value?: string;
  /** May be given several times, and may take several values at once. */
  readonly isList?: boolean;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What stands after the options, for the help; arguments beside options are refused without it. */
  readonly operands?: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Returns the exit status. Throws UsageError for arguments that make no sense, anything else for a failure. */
  run(given: Arguments): Promise<number>;
}

/** Every command has these. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  json: { help: "print the result as one JSON object on the last line" },
  debug: { help: "print the stack of an error" },
  help: { help: "print this help" },
};
