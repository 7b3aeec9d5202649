import { openMarket } from "../../cli/backtest/backtest-market.ts";
import { PluginTap } from "../../cli/plugins/plugin-tap.ts";
import { runPlugin } from "../../cli/plugins/run-plugin.ts";
import { localConfiguration, SIMULATED_ACCESS } from "../../cli/simulation/local-configuration.ts";
import { simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { loadModule, MemoryPool, PluginSlot } from "../../host/engine/index.ts";
import { defineInstruments } from "../../host/lane/define-instruments.ts";
import type { LaneConfiguration } from "../../host/lane/index.ts";
import { pluginBytes } from "./plugin-under-test.ts";

const GENERATED_SECONDS = 5;
const LATENCY_NS = 2e6;
const INPUTS_MAX = 100_000;

export interface InputsChoice {
  /** Files of recorded frames; without them the market is generated, and is the same each time. */
  readonly recordings?: readonly string[];
  /** Length of a generated market (5). */
  readonly generatedSeconds?: number;
  /** Where the host around the plugin is not to be the default one: a file. */
  readonly configuration?: string;
  /** Inputs after which no more are kept (100,000). */
  readonly inputsMax?: number;
}

/** The records that a plugin of this repository is given in a whole host that trades a market, headers included. */
export async function laneInputs(name: string, choice: InputsChoice = {}): Promise<Uint8Array[]> {
  const keys = simulatedKeys();
  const bytes = await pluginBytes(name);
  const inputs: Uint8Array[] = [];
  const inputsMax = choice.inputsMax ?? INPUTS_MAX;
  const market = await openMarket({
    recordings: choice.recordings ?? [],
    generatedSeconds: choice.generatedSeconds ?? GENERATED_SECONDS,
    seed: 1,
    latencyNs: LATENCY_NS,
    publicKeyPem: keys.publicKeyPem,
  });
  const configuration = localConfiguration(choice.configuration, () => SIMULATED_ACCESS, "(none)");
  const onInput = (record: Uint8Array): void => {
    if (inputs.length < inputsMax) inputs.push(record.slice());
  };
  keepDefinitions(
    bytes,
    laneConfigurationOf(configuration, { epoch: 1, startWallMs: market.startWallMs }),
    onInput,
  );
  await runPlugin({ bytes, configuration, market, privateKeyPem: keys.privateKeyPem, shownMax: 0, onInput });
  return inputs;
}

/** A lane defines the instruments while it is built, before anything can be put between it and its plugins. */
function keepDefinitions(
  bytes: Uint8Array,
  configuration: LaneConfiguration,
  onInput: (record: Uint8Array) => void,
): void {
  const module = loadModule(bytes);
  const slot = new PluginSlot(module.manifest.name, module.manifest.kind);
  const plugin = module.instantiate(new MemoryPool());
  slot.install(plugin);
  new PluginTap(slot, 0, onInput);
  defineInstruments([slot], configuration);
  slot.uninstall();
  plugin.dispose();
}
