import type { VenueAccess } from "../../host/control/default-configuration.ts";
import type { Clock, Timers } from "../../host/platform/index.ts";
import { SystemClock, SystemTimers } from "../../host/platform/index.ts";
import type { BinanceServer, SessionSpeed } from "../../sim/server/index.ts";
import { BinanceFaults, FaultDesk, startBinanceServer } from "../../sim/server/index.ts";
import { openingBalances, SIMULATED_ACCOUNT, SIMULATED_API_KEY } from "../simulation/simulated-account.ts";
import { PacedTimers } from "./paced-timers.ts";
import { VenueClock } from "./venue-clock.ts";

const SYMBOL = "BTCUSDT";

export interface VenueChoice {
  readonly recordings: readonly string[];
  /** Of a replay; a generated market runs in real time. */
  readonly speed: SessionSpeed;
  readonly seed: number;
  readonly publicKeyPem: string;
}

/** The simulated Binance on loopback, and the time that a host trading there goes by. */
export interface SimulatedVenue {
  readonly server: BinanceServer;
  /** Where a person switches its faults. */
  readonly faults: FaultDesk;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether the recording is over. A generated market never ends. */
  readonly isOver: () => boolean;
}

/** Starts the venue. Progress of recordings goes to standard error. Throws Error that names a recording which cannot be read. */
export async function startVenue(choice: VenueChoice): Promise<SimulatedVenue> {
  const server = await startBinanceServer({
    openingBalances,
    keys: [
      {
        apiKey: SIMULATED_API_KEY,
        account: SIMULATED_ACCOUNT,
        kind: "ED25519",
        publicKeyPem: choice.publicKeyPem,
      },
    ],
    seed: choice.seed,
    flow: {},
    recordings: choice.recordings,
    speed: choice.recordings.length === 0 ? 1 : choice.speed,
    onProgress: ({ path, filesDone, filesTotal }) =>
      process.stderr.write(`read ${path} (${filesDone} of ${filesTotal})\n`),
  });
  const faults = await FaultDesk.open([new BinanceFaults(server)]);
  if (choice.recordings.length === 0)
    return { server, faults, clock: new SystemClock(), timers: new SystemTimers(), isOver: () => false };
  return {
    server,
    faults,
    clock: new VenueClock(server.venue.clock.ms(0), () => server.nowNs()),
    timers: new PacedTimers(new SystemTimers(), choice.speed === "max" ? 1 : choice.speed),
    isOver: () => server.venue.symbol(SYMBOL).nextNs === Number.POSITIVE_INFINITY,
  };
}

/** Where the venue is, as a configuration has it. */
export function accessTo({ urls }: BinanceServer, privateKeyFile: string): VenueAccess {
  return {
    streamUrl: urls.stream,
    wsApiUrl: `${urls.wsApi}?returnRateLimits=false`,
    restUrl: urls.rest,
    apiKey: SIMULATED_API_KEY,
    privateKeyFile,
  };
}
