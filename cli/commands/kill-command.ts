import { cancelAllRoute, killRoute } from "../../host/control/api/index.ts";
import type { ControlState } from "../../host/control/api/index.ts";
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
    const { mode, openOrders, auditSequence, waitingCancels } = answer;
    const record = auditSequence === null ? "NOT in the audit log" : `audit record ${auditSequence}`;
    process.stdout.write(
      given.has("json")
        ? `${JSON.stringify(answer)}\n`
        : `${mode}; ${openOrders} orders are still open or unknown, their cancels ${sentText(waitingCancels)} (${record})\n`,
    );
    return 0;
  },
};

/** A cancel waits where the venue has limited one, or is out of reach; it leaves by itself. */
function sentText(waiting: ControlState["waitingCancels"]): string {
  const parts = Object.entries(waiting).map(
    ([venue, { count, seconds }]) =>
      `${count} at ${venue}${seconds > 0 ? ` for ${seconds.toFixed(0)} s, since it limits this host` : ", tried again each second"}`,
  );
  return parts.length === 0 ? "are sent" : `are sent but for those that wait: ${parts.join(", ")}`;
}
