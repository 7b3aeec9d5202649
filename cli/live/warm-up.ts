import type { Configuration } from "../../host/control/configuration-shape.ts";
import type { VerifiedModule } from "../../host/engine/index.ts";
import { inspectModule } from "../../host/engine/index.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { NullJournal } from "../../host/control/null-journal.ts";
import { inlinePlacements } from "../../host/lane/index.ts";
import type { PluginModules } from "../../host/lane/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { Backtest } from "../backtest/backtest.ts";
import { openMarkets } from "../backtest/backtest-markets.ts";
import { SwapRehearsal } from "./swap-rehearsal.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../simulation/simulated-account.ts";

/** Some 20,000 frames and some thousand orders, in about two seconds. */
const WARM_UP_SECONDS = 120;
const RATE_MAX = 1_000_000;
/** Parameters by which agents pace themselves, and what makes them order as often as they can. */
const hurried: Readonly<Record<string, number>> = {
  requoteTicks: 1,
  requoteSeconds: 0,
  cooldownSeconds: 0,
  entryScore: 0.05,
};
const LATENCY_NS = 2e6;
const SYMBOLS = ["BTCUSDT", "BTC-USD", "ETH-USD"];

/**
 * Runs the configuration on a generated market in virtual time and forgets the result: the code of every step has then been compiled
 * before the first real frame. The way of an order is walked rarely, so that without this an order would take some 300 µs for hours;
 * therefore the agents are hurried here and the rates opened, and the plugins are swapped to themselves. A configuration of instruments that the generator does not have is not
 * warmed up.
 */
export async function warmUp(configuration: Configuration, modules: PluginModules): Promise<void> {
  if (configuration.instruments.some(({ symbol }) => !SYMBOLS.includes(symbol))) return;
  const keys = simulatedKeys();
  const kinds = configuration.venues.map(({ kind }) => kind);
  const market = await openMarkets(
    {
      recordings: [],
      generatedSeconds: WARM_UP_SECONDS / kinds.length,
      seed: 1,
      latencyNs: LATENCY_NS,
      publicKeyPem: keys.publicKeyPem,
    },
    kinds,
  );
  const rehearsal = new SwapRehearsal();
  const backtest: Backtest = new Backtest({
    venues: market.venues,
    configuration: inlinePlacements(
      laneConfigurationOf(hurry(configuration, modules), {
        epoch: 1,
        startWallMs: market.startWallMs,
      }),
    ),
    modules,
    journal: new NullJournal(),
    signer: new KeySigner(SIMULATED_API_KEY, keys.privateKeyPem),
    stopwatch: new SystemClock(),
    endNs: market.endNs,
    onNotice: () => undefined,
    onStep: (built) => rehearsal.onStep(backtest.session, built),
  });
  backtest.run();
}

/** The same configuration with agents that order as often as they can, and no rate in their way. */
function hurry(configuration: Configuration, modules: PluginModules): Configuration {
  const { risk } = configuration;
  return {
    ...configuration,
    venues: configuration.venues.map((venue) => ({
      ...venue,
      messageRate: { ...venue.messageRate, messagesMax: RATE_MAX },
    })),
    agents: configuration.agents.map((agent) => ({
      ...agent,
      parameters: { ...agent.parameters, ...hurriedOf(modules.get(agent.plugin)) },
    })),
    risk: {
      ...risk,
      orderRate: { ...risk.orderRate, ordersMax: RATE_MAX },
      rules: risk.rules.map((rule) => ({
        ...rule,
        parameters: { ...rule.parameters, ...ratesOf(modules.get(rule.plugin)) },
      })),
    },
  };
}

/** The hurried parameters that a module has. */
function hurriedOf(module: Uint8Array | VerifiedModule | undefined): Record<string, number> {
  const names = parametersOf(module);
  return Object.fromEntries(Object.entries(hurried).filter(([name]) => names.includes(name)));
}

/** Limits of a rule that count orders, opened. */
function ratesOf(module: Uint8Array | VerifiedModule | undefined): Record<string, number> {
  const names = parametersOf(module).filter((name) => /[oO]rdersMax$/.test(name));
  return Object.fromEntries(names.map((name) => [name, RATE_MAX]));
}

function parametersOf(module: Uint8Array | VerifiedModule | undefined): string[] {
  const manifest = module instanceof Uint8Array ? inspectModule(module).manifest : module?.manifest;
  return manifest?.parameters.map(({ name }) => name) ?? [];
}
