import { FollowedMarket } from "../../sim/market/index.ts";
import { binanceFaults, startBinanceServer } from "../../sim/server/index.ts";
import {
  openingBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_API_KEY,
  simulatedKeys,
} from "../simulation/simulated-account.ts";
import type { LedgerBalance, SimulatedVenue, VenueChoice } from "./simulated-venue.ts";

const SYMBOL = "BTCUSDT";
const LEDGER_SCALE = 10n ** 8n;

/** Starts a simulated Binance. Progress of recordings goes to standard error. Throws Error that names a recording which cannot be read. */
export async function startSimulatedBinance(choice: VenueChoice): Promise<SimulatedVenue> {
  const { name, live, recordings, speed, seed, keys } = choice;
  const { publicKeyPem, privateKeyPem } = simulatedKeys("binance");
  const server = await startBinanceServer({
    openingBalances,
    keys: [{ apiKey: SIMULATED_API_KEY, account: SIMULATED_ACCOUNT, kind: "ED25519", publicKeyPem }],
    seed,
    flow: {},
    ...(live === null ? {} : { followedMiddle: live.middleOf(SYMBOL) }),
    recordings,
    speed: recordings.length === 0 ? 1 : speed,
    onProgress: ({ path, filesDone, filesTotal }) =>
      process.stderr.write(`read ${path} (${filesDone} of ${filesTotal})\n`),
  });
  const { venue, urls } = server;
  live?.follow({
    take: (bytes) => {
      venue.follow(SYMBOL, bytes, server.nowNs());
      server.pump();
    },
    lose: () => {
      const { market } = venue.symbol(SYMBOL);
      if (market instanceof FollowedMarket) market.loseBook();
      for (const session of venue.sessions) if (session.stream !== null) venue.cut(session, server.nowNs());
      server.pump();
    },
  });
  const key = {
    apiKey: SIMULATED_API_KEY,
    from: { file: keys.key(name, privateKeyPem) },
    label: "simulation" as const,
  };
  return {
    faults: binanceFaults(server, name),
    access: (configured) => {
      if (configured.kind !== "binance") throw new Error(`${name} is no Binance`);
      const { stream: streamUrl, rest: restUrl } = urls;
      return { ...configured, streamUrl, restUrl, key, wsApiUrl: `${urls.wsApi}?returnRateLimits=false` };
    },
    startMs: venue.clock.ms(0),
    nowNs: () => server.nowNs(),
    isOver: () => recordings.length > 0 && venue.symbol(SYMBOL).nextNs === Number.POSITIVE_INFINITY,
    balances: () =>
      openingBalances.map(({ asset, amount }): LedgerBalance => {
        const { free, locked } = venue.balance(SIMULATED_ACCOUNT, asset);
        return { asset, opening: amount * LEDGER_SCALE, free, locked };
      }),
    close: () => {
      live?.stop();
      return server.close();
    },
  };
}
