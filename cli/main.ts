import { readArguments } from "./console/arguments.ts";
import { CommandError, UsageError } from "./console/command-error.ts";
import type { Command } from "./console/command.ts";
import { commandHelp, programHelp } from "./console/help.ts";

/** Loaded on demand: a command that needs no compiler does not wait for one. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./commands/start-command.ts")).startCommand,
  sim: async () => (await import("./commands/sim-command.ts")).simCommand,
  record: async () => (await import("./commands/record-command.ts")).recordCommand,
  backtest: async () => (await import("./commands/backtest-command.ts")).backtestCommand,
  run: async () => (await import("./commands/run-command.ts")).runCommand,
  replay: async () => (await import("./commands/replay-command.ts")).replayCommand,
  new: async () => (await import("./commands/new-command.ts")).newCommand,
  test: async () => (await import("./commands/test-command.ts")).testCommand,
  dev: async () => (await import("./commands/dev-command.ts")).devCommand,
  plugin: async () => (await import("./commands/plugin-command.ts")).pluginCommand,
  status: async () => (await import("./commands/status-command.ts")).statusCommand,
  plugins: async () => (await import("./commands/plugins-command.ts")).pluginsCommand,
  kill: async () => (await import("./commands/kill-command.ts")).killCommand,
  rearm: async () => (await import("./commands/rearm-command.ts")).rearmCommand,
  reconcile: async () => (await import("./commands/reconcile-command.ts")).reconcileCommand,
  explain: async () => (await import("./commands/explain-command.ts")).explainCommand,
  audit: async () => (await import("./commands/audit-command.ts")).auditCommand,
  token: async () => (await import("./commands/token-command.ts")).tokenCommand,
  openapi: async () => (await import("./commands/openapi-command.ts")).openapiCommand,
  bench: async () => (await import("./commands/bench-command.ts")).benchCommand,
};

/** Runs the `sandpit` command. Exit status: 0 all well, 1 it failed, 2 it was called wrongly. */
async function main(line: readonly string[]): Promise<number> {
  const [name, ...rest] = line;
  if (name === undefined || name === "--help" || name === "help") {
    process.stdout.write(programHelp(await Promise.all(Object.values(loaders).map((load) => load()))));
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load === undefined) {
    throw new UsageError(
      `there is no command "${name}"`,
      `use one of ${Object.keys(loaders).join(", ")}; \`sandpit --help\` describes them`,
    );
  }
  const command = await load();
  if (rest.includes("--help")) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(readArguments(command, rest));
}

/** What went wrong, without a stack: the texts of this program's errors say what, where, and the remedy. */
function report(error: unknown, isDebugging: boolean): number {
  const text = error instanceof Error ? error.message : String(error);
  const remedy =
    error instanceof UsageError || error instanceof CommandError ? `\n  remedy: ${error.remedy}` : "";
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
