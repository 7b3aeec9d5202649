import type { BinanceMarketOptions } from "../../sim/server/index.ts";
import { binanceOptions, readRecording } from "../../sim/server/index.ts";
import { BinanceVenue } from "../../sim/binance/index.ts";
import { openingBalances, SIMULATED_ACCOUNT, SIMULATED_API_KEY } from "../simulation/simulated-account.ts";

/** A generated market's session begins then, so that the same seed gives the same bytes on any day: 2024-01-01T00:00:00Z. */
export const GENERATED_START_MS = 1_704_067_200_000;
export const AFTER_LAST_FRAME_NS = 1e9;
const NS_PER_SECOND = 1e9;

export interface MarketChoice {
  readonly recordings: readonly string[];
  /** Length of a generated market, where there is no recording. */
  readonly generatedSeconds: number;
  readonly seed: number;
  /** How many venues; 1 where left out. More than one are generated, each from a seed of its own. */
  readonly venueCount?: number;
  /** One way. */
  readonly latencyNs: number;
  readonly publicKeyPem: string;
}

export interface BacktestMarket {
  /** By venue index. */
  readonly venues: readonly BinanceVenue[];
  readonly startWallMs: number;
  /** Session time at which no further market data comes. */
  readonly endNs: number;
  /** Lines of the recording; 0 for a generated market. */
  readonly lines: number;
}

/** The venues of a backtest: a recording's market, or generated ones. Tells about files on standard error. Throws Error naming the file. */
export async function openMarket(choice: MarketChoice): Promise<BacktestMarket> {
  const latency = { fixedNs: choice.latencyNs, jitterNs: 0 };
  const options: BinanceMarketOptions = {
    openingBalances,
    sessionStartMs: GENERATED_START_MS,
    keys: [
      {
        apiKey: SIMULATED_API_KEY,
        account: SIMULATED_ACCOUNT,
        kind: "ED25519",
        publicKeyPem: choice.publicKeyPem,
      },
    ],
    latencyIn: latency,
    latencyOut: latency,
    seed: choice.seed,
  };
  const { venueCount = 1 } = choice;
  if (venueCount > 1 && choice.recordings.length > 0)
    throw new Error(`a recording is of one venue, and ${venueCount} are configured; leave --recording out`);
  const recording =
    choice.recordings.length === 0 ? null : await readRecording(choice.recordings, reportFile);
  const lastNs = recording?.timeNs[recording.length - 1];
  const made = Array.from({ length: venueCount }, (_, index) =>
    binanceOptions({ ...options, seed: choice.seed + index }, recording),
  );
  return {
    venues: made.map((venueOptions) => new BinanceVenue({ ...venueOptions, keepAlive: true })),
    startWallMs: made[0]?.sessionStartMs ?? GENERATED_START_MS,
    endNs: lastNs === undefined ? choice.generatedSeconds * NS_PER_SECOND : lastNs + AFTER_LAST_FRAME_NS,
    lines: recording?.length ?? 0,
  };
}

function reportFile(progress: {
  readonly path: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytes: number;
}): void {
  const megabytes = (progress.bytes / 1e6).toFixed(1);
  process.stderr.write(
    `read ${progress.path} (${progress.filesDone} of ${progress.filesTotal}, ${megabytes} MB)\n`,
  );
}
