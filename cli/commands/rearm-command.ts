import { rearmRoute } from "../../host/control/api/index.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";

export const rearmCommand: Command = {
  name: "rearm",
  summary: "Lets a running host, or one of its instruments, trade again.",
  options: {
    ...targetOptions,
    reason: { value: "TEXT", help: "why it is safe; recorded" },
    instrument: { value: "SYMBOL", help: "one instrument; without it the account" },
    reducing: { help: "only orders that shrink the position" },
    "acknowledge-restarts": { help: "you have seen that the host was started too often, and why" },
  },
  run: async (given) => {
    const reason = given.text("reason");
    if (reason === undefined)
      throw new UsageError("rearm has no reason", 'write --reason "why it is safe to trade again"');
    const answer = await new ControlClient(controlTarget(given)).call(rearmRoute, {
      reason,
      mode: given.has("reducing") ? "REDUCING" : "ACTIVE",
      instrument: given.text("instrument"),
      acknowledgeRestarts: given.has("acknowledge-restarts"),
    });
    process.stdout.write(
      given.has("json")
        ? `${JSON.stringify(answer)}\n`
        : `the account is ${answer.mode} (audit record ${String(answer.auditSequence)})\n`,
    );
    return 0;
  },
};
