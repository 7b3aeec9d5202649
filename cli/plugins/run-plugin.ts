import type { AgentConfiguration, Configuration } from "../../host/control/configuration-shape.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { NullJournal } from "../../host/control/null-journal.ts";
import type { Manifest } from "../../host/engine/index.ts";
import { loadModule, SlotCounter } from "../../host/engine/index.ts";
import { inlinePlacements, LatencyCell } from "../../host/lane/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { Backtest } from "../backtest/backtest.ts";
import type { BacktestMarket } from "../backtest/backtest-market.ts";
import { KeySigner, SIMULATED_API_KEY } from "../simulation/simulated-account.ts";
import { CommandError } from "../console/command-error.ts";
import { pluginModules } from "./plugin-modules.ts";
import type { ShownCall } from "./plugin-tap.ts";
import { PluginTap } from "./plugin-tap.ts";

/** How a plugin did on a market. */
export interface PluginRun {
  readonly plugin: string;
  readonly kind: string;
  /** What stopped it, or null: it ran to the end. */
  readonly fault: string | null;
  readonly calls: Readonly<Record<string, number>>;
  readonly callNs: {
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
    readonly mean: number;
  };
  /** Of sampled calls, one in 1,024; 0 when none was sampled. */
  readonly gasMax: number;
  readonly outputBytes: number;
  readonly shown: readonly ShownCall[];
}

export interface PluginRunRequest {
  readonly bytes: Uint8Array;
  readonly configuration: Configuration;
  readonly market: BacktestMarket;
  readonly privateKeyPem: string;
  readonly shownMax: number;
  /** Is shown each record in the plugin's inbox before the plugin is; it has to copy what it keeps. */
  readonly onInput?: (record: Uint8Array) => void;
}

/** Runs a backtest in which the plugin has its place, and looks at that plugin alone. Throws EngineError for a module that is refused. */
export async function runPlugin(request: PluginRunRequest): Promise<PluginRun> {
  const { manifest } = loadModule(request.bytes);
  const configuration = withPlugin(request.configuration, manifest);
  const modules = await pluginModules(request.configuration);
  modules.set(manifest.name, request.bytes);
  const { market } = request;
  const backtest = new Backtest({
    venues: market.venues,
    configuration: inlinePlacements(
      laneConfigurationOf(configuration, { epoch: 1, startWallMs: market.startWallMs }),
    ),
    modules,
    journal: new NullJournal(),
    signer: new KeySigner(SIMULATED_API_KEY, request.privateKeyPem),
    stopwatch: new SystemClock(),
    endNs: market.endNs,
    onNotice: (level, text) => process.stderr.write(`${level}: ${text}\n`),
  });
  const slot = backtest.built.slots.find(
    ({ name, kind }) => name === manifest.name && kind === manifest.kind,
  );
  if (slot === undefined)
    throw new CommandError(
      `the plugin ${manifest.name} has no place in the lane`,
      "report this with the module",
    );
  const tap = new PluginTap(slot, request.shownMax, request.onInput);
  backtest.run();
  const { times } = tap;
  const count = times.summary[LatencyCell.COUNT] ?? 0;
  return {
    plugin: manifest.name,
    kind: manifest.kind,
    fault: slot.lastFault === null ? null : slot.lastFault.reason,
    calls: Object.fromEntries(tap.calls),
    callNs: {
      p50: times.percentile(0.5),
      p99: times.percentile(0.99),
      max: Math.round(times.summary[LatencyCell.MAX_NS] ?? 0),
      mean: count === 0 ? 0 : Math.round((times.summary[LatencyCell.SUM_NS] ?? 0) / count),
    },
    gasMax: slot.counters[SlotCounter.GAS_SAMPLE_MAX] ?? 0,
    outputBytes: slot.counters[SlotCounter.OUTPUT_BYTES] ?? 0,
    shown: tap.shown,
  };
}

/** Gives the plugin a place: a codec or ensemble takes the other's, the rest stand beside those that are there. */
function withPlugin(configuration: Configuration, { name, kind }: Manifest): Configuration {
  const placement = { plugin: name, parameters: {} };
  const has = (placements: readonly { readonly plugin: string }[]): boolean =>
    placements.some(({ plugin }) => plugin === name);
  const { venues, features, agents, risk } = configuration;
  switch (kind) {
    case "venue":
      return { ...configuration, venues: venues.map((venue) => ({ ...venue, plugin: name })) };
    case "ensemble":
      return { ...configuration, ensemble: placement };
    case "feature":
      return has(features.plugins)
        ? configuration
        : { ...configuration, features: { ...features, plugins: [...features.plugins, placement] } };
    case "risk":
      return has(risk.rules)
        ? configuration
        : { ...configuration, risk: { ...risk, rules: [...risk.rules, placement] } };
    case "agent": {
      const alone: AgentConfiguration = { ...placement, share: 1 };
      return has(agents) ? configuration : { ...configuration, agents: [alone] };
    }
  }
}
