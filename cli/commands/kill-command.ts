import { cancelAllRoute, killRoute } from "../../host/control/api/index.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";

export const killCommand: Command = {
  name: "kill",
  summary: "Halts a running host and cancels its open orders; only `rearm` lets it trade again.",
  options: {
    ...targetOptions,
    reason: { value: "TEXT", help: 'recorded ("killed on the command line")' },
    "cancel-only": { help: "cancel every open order and leave the mode as it is" },
  },
  run: async (given) => {
    const isCancel = given.has("cancel-only");
    const reason = given.text("reason") ?? "killed on the command line";
    const client = new ControlClient(controlTarget(given));
    const answer = await client.call(isCancel ? cancelAllRoute : killRoute, { reason });
    const { mode, openOrders, auditSequence } = answer;
    const record = auditSequence === null ? "NOT in the audit log" : `audit record ${auditSequence}`;
    process.stdout.write(
      given.has("json")
        ? `${JSON.stringify(answer)}\n`
        : `${mode}; ${openOrders} orders are still open or unknown, their cancels are sent (${record})\n`,
    );
    return 0;
  },
};
