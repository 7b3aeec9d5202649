import { readMarketMessage } from "../../sim/coinbase/index.ts";
import { FollowedMarket } from "../../sim/market/index.ts";
import { coinbaseFaults, startCoinbaseServer } from "../../sim/server/index.ts";
import type { CoinbaseServer } from "../../sim/server/index.ts";
import { feesRoundedUp } from "../simulation/fee-rounding.ts";
import {
  coinbaseBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_KEY_NAME,
  simulatedKeys,
} from "../simulation/simulated-account.ts";
import type { LedgerBalance, SimulatedVenue, VenueChoice } from "./simulated-venue.ts";

const LEDGER_SCALE = 10n ** 8n;
const NS_PER_MS = 1_000_000n;

/** Starts a simulated Coinbase over TLS. Throws Error that names a recording which cannot be read. */
export async function startSimulatedCoinbase(choice: VenueChoice): Promise<SimulatedVenue> {
  const { name, live, recordings, speed, seed, keys } = choice;
  const { publicKeyPem, privateKeyPem } = simulatedKeys("coinbase");
  const startEpochNs = BigInt(Date.now()) * NS_PER_MS;
  const server = await startCoinbaseServer({
    openingBalances: coinbaseBalances,
    keys: [{ name: SIMULATED_KEY_NAME, account: SIMULATED_ACCOUNT, publicKeyPem }],
    seed,
    startEpochNs,
    ...(live === null ? {} : { followedMiddles: live.middles }),
    ...(recordings.length === 0 ? {} : { recording: recordings, speed }),
  });
  const { venue, urls } = server;
  live?.follow({
    take: (bytes) => {
      const { events } = readMarketMessage(Buffer.from(bytes).toString("utf8"));
      for (const event of events) if (live.middles.has(event.productId)) venue.follow(event, server.nowNs());
      server.pump();
    },
    lose: () => {
      for (const { market } of venue.products) if (market instanceof FollowedMarket) market.loseBook();
      for (const session of venue.sessions)
        if (session.connection.endpoint === "marketData") venue.cut(session, server.nowNs());
      server.pump();
    },
  });
  const key = {
    apiKey: SIMULATED_KEY_NAME,
    from: { file: keys.key(name, privateKeyPem) },
    label: "simulation" as const,
  };
  const caFile = keys.certificate(name, server.caPem);
  return {
    faults: coinbaseFaults(server, name),
    access: (configured) => {
      if (configured.kind !== "coinbase") throw new Error(`${name} is no Coinbase`);
      const { marketData: marketUrl, user: userUrl, rest: restUrl } = urls;
      return { ...configured, marketUrl, userUrl, restUrl, caFile, key };
    },
    startMs: Number(startEpochNs / NS_PER_MS),
    nowNs: () => server.nowNs(),
    isOver: () => recordings.length > 0 && isPlayed(server),
    balances: () =>
      coinbaseBalances.map(({ asset, amount }): LedgerBalance => {
        const { free, locked } = venue.balance(SIMULATED_ACCOUNT, asset);
        const opening = amount * LEDGER_SCALE;
        return { asset, opening, free, locked, feesRoundedUp: feesRoundedUp(venue, asset) };
      }),
    close: () => {
      live?.stop();
      return server.close();
    },
  };
}

function isPlayed({ venue }: CoinbaseServer): boolean {
  return venue.products.every(({ nextNs }) => nextNs === Number.POSITIVE_INFINITY);
}
