import type { PluginAnswer, PluginRoute, SlotInput } from "../../host/control/api/index.ts";
import {
  deployRoute,
  dropRoute,
  promoteRoute,
  quarantineRoute,
  releaseRoute,
  rollbackRoute,
  setParametersRoute,
  shadowRoute,
} from "../../host/control/api/index.ts";
import { loadModule } from "../../host/engine/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import { pluginsCommand } from "../commands/plugins-command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget } from "../control/control-target.ts";
import { changeText } from "./change-text.ts";
import { deployInput } from "./deploy-input.ts";
import { mapBeside } from "./kept-source-map.ts";
import { pluginPath, readModuleFile } from "./plugin-file.ts";

type Step = "shadow" | "drop" | "promote" | "rollback" | "quarantine" | "release";

const steps: Readonly<Record<Step, PluginRoute<SlotInput>>> = {
  shadow: shadowRoute,
  drop: dropRoute,
  promote: promoteRoute,
  rollback: rollbackRoute,
  quarantine: quarantineRoute,
  release: releaseRoute,
};

/** The actions of `plugin` that ask a running host. */
export const swapActions: readonly string[] = ["list", "deploy", "set", ...Object.keys(steps)];

/** Carries out one of `swapActions`. Throws UsageError for wrong operands, CommandError for what the host refuses. */
export async function swapPlugin(
  action: string,
  operands: readonly string[],
  given: Arguments,
): Promise<number> {
  if (action === "list") return pluginsCommand.run(given);
  if (action === "deploy") return deploy(operands, given);
  const [slot] = operands;
  if (slot === undefined || operands.length > 1)
    throw new UsageError(`plugin ${action} takes one slot`, "`sandpit plugin list` shows the slots");
  const reason = reasonOf(given, action);
  const client = new ControlClient(controlTarget(given));
  if (action === "set") {
    const parameters = parametersOf(given);
    if (Object.keys(parameters).length === 0)
      throw new UsageError("plugin set changes nothing", "name --parameter NAME=VALUE");
    return tell(given, await client.call(setParametersRoute, { slot, reason, parameters }));
  }
  return tell(given, await client.call(steps[action as Step], { slot, reason }));
}

/** Admits a module beside what runs; on request also shows it live events, in one go. */
async function deploy(operands: readonly string[], given: Arguments): Promise<number> {
  const [file, named] = operands;
  if (file === undefined || operands.length > 2)
    throw new UsageError(
      "plugin deploy takes a module and a slot",
      "plugin deploy FILE|NAME [SLOT] [--shadow] [--fresh]",
    );
  const module = readModuleFile(file);
  const { kind, name } = loadModule(module).manifest;
  const slot = named ?? name;
  const reason = reasonOf(given, "deploy");
  const client = new ControlClient(controlTarget(given));
  const parameters = parametersOf(given);
  const sourceMap = mapBeside(pluginPath(file));
  const isFresh = given.has("fresh");
  const input = deployInput({ slot, reason, kind, module, parameters, isFresh, sourceMap });
  const answer = await client.call(deployRoute, input);
  if (!given.has("shadow") || !answer.isChanged) return tell(given, answer);
  return tell(given, await client.call(shadowRoute, { slot, reason }));
}

function reasonOf(given: Arguments, action: string): string {
  return given.text("reason") ?? `${action} on the command line`;
}

function parametersOf(given: Arguments): Record<string, number> {
  return Object.fromEntries(
    given.texts("parameter").map((text) => {
      const [name = "", value = ""] = text.split("=");
      const number = Number(value);
      if (name === "" || value === "" || !Number.isFinite(number))
        throw new UsageError(`--parameter ${text} is no NAME=VALUE`, "write --parameter quantity=1000");
      return [name, number] as const;
    }),
  );
}

function tell(given: Arguments, answer: PluginAnswer): number {
  process.stdout.write(given.has("json") ? `${JSON.stringify(answer)}\n` : `${changeText(answer)}\n`);
  return 0;
}
