import type { DeployInput, PluginAnswer, PluginView } from "../../host/control/api/index.ts";
import { deployRoute, pluginsRoute, rollbackRoute, shadowRoute } from "../../host/control/api/index.ts";
import { CommandError } from "../console/command-error.ts";
import type { ControlClient } from "../control/control-client.ts";
import { HostRefusal } from "../control/host-refusal.ts";

/** A slot of a running host; undefined where it has none of that name. */
export async function slotOf(client: ControlClient, slot: string): Promise<PluginView | undefined> {
  const { plugins } = await client.call(pluginsRoute, {});
  return plugins.find((view) => view.slot === slot);
}

/**
 * Deploys a module and starts its shadow, in place of a candidate that is there. A plugin that is on probation is not touched: rolling back would
 * take what trades. Throws HostRefusal, or CommandError for a probation or a host that is not there.
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
  if (beside !== null) await client.call(rollbackRoute, { slot, reason });
  const answer = await deployed(client, input);
  return answer.isChanged ? client.call(shadowRoute, { slot, reason }) : answer;
}

/** One that waits without a shadow is seen by the refusal alone. */
async function deployed(client: ControlClient, input: DeployInput): Promise<PluginAnswer> {
  try {
    return await client.call(deployRoute, input);
  } catch (error) {
    if (!(error instanceof HostRefusal) || error.code !== "SANDPIT_PLUGIN_BUSY") throw error;
    await client.call(rollbackRoute, { slot: input.slot, reason: input.reason });
    return client.call(deployRoute, input);
  }
}
