import { simulatedKeys } from "../../../cli/simulation/simulated-account.ts";
import { pluginModules } from "../../../cli/plugins/plugin-modules.ts";
import type { PluginModule } from "../../../host/engine/index.ts";
import { LADDER, ladderModule } from "./ladder-agent.ts";
import { rebuiltModules } from "./swaps.ts";
import { worldConfiguration } from "./world-configuration.ts";

/** What all worlds of a process share. */
export interface WorldModules {
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  readonly rebuilt: ReadonlyMap<string, PluginModule>;
  readonly keys: ReturnType<typeof simulatedKeys>;
}

/** Builds the bundled plugins where they are stale, and makes the account's key. */
export async function worldModules(): Promise<WorldModules> {
  const bytes = await pluginModules(worldConfiguration(["binance", "coinbase"], "bundled"));
  bytes.set(LADDER, await ladderModule());
  return { bytes, rebuilt: rebuiltModules(bytes), keys: simulatedKeys() };
}
