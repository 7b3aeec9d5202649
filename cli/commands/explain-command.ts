import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { StoryStep } from "../../host/control/story/index.ts";
import { explainOrder, parseOrderId } from "../../host/control/story/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";

const DEFAULT_JOURNAL = "journal/records";

export const explainCommand: Command = {
  name: "explain",
  summary:
    "Tells everything that happened to an order, from the tick that caused it; from the journal, also of a running host.",
  operands: "ORDER",
  options: {
    journal: { value: "DIR", help: `where the segments are (${DEFAULT_JOURNAL})` },
    account: { value: "NAME", help: "whose journal it is (simulated)" },
    environment: { value: "NAME", help: "the environment it was written in (development)" },
  },
  run: (given) => {
    const [text, ...others] = given.operands;
    const id = text === undefined || others.length > 0 ? null : parseOrderId(text);
    if (id === null)
      throw new UsageError(
        "explain takes one order",
        "name it by epoch and number, as 3.17: `sandpit reconcile` and the control API's /v1/orders show them",
      );
    const place = given.text("journal") ?? DEFAULT_JOURNAL;
    const directory = resolve(place);
    if (!existsSync(directory) || !readdirSync(directory).some((name) => name.endsWith(".journal")))
      throw new CommandError(
        `${place} holds no journal`,
        "name the directory of the files segment-….journal with --journal",
      );
    const identity = {
      account: given.text("account") ?? "simulated",
      environment: given.text("environment") ?? "development",
    };
    const steps = explainOrder(new NodeDisk(), directory, identity, id);
    if (steps.length === 0)
      throw new CommandError(
        `the journal has no order ${text ?? ""}`,
        "ids are epoch and number; an intent that was denied has none, and is counted by its code in the metrics",
      );
    process.stdout.write(given.has("json") ? `${JSON.stringify({ order: id, steps })}\n` : storyText(steps));
    return Promise.resolve(0);
  },
};

/** A line for each step. */
export function storyText(steps: readonly StoryStep[]): string {
  const width = Math.max(...steps.map(({ sequence }) => String(sequence).length));
  return steps
    .map(
      ({ sequence, time, kind, text }) =>
        `${time}  ${String(sequence).padStart(width)}  ${kind.padEnd(7)}  ${text}\n`,
    )
    .join("");
}
