import { resolve } from "node:path";
import { request } from "undici";
import type { FaultDescription } from "../../sim/server/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { textTable } from "../control/text-table.ts";
import { FaultAccess } from "../simulation/fault-access.ts";

const USAGE = "faults | fault VENUE FAULT [ARGUMENT…] | clear";

interface Answer {
  readonly venues: readonly { readonly name: string; readonly faults: readonly FaultDescription[] }[];
}

export const simCommand: Command = {
  name: "sim",
  summary:
    "Switches faults of the simulated venue of a running `start` on and off, to watch what the host does.",
  operands: USAGE,
  options: {
    data: { value: "DIR", help: "folder of the host that `sandpit start` runs (./journal)" },
    url: { value: "URL", help: "of the simulated venue's faults; without it, the address in --data" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const [action, venue, fault, ...args] = given.operands;
  if (action === "faults" && venue === undefined) return show(given, await call(given, "GET"));
  if (action === "clear" && venue === undefined)
    return done(given, await call(given, "DELETE"), "all faults are off");
  if (action === "fault" && venue !== undefined && fault !== undefined) {
    const answer = await call(given, "POST", { venue, fault, args });
    const found = answer.venues.find(({ name }) => name === venue)?.faults.find(({ name }) => name === fault);
    const told = `${venue} ${fault}: ${found?.effect ?? "done"}\nexpect: ${found?.expect ?? ""}`;
    return done(given, answer, told);
  }
  throw new UsageError(`sim takes no "${given.operands.join(" ")}"`, `write sandpit sim ${USAGE}`);
}

async function call(given: Arguments, method: "GET" | "POST" | "DELETE", order?: object): Promise<Answer> {
  const url = given.text("url") ?? new FaultAccess(resolve(given.text("data") ?? "journal")).read();
  const body = order === undefined ? null : JSON.stringify(order);
  const { statusCode, body: answer } = await request(`${url.replace(/\/$/, "")}/faults`, {
    method,
    body,
  }).catch((cause: unknown) => {
    throw new CommandError(`nothing answers at ${url}`, "see that `npm start` is still running", { cause });
  });
  const parsed = (await answer.json()) as Answer & { readonly error?: string };
  if (statusCode !== 200)
    throw new CommandError(
      parsed.error ?? `status ${statusCode}`,
      "`sandpit sim faults` lists what there is",
    );
  return parsed;
}

function done(given: Arguments, answer: Answer, text: string): number {
  process.stdout.write(given.has("json") ? `${JSON.stringify(answer)}\n` : `${text}\n`);
  return 0;
}

function show(given: Arguments, answer: Answer): number {
  const rows = answer.venues.flatMap(({ name: venue, faults }) =>
    faults.map(({ name, ids, usage, effect, expect, isOn }) => [
      `${isOn ? "* " : "  "}${venue} ${name}${usage === "" ? "" : ` ${usage}`}`,
      ids.join(" "),
      `${effect}; expect: ${expect}`,
    ]),
  );
  return done(given, answer, `${textTable(["  fault", "ids", "what happens"], rows)}* is on`);
}
