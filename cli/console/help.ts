import type { Command, OptionSpec } from "./command.ts";
import { commonOptions } from "./command.ts";

const INDENT = "  ";

/** The list of commands. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    "usage: sandpit COMMAND [options]",
    "",
    ...table(rows),
    "",
    "sandpit COMMAND --help tells a command's options.",
    "",
  ].join("\n");
}

/** One command's options. */
export function commandHelp(command: Command): string {
  const operands = command.operands === undefined ? "" : ` ${command.operands}`;
  const options = Object.entries({ ...command.options, ...commonOptions }).map(
    ([name, spec]) => [`--${name}${valueOf(spec)}`, spec.help] as const,
  );
  return [
    `usage: sandpit ${command.name}${operands} [options]`,
    "",
    command.summary,
    "",
    ...table(options),
    "",
  ].join("\n");
}

function valueOf({ value, isList }: OptionSpec): string {
  if (value === undefined) return "";
  return ` ${value}${isList === true ? "..." : ""}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${INDENT}${left.padEnd(width)}${INDENT}${right}`);
}
