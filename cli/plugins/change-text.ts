import type { PluginAnswer } from "../../host/control/api/index.ts";

/** What a host made of a slot, in one line. */
export function changeText({ slot, stage, plugin, version, sha256, isChanged }: PluginAnswer): string {
  const note = isChanged ? "" : ", as it was";
  return `${slot}: ${stage}, ${plugin} ${version} (${sha256.slice(0, 12)})${note}`;
}
