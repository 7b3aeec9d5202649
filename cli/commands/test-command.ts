import { talliesText } from "../../tools/plugin-kit/call-tally.ts";
import { isSuccess, verdictLine } from "../../tools/test-runner/verdict.ts";
import type { Arguments } from "../console/arguments.ts";
import type { Command } from "../console/command.ts";
import { testPlugins } from "../plugins/test-plugins.ts";

export const testCommand: Command = {
  name: "test",
  summary:
    "Builds plugins and runs their tests, and tells gas and time a call: test [NAME|DIR...], all without one.",
  operands: "[NAME|DIR...]",
  options: {
    name: { value: "PATTERN", help: "only the tests whose title matches" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const result = await testPlugins(given.operands, given.text("name"));
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify(result)}\n`
      : `${talliesText(result.tallies)}${verdictLine(result)}\n`,
  );
  return isSuccess(result) ? 0 : 1;
}
