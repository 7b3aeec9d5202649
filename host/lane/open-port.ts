import type { PluginPort } from "../engine/index.ts";
import type { ThreadPlacement } from "./lane-configuration.ts";

/** Opens the way to a plugin that is placed on a thread of its own. */
export type OpenPort = (name: string, placement: ThreadPlacement) => PluginPort;

/** For lanes beside which nothing can run. A plugin that is silently nowhere would be worse than one that is in the way. */
export const refusePlacement: OpenPort = (name) => {
  throw new RangeError(
    `${name} is placed on a thread, and this lane runs every plugin itself; take its placement out of the configuration`,
  );
};
