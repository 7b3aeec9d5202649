import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BinanceServer, CoinbaseServer } from "../../../sim/server/index.ts";
import { startBinanceServer, startCoinbaseServer } from "../../../sim/server/index.ts";
import { freshDirectory } from "../sandpit.ts";

/** Two simulated venues that stand in for the real ones, and the options that lead the command there. */
export interface StandIns {
  readonly binance: BinanceServer;
  readonly coinbase: CoinbaseServer;
  readonly urls: readonly string[];
  /** Their authority's certificate. */
  readonly caFile: string;
  close(): Promise<void>;
}

export async function startStandIns(): Promise<StandIns> {
  const binance = await startBinanceServer({ openingBalances: [], keys: [], flow: {} });
  const startEpochNs = BigInt(Date.now()) * 1_000_000n;
  const coinbase = await startCoinbaseServer({ openingBalances: [], keys: [], startEpochNs });
  const caFile = join(freshDirectory(), "ca.pem");
  writeFileSync(caFile, coinbase.caPem);
  return {
    binance,
    coinbase,
    urls: [
      `binance.stream=${binance.urls.stream}`,
      `binance.rest=${binance.urls.rest}`,
      `coinbase.market=${coinbase.urls.marketData}`,
    ],
    caFile,
    close: async () => {
      await binance.close();
      await coinbase.close();
    },
  };
}
