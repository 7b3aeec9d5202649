import type { VenueAccess } from "../../host/control/default-configuration.ts";
import type { Clock, Timers } from "../../host/platform/index.ts";
import { SystemClock, SystemTimers } from "../../host/platform/index.ts";
import type { BinanceServer, SessionSpeed } from "../../sim/server/index.ts";
import { BinanceFaults, FaultDesk, startBinanceServer } from "../../sim/server/index.ts";
import { UsageError } from "../console/command-error.ts";
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

/** Simulated Binances on loopback, and the time that a host trading there goes by. */
export interface SimulatedVenues {
  /** By venue index. */
  readonly servers: readonly BinanceServer[];
  /** Where a person switches their faults. */
  readonly faults: FaultDesk;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether the recording is over. A generated market never ends. */
  readonly isOver: () => boolean;
}

/**
 * Starts as many venues, generated ones each from a seed of its own. Progress of recordings goes to standard error. Throws Error that names a recording
 * which cannot be read, UsageError for one recording and several venues.
 */
export async function startVenues(choice: VenueChoice, count: number): Promise<SimulatedVenues> {
  if (count > 1 && choice.recordings.length > 0)
    throw new UsageError(
      `a recording is of one venue, and ${count} are configured`,
      "leave --recording out, or configure one venue",
    );
  const servers: BinanceServer[] = [];
  for (let index = 0; index < count; index++)
    servers.push(await startVenue({ ...choice, seed: choice.seed + index }));
  const faults = await FaultDesk.open(servers.map((server) => new BinanceFaults(server)));
  const [first] = servers;
  if (first === undefined || choice.recordings.length === 0)
    return { servers, faults, clock: new SystemClock(), timers: new SystemTimers(), isOver: () => false };
  return {
    servers,
    faults,
    clock: new VenueClock(first.venue.clock.ms(0), () => first.nowNs()),
    timers: new PacedTimers(new SystemTimers(), choice.speed === "max" ? 1 : choice.speed),
    isOver: () => first.venue.symbol(SYMBOL).nextNs === Number.POSITIVE_INFINITY,
  };
}

async function startVenue(choice: VenueChoice): Promise<BinanceServer> {
  return startBinanceServer({
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
}

/** Where the venue is, as a configuration has it. */
export function accessTo({ urls }: BinanceServer, keyFile: string): VenueAccess {
  return {
    streamUrl: urls.stream,
    wsApiUrl: `${urls.wsApi}?returnRateLimits=false`,
    restUrl: urls.rest,
    key: { apiKey: SIMULATED_API_KEY, from: { file: keyFile }, label: "simulation" },
  };
}
