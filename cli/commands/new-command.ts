import { kindFolders } from "../../tools/plugin-build/plugin-source.ts";
import type { PluginKind } from "../../tools/plugin-build/plugin-source.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import type { NewPlugin } from "../plugins/new-plugin.ts";
import { createPlugin } from "../plugins/new-plugin.ts";

const KINDS = Object.keys(kindFolders).join(", ");

export const newCommand: Command = {
  name: "new",
  summary:
    "Makes a plugin with its manifest and test, ready to build: new agent|feature|ensemble|risk|venue NAME.",
  operands: "KIND NAME",
  options: {},
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const [kind, name, ...rest] = given.operands;
  if (kind === undefined || name === undefined || rest.length > 0)
    throw new UsageError("new takes a kind and a name", "`sandpit new agent my-agent`");
  if (!isKind(kind)) throw new UsageError(`there is no kind "${kind}"`, `use one of ${KINDS}`);
  const made = createPlugin(kind, name);
  const next = nextSteps(made);
  process.stdout.write(given.has("json") ? `${JSON.stringify({ ...made, next })}\n` : textOf(made, next));
  return Promise.resolve(0);
}

function isKind(text: string): text is PluginKind {
  return Object.hasOwn(kindFolders, text);
}

interface Step {
  readonly do: string;
  readonly why: string;
}

function nextSteps({ name, kind, folder }: NewPlugin): Step[] {
  const steps: Step[] = [
    { do: `npm run -s sandpit -- test ${name}`, why: "builds it and runs its test: it passes as it is" },
    { do: `edit ${folder}/index.ts`, why: "what it does; manifest.json says what it is given and may use" },
  ];
  if (kind === "venue")
    return [...steps, { do: `npm run -s sandpit -- plugin inspect ${name}`, why: "what a host sees of it" }];
  return [
    ...steps,
    { do: `npm run -s sandpit -- plugin run ${name}`, why: "in a host, on a generated market" },
    { do: `${PLACES[kind](name)} in a configuration`, why: "its place in a host of yours" },
    {
      do: "npm run -s sandpit -- backtest --generated 20 --config FILE",
      why: "trades with it; --recording FILE... takes recorded frames",
    },
  ];
}

const PLACES: Readonly<Record<Exclude<PluginKind, "venue">, (name: string) => string>> = {
  agent: (name) => `"agents": [{ "plugin": "${name}", "share": 1 }]`,
  feature: (name) => `{ "plugin": "${name}" } in "features": { "plugins": [...] }`,
  ensemble: (name) => `"ensemble": { "plugin": "${name}" }`,
  risk: (name) => `{ "plugin": "${name}" } in "risk": { "rules": [...] }`,
};

function textOf({ folder, files }: NewPlugin, steps: readonly Step[]): string {
  const lines = steps.map((step) => `  ${step.do}\n      ${step.why}`);
  return `made ${folder}: ${files.join(", ")}\n\nnext:\n${lines.join("\n")}\n\ndocs/plugin-authors.md goes through all of it.\n`;
}
