import { Backtest } from "../../cli/backtest/backtest.ts";
import { openMarket } from "../../cli/backtest/backtest-market.ts";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import type { JournalWriter } from "../../host/journal/index.ts";
import { VirtualClock } from "../../host/platform/index.ts";
import type { BinanceVenue } from "../../sim/binance/index.ts";
import { sampleConfiguration } from "./short-session.ts";

/** The default configuration with a second venue of the same kind, where the same symbol is traded. */
export function twoVenueConfiguration(): Configuration {
  const { venues, instruments } = sampleConfiguration;
  return {
    ...sampleConfiguration,
    venues: [...venues, ...venues.map((venue) => ({ ...venue, name: "other" }))],
    instruments: [...instruments, ...instruments.map((instrument) => ({ ...instrument, venue: "other" }))],
    groups: [{ name: "bitcoin", instruments: ["BTCUSDT.BINANCE", "BTCUSDT.OTHER"] }],
  };
}

export interface TwoVenues {
  readonly backtest: Backtest;
  readonly venues: readonly BinanceVenue[];
}

/** A session on two generated markets in this process and virtual time. */
export async function twoVenueSession(
  seconds: number,
  journal: JournalWriter,
  onStep: (session: TwoVenues) => void = () => undefined,
): Promise<TwoVenues> {
  const keys = simulatedKeys();
  const configuration = twoVenueConfiguration();
  const market = await openMarket({
    recordings: [],
    generatedSeconds: seconds,
    seed: 3,
    venueCount: 2,
    latencyNs: 2e6,
    publicKeyPem: keys.publicKeyPem,
  });
  const { venues } = market;
  const backtest: Backtest = new Backtest({
    venues,
    configuration: laneConfigurationOf(configuration, { epoch: 1, startWallMs: market.startWallMs }),
    modules: await pluginModules(configuration),
    journal,
    signer: new KeySigner(SIMULATED_API_KEY, keys.privateKeyPem),
    stopwatch: new VirtualClock(0),
    endNs: market.endNs,
    onNotice: () => undefined,
    onStep: () => {
      onStep({ backtest, venues });
    },
  });
  backtest.run();
  return { backtest, venues };
}
