import type { Configuration, VenueConfiguration } from "../../host/control/configuration-shape.ts";
import type { Clock, Timers } from "../../host/platform/index.ts";
import { SystemClock, SystemTimers } from "../../host/platform/index.ts";
import { FaultDesk } from "../../sim/server/index.ts";
import type { SessionSpeed } from "../../sim/server/index.ts";
import { UsageError } from "../console/command-error.ts";
import { KeyFolder } from "./key-folder.ts";
import type { VenueBalance } from "./ledger-comparison.ts";
import type { LiveMarket } from "./live-market.ts";
import { PacedTimers } from "./paced-timers.ts";
import { startSimulatedBinance } from "./simulated-binance.ts";
import { startSimulatedCoinbase } from "./simulated-coinbase.ts";
import type { SimulatedVenue, VenueChoice } from "./simulated-venue.ts";
import { VenueClock } from "./venue-clock.ts";

export interface MarketChoice {
  readonly recordings: readonly string[];
  readonly speed: SessionSpeed;
  readonly seed: number;
  /** Real venues that the simulated ones follow, by venue name; empty: none. */
  readonly live: ReadonlyMap<string, LiveMarket>;
}

const starters: Readonly<
  Record<VenueConfiguration["kind"], (choice: VenueChoice) => Promise<SimulatedVenue>>
> = { binance: startSimulatedBinance, coinbase: startSimulatedCoinbase };

/** Simulated venues on loopback, and the time that a host trading there goes by. */
export class SimulatedVenues {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Where a person switches their faults. */
  readonly faults: FaultDesk;
  /** By venue index. */
  private readonly venues: readonly SimulatedVenue[];
  private readonly keys: KeyFolder;

  private constructor(
    venues: readonly SimulatedVenue[],
    keys: KeyFolder,
    faults: FaultDesk,
    time: Pick<SimulatedVenues, "clock" | "timers">,
  ) {
    this.venues = venues;
    this.keys = keys;
    this.faults = faults;
    this.clock = time.clock;
    this.timers = time.timers;
  }

  /**
   * Starts a venue for each of the configuration, generated ones each from a seed of its own. Throws Error that names a recording which cannot be read, UsageError for
   * one recording and several venues.
   */
  static async start(
    { venues }: Configuration,
    { recordings, speed, seed, live }: MarketChoice,
  ): Promise<SimulatedVenues> {
    if (venues.length > 1 && recordings.length > 0)
      throw new UsageError(
        `a recording is of one venue, and ${venues.length} are configured`,
        "leave --recording out, or name its venue with --venues",
      );
    const keys = new KeyFolder();
    const started: SimulatedVenue[] = [];
    try {
      for (const [index, { name, kind }] of venues.entries())
        started.push(
          await starters[kind]({
            ...{ name, recordings, speed, keys },
            seed: seed + index,
            live: live.get(name) ?? null,
          }),
        );
      const faults = await FaultDesk.open(started.map((venue) => venue.faults));
      const [first] = recordings.length === 0 ? [] : started;
      return new SimulatedVenues(started, keys, faults, timeOf(first, speed));
    } catch (error) {
      for (const venue of started) await venue.close();
      keys.remove();
      throw error;
    }
  }

  /** Whether no further market data will come. */
  get isOver(): boolean {
    return this.venues.every((venue) => venue.isOver());
  }

  /** The configuration with the addresses and keys of these venues. */
  configured(configuration: Configuration): Configuration {
    return {
      ...configuration,
      venues: configuration.venues.map((venue, index) => this.venues[index]?.access(venue) ?? venue),
    };
  }

  /** What the ledgers of all of them have. */
  balances(): VenueBalance[] {
    return this.venues.flatMap((venue, venueIndex) =>
      venue.balances().map((balance) => ({ venueIndex, ...balance })),
    );
  }

  async close(): Promise<void> {
    this.keys.remove();
    await this.faults.close();
    for (const venue of this.venues) await venue.close();
  }
}

/** A replay has the time of its recording; a generated market the machine's. */
function timeOf(
  replay: SimulatedVenue | undefined,
  speed: SessionSpeed,
): Pick<SimulatedVenues, "clock" | "timers"> {
  if (replay === undefined) return { clock: new SystemClock(), timers: new SystemTimers() };
  return {
    clock: new VenueClock(replay.startMs, () => replay.nowNs()),
    timers: new PacedTimers(new SystemTimers(), speed === "max" ? 1 : speed),
  };
}
