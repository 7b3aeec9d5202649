import { backtestCommand } from "./commands/backtest-command.ts";
import { benchCommand } from "./commands/bench-command.ts";
import { pluginCommand } from "./commands/plugin-command.ts";
import { replayCommand } from "./commands/replay-command.ts";
import { runCommand } from "./commands/run-command.ts";
import { startCommand } from "./commands/start-command.ts";
import { readArguments } from "./console/arguments.ts";
import { CommandError, UsageError } from "./console/command-error.ts";
import type { Command } from "./console/command.ts";
import { commandHelp, programHelp } from "./console/help.ts";

const commands: readonly Command[] = [startCommand, backtestCommand, runCommand, replayCommand, pluginCommand, benchCommand];

/** Runs the `sandpit` command. Exit status: 0 all well, 1 it failed, 2 it was called wrongly. */
async function main(line: readonly string[]): Promise<number> {
  const [name, ...rest] = line;
  if (name === undefined || name === "--help" || name === "help") {
    process.stdout.write(programHelp(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw new UsageError(`there is no command "${name}"`, `use one of ${commands.map((known) => known.name).join(", ")}; \`sandpit --help\` describes them`);
  }
  if (rest.includes("--help")) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(readArguments(command, rest));
}

/** What went wrong, without a stack: the texts of this program's errors say what, where, and the remedy. */
function report(error: unknown, isDebugging: boolean): number {
  const text = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof UsageError || error instanceof CommandError ? `\n  remedy: ${error.remedy}` : "";
  process.stderr.write(`sandpit: ${text}${remedy}\n`);
  if (isDebugging && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return error instanceof UsageError ? 2 : 1;
}

const line = process.argv.slice(2);
try {
  process.exitCode = await main(line);
} catch (error) {
  process.exitCode = report(error, line.includes("--debug"));
}
