import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { SessionReplay } from "../../host/control/replay.ts";
import { replayJournal } from "../../host/control/replay.ts";
import { inspectJournal, JournalCode } from "../../host/journal/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";

export const replayCommand: Command = {
  name: "replay",
  summary: "Replays every session of a journal and compares orders and final state with what it says.",
  operands: "JOURNAL",
  options: {
    account: { value: "NAME", help: "whose journal it is (simulated)" },
    environment: { value: "NAME", help: "the environment it was written in (development)" },
  },
  run: runCommand,
};

function runCommand(given: Arguments): Promise<number> {
  const [path, ...others] = given.operands;
  if (path === undefined || others.length > 0)
    throw new UsageError("replay takes one journal", "`sandpit replay DIRECTORY`, where the segments are");
  const directory = resolve(path);
  if (!existsSync(directory) || !readdirSync(directory).some((name) => name.endsWith(".journal"))) {
    throw new CommandError(
      `${path} holds no journal`,
      "name the directory of the files segment-….journal; of `sandpit start` it is journal/records",
    );
  }
  const identity = {
    account: given.text("account") ?? "simulated",
    environment: given.text("environment") ?? "development",
  };
  const disk = new NodeDisk();
  const { message, verdict } = inspectJournal(disk, directory, identity);
  const sessions = replayJournal(disk, directory, identity);
  const isEqual = sessions.every(({ divergence }) => divergence === null);
  const json = `${JSON.stringify({ isEqual, verdict, sessions })}\n`;
  process.stdout.write(given.has("json") ? json : `${message}\n\n${sessions.map(sessionText).join("\n")}`);
  return Promise.resolve(isEqual ? 0 : 1);
}

/** One session's replay, for people. */
export function sessionText(session: SessionReplay): string {
  const { divergence } = session;
  const lines = [
    `session ${session.epoch}: ${session.inputs.toLocaleString("en-US")} inputs, ${session.intents.toLocaleString("en-US")} order requests`,
    `  state hash  ${session.stateHash}  ${divergence === null ? endText(session) : ""}`,
    `  order hash  ${session.orderHash}`,
    divergence === null
      ? equalText(session)
      : `  DIFFERENT from record ${divergence.sequence} on: ${divergence.reason}`,
  ];
  return `${lines.join("\n")}\n`;
}

function endText({ ended, journalledStateHash }: SessionReplay): string {
  if (ended !== null) return "where the journal refused";
  return journalledStateHash === null
    ? "the session was not closed: the process died, or its disk took no more, and its end could not be compared"
    : "equal to the journal's";
}

/** A journal that refused is no journal that differs: the word is another, and the status 0. */
function equalText({ ended }: SessionReplay): string {
  if (ended === null) return "  equal";
  const name = Object.entries(JournalCode).find(([, code]) => code === ended.code)?.[0] ?? String(ended.code);
  return `  ENDED at record ${ended.sequence}, equal up to it: the journal refused (${name}), and the host went on cancel-only`;
}
