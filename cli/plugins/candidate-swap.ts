import type { DeployInput, PluginAnswer, PluginView } from "../../host/control/api/index.ts";
import { deployRoute, dropRoute, pluginsRoute, shadowRoute } from "../../host/control/api/index.ts";
import { CommandError } from "../console/command-error.ts";
import type { ControlClient } from "../control/control-client.ts";

/** A slot of a running host; undefined where it has none of that name. */
export async function slotOf(client: ControlClient, slot: string): Promise<PluginView | undefined> {
  const { plugins } = await client.call(pluginsRoute, {});
  return plugins.find((view) => view.slot === slot);
}

/**
 * Deploys a module and starts its shadow, in place of a candidate that is there: all of it is for those who may bring such a module in. A plugin that is
 * on probation is not touched: that would take what trades. Throws HostRefusal, or CommandError for a probation or a host that is not there.
 */
export async function swapCandidate(client: ControlClient, input: DeployInput): Promise<PluginAnswer> {
  const { slot, reason } = input;
  const view = await slotOf(client, slot);
  const beside = view?.beside ?? null;
  if (beside?.role === "predecessor")
    throw new CommandError(
      `${slot} is on probation: ${view?.plugin ?? ""} ${view?.version ?? ""} was promoted less than a minute ago`,
      "save again when it is over, or roll it back with `sandpit plugin rollback`",
    );
  if (beside !== null || (view?.waiting ?? null) !== null) await client.call(dropRoute, { slot, reason });
  const answer = await client.call(deployRoute, input);
  return answer.isChanged ? client.call(shadowRoute, { slot, reason }) : answer;
}
