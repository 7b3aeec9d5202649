import { Backtest } from "../../cli/backtest/backtest.ts";
import { openMarket } from "../../cli/backtest/backtest-market.ts";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../../cli/simulation/simulated-account.ts";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { NullJournal } from "../../host/control/null-journal.ts";
import type { SessionView } from "../../host/control/session-view.ts";
import type { JournalWriter } from "../../host/journal/index.ts";
import { VirtualClock } from "../../host/platform/index.ts";

/** The default configuration, with addresses of nothing. */
export const sampleConfiguration: Configuration = defaultConfiguration(
  {
    streamUrl: "ws://venue",
    wsApiUrl: "ws://venue",
    restUrl: "http://venue",
    key: { apiKey: SIMULATED_API_KEY, from: { file: "key.pem" }, label: "simulation" },
  },
  "journal",
);

/** A session of the default configuration on a generated market, in this process and virtual time. */
export async function shortSession(
  seconds: number,
  journal: JournalWriter = new NullJournal(),
  onStep: (view: SessionView) => void = () => undefined,
  configuration: Configuration = sampleConfiguration,
): Promise<SessionView> {
  const keys = simulatedKeys();
  const market = await openMarket({
    recordings: [],
    generatedSeconds: seconds,
    seed: 3,
    latencyNs: 2e6,
    publicKeyPem: keys.publicKeyPem,
  });
  const backtest: Backtest = new Backtest({
    venues: market.venues,
    configuration: laneConfigurationOf(configuration, { epoch: 1, startWallMs: market.startWallMs }),
    modules: await pluginModules(configuration),
    journal,
    signer: new KeySigner(SIMULATED_API_KEY, keys.privateKeyPem),
    stopwatch: new VirtualClock(0),
    endNs: market.endNs,
    onNotice: () => undefined,
    onStep: (built) => {
      onStep({ built, session: backtest.session, journal });
    },
  });
  backtest.run();
  return { built: backtest.built, session: backtest.session, journal };
}
