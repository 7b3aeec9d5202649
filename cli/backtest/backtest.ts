import { buildLane, stateDigest } from "../../host/lane/index.ts";
import type { BuiltLane, LaneConfiguration, PluginModules } from "../../host/lane/index.ts";
import { TradingSession } from "../../host/control/trading-session.ts";
import { writeSessionStart } from "../../host/control/session-records.ts";
import { BinanceGateway } from "../../host/execution/gateways/index.ts";
import type { LogonSigner } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { JournalWriter } from "../../host/journal/index.ts";
import { JournalCode } from "../../host/journal/index.ts";
import type { Clock } from "../../host/platform/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import type { BinanceVenue } from "../../sim/binance/index.ts";
import { VenueWire } from "../simulation/venue-wire.ts";
import { FrameTally } from "./frame-tally.ts";

/** Any address does: the wire leads to the venue in this process. */
const ADDRESSES = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3?returnRateLimits=false",
  restUrl: "http://venue",
};
const SNAPSHOT_LEVELS = 1000;
/** After the last frame: time for cancels to come back. */
const WIND_DOWN_NS = 5e9;
const SEED = 1;

export interface BacktestParts {
  /** By venue index of the configuration. */
  readonly venues: readonly BinanceVenue[];
  readonly configuration: LaneConfiguration;
  readonly modules: PluginModules;
  readonly journal: JournalWriter;
  /** Signs at every venue: the account is a simulated one. */
  readonly signer: LogonSigner;
  readonly stopwatch: Clock;
  /** Session time at which no further market data comes. */
  readonly endNs: number;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
  /** Called after each step that took a frame. */
  readonly onStep?: (built: BuiltLane) => void;
}

/** A host and its venues in one process on one virtual clock, from the first frame to the last cancel. */
export class Backtest {
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly tally: FrameTally;
  private readonly parts: BacktestParts;
  private readonly clock: VirtualClock;
  private readonly timers: VirtualTimers;
  /** By venue index. */
  private readonly wires: readonly VenueWire[];

  constructor(parts: BacktestParts) {
    this.parts = parts;
    this.clock = new VirtualClock(parts.configuration.startWallMs);
    this.timers = new VirtualTimers(this.clock);
    if (parts.venues.length !== parts.configuration.venues.length)
      throw new Error(
        `backtest: ${parts.configuration.venues.length} venues are configured and ${parts.venues.length} simulated; simulate each`,
      );
    this.wires = parts.venues.map((venue) => new VenueWire(venue, this.clock));
    this.built = buildLane(parts.configuration, parts.modules, parts.journal);
    const { stopwatch, onNotice, onStep } = parts;
    const step = onStep === undefined ? {} : { onStep: (): void => onStep(this.built) };
    this.session = new TradingSession({
      built: this.built,
      clock: this.clock,
      stopwatch,
      timers: this.timers,
      onNotice,
      ...step,
    });
    this.tally = new FrameTally(this.session, this.built.lane);
  }

  /** Runs to the end: trades, then cancels what is open and waits for the answers. Closes the journal with the final state. */
  run(): void {
    const { configuration, modules, journal, endNs } = this.parts;
    writeSessionStart(journal, { configuration, modules });
    this.session.start(this.wires.map((wire, venueIndex) => this.makeGateway(wire, venueIndex)));
    this.session.rearm(TradingMode.ACTIVE, rearmOrder("backtest", "nothing but simulated money is at stake"));
    this.advance(endNs);
    this.session.cancelAll(TradingMode.CANCEL_ONLY);
    this.advance(endNs + WIND_DOWN_NS);
    this.session.stop();
    const code = journal.close(this.built.lane.nowNs, stateDigest(this.built));
    if (code < 0 && code !== JournalCode.PENDING)
      throw new Error(`backtest: the journal cannot be closed, code ${code}; check space and device`);
  }

  /** At one moment first the venues act, then their messages arrive, both in the venues' order, then timers run. */
  private advance(untilNs: number): void {
    const { venues } = this.parts;
    for (;;) {
      let nextNs = this.timers.nextNs;
      for (const { nextNs: dueNs } of venues) nextNs = Math.min(nextNs, dueNs);
      for (const { nextNs: dueNs } of this.wires) nextNs = Math.min(nextNs, dueNs);
      if (nextNs > untilNs) break;
      const timeNs = Math.max(nextNs, this.clock.nowNs);
      this.clock.set(timeNs);
      for (const venue of venues) if (venue.nextNs <= timeNs) venue.advance(timeNs);
      for (const wire of this.wires) wire.deliver(timeNs);
      this.timers.advance(timeNs);
    }
    this.clock.set(untilNs);
  }

  private makeGateway(wire: VenueWire, venueIndex: number): BinanceGateway {
    const { configuration, signer } = this.parts;
    const instruments = configuration.instruments.flatMap(({ symbol, venueIndex: home }, instrumentIndex) =>
      home === venueIndex ? [{ instrumentIndex, symbol }] : [],
    );
    const ports = {
      wire,
      timers: this.timers,
      clock: this.clock,
      random: new SeededRandom(SEED + venueIndex),
    };
    return new BinanceGateway(
      { venueIndex, addresses: ADDRESSES, instruments, snapshotLevels: SNAPSHOT_LEVELS, signer },
      ports,
      this.tally,
    );
  }
}
