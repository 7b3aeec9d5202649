import { restoreSnapshot } from "../../hand-over.ts";
import type { LoadedPlugin } from "../../loaded-plugin.ts";
import { MemoryPool } from "../../memory-pool.ts";
import type { ParameterValues } from "../../parameters.ts";
import type { PluginModule } from "../../plugin-module.ts";

/**
 * A plugin that says that it can restore its own state shows it once: a fresh instance is given the snapshot of the one that has been on
 * trial. Better here than in a swap. Throws SANDPIT_ENGINE_HAND_OVER.
 */
export function tryState(module: PluginModule, tried: LoadedPlugin, parameters: ParameterValues): void {
  const { state } = module.manifest;
  const { snapshot, restore } = tried.exports;
  if (state === null || snapshot === null || restore === null) return;
  if (!state.restores.includes(state.version)) return;
  restoreSnapshot(tried, module.instantiate(new MemoryPool({ memoriesMax: 1 }), parameters));
}
