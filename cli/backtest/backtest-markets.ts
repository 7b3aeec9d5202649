import type { VenueConfiguration } from "../../host/control/configuration-shape.ts";
import type { BinanceVenue, VenueOptions } from "../../sim/binance/index.ts";
import { CoinbaseVenue } from "../../sim/coinbase/index.ts";
import { coinbaseOptions, readRecordedSession } from "../../sim/server/index.ts";
import {
  coinbaseBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_KEY_NAME,
  simulatedKeys,
} from "../simulation/simulated-account.ts";
import type { BacktestMarket, MarketChoice } from "./backtest-market.ts";
import { AFTER_LAST_FRAME_NS, GENERATED_START_MS, openMarket } from "./backtest-market.ts";
import type { BacktestVenue } from "./backtest-venue.ts";
import { coinbaseOf } from "./backtest-venue.ts";

const NS_PER_MS = 1_000_000n;

/** As BacktestMarket, with venues of both kinds. */
export interface BacktestMarkets extends Omit<BacktestMarket, "venues"> {
  /** By venue index. */
  readonly venues: readonly (BinanceVenue | BacktestVenue)[];
}

/**
 * The venues of those kinds: generated ones, each from a seed of its own, or the one of a recording. Tells about files on standard error. Throws Error naming
 * the file.
 */
export async function openMarkets(
  choice: Omit<MarketChoice, "venueCount">,
  kinds: readonly VenueConfiguration["kind"][],
): Promise<BacktestMarkets> {
  const binances = kinds.filter((kind) => kind === "binance").length;
  if (binances === kinds.length) return openMarket({ ...choice, venueCount: binances });
  if (choice.recordings.length > 0) {
    if (kinds.length > 1)
      throw new Error(
        `a recording is of one venue, and ${kinds.length} are configured; leave --recording out`,
      );
    return recordedCoinbase(choice);
  }
  const market = await openMarket({ ...choice, venueCount: Math.max(1, binances) });
  let taken = 0;
  const venues = kinds.map((kind, index) => {
    if (kind === "coinbase") return generatedCoinbase(choice, choice.seed + index);
    const venue = market.venues[taken];
    taken += 1;
    if (venue === undefined) throw new RangeError(`no venue number ${index}`);
    return venue;
  });
  return { ...market, venues };
}

function generatedCoinbase(choice: Omit<MarketChoice, "venueCount">, seed: number): BacktestVenue {
  const { options, privateKeyPem } = optionsOf(choice);
  const startEpochNs = BigInt(GENERATED_START_MS) * NS_PER_MS;
  return coinbaseOf(
    new CoinbaseVenue(coinbaseOptions({ ...options, seed, startEpochNs }, null)),
    privateKeyPem,
  );
}

async function recordedCoinbase(choice: Omit<MarketChoice, "venueCount">): Promise<BacktestMarkets> {
  const { options, privateKeyPem } = optionsOf(choice);
  process.stderr.write(`reading ${choice.recordings.join(", ")}\n`);
  const session = await readRecordedSession(...choice.recordings);
  const steps = [...session.products.values()].map((product) => product.steps);
  const lastNs = Math.max(0, ...steps.map((list) => list.at(-1)?.timeNs ?? 0));
  return {
    venues: [coinbaseOf(new CoinbaseVenue(coinbaseOptions(options, session)), privateKeyPem)],
    startWallMs: Number(session.startEpochNs / NS_PER_MS),
    endNs: lastNs + AFTER_LAST_FRAME_NS,
    lines: steps.reduce((sum, list) => sum + list.length, 0),
  };
}

function optionsOf({ latencyNs }: Omit<MarketChoice, "venueCount">): {
  readonly options: Parameters<typeof coinbaseOptions>[0];
  readonly privateKeyPem: string;
} {
  const { publicKeyPem, privateKeyPem } = simulatedKeys("coinbase");
  const latency: NonNullable<VenueOptions["latencyIn"]> = { fixedNs: latencyNs, jitterNs: 0 };
  const options = {
    openingBalances: coinbaseBalances,
    keys: [{ name: SIMULATED_KEY_NAME, account: SIMULATED_ACCOUNT, publicKeyPem }],
    latencyIn: latency,
    latencyOut: latency,
  };
  return { options, privateKeyPem };
}
