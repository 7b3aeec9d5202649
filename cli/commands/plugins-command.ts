import { pluginsRoute } from "../../host/control/api/index.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";
import { textTable } from "../control/text-table.ts";

export const pluginsCommand: Command = {
  name: "plugins",
  summary: "Lists the plugins of a running host with their state and counters.",
  options: targetOptions,
  run: async (given) => {
    const answer = await new ControlClient(controlTarget(given)).call(pluginsRoute, {});
    const rows = answer.plugins.map(({ slot, kind, plugin, version, trust, state, fault, counters }) => [
      slot,
      kind,
      plugin === null ? "(empty)" : `${plugin} ${version ?? ""}`,
      trust ?? "",
      state,
      counters.calls.toLocaleString("en-US"),
      fault ?? "",
    ]);
    const head = ["slot", "kind", "plugin", "trust", "state", "calls", "fault"];
    process.stdout.write(given.has("json") ? `${JSON.stringify(answer)}\n` : textTable(head, rows));
    return 0;
  },
};
