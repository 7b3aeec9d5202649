import { pluginsRoute } from "../../host/control/api/index.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";
import { differencesText, pluginTable } from "../control/plugin-table.ts";

export const pluginsCommand: Command = {
  name: "plugins",
  summary: "Lists the plugins of a running host, and what runs beside them, with state and counters.",
  options: {
    ...targetOptions,
    differences: { help: "also the first output in which what runs beside a plugin differs" },
  },
  run: async (given) => {
    const answer = await new ControlClient(controlTarget(given)).call(pluginsRoute, {});
    const { plugins } = answer;
    const more = given.has("differences") ? differencesText(plugins) : "";
    process.stdout.write(
      given.has("json") ? `${JSON.stringify(answer)}\n` : `${pluginTable(plugins)}${more}`,
    );
    return 0;
  },
};
