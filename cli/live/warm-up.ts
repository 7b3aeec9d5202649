import type { Configuration } from "../../host/control/configuration-shape.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { NullJournal } from "../../host/control/null-journal.ts";
import type { PluginModules } from "../../host/lane/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { Backtest } from "../backtest/backtest.ts";
import { openMarket } from "../backtest/backtest-market.ts";
import { KeySigner, SIMULATED_API_KEY, simulatedKeys } from "../simulation/simulated-account.ts";

/** Some 10,000 frames and 50 orders, in under a second. */
const WARM_UP_SECONDS = 60;
const LATENCY_NS = 2e6;
const SYMBOL = "BTCUSDT";

/**
 * Runs the configuration on a generated market in virtual time and forgets the result: the code of every step has then been compiled
 * before the first real frame. Without it the first orders of a session take up to ten times as long as later ones. A configuration of
 * instruments that the generator does not have is not warmed up.
 */
export async function warmUp(configuration: Configuration, modules: PluginModules): Promise<void> {
  if (configuration.instruments.some(({ symbol }) => symbol !== SYMBOL)) return;
  const keys = simulatedKeys();
  const market = await openMarket({
    recordings: [],
    generatedSeconds: WARM_UP_SECONDS,
    seed: 1,
    latencyNs: LATENCY_NS,
    publicKeyPem: keys.publicKeyPem,
  });
  const backtest = new Backtest({
    venue: market.venue,
    configuration: laneConfigurationOf(configuration, { epoch: 1, startWallMs: market.startWallMs }),
    modules,
    journal: new NullJournal(),
    signer: new KeySigner(SIMULATED_API_KEY, keys.privateKeyPem),
    stopwatch: new SystemClock(),
    endNs: market.endNs,
    onNotice: () => undefined,
  });
  backtest.run();
}
