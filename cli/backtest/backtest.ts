import { buildLane, stateDigest } from "../../host/lane/index.ts";
import type { BuiltLane, LaneConfiguration, PluginModules } from "../../host/lane/index.ts";
import { TradingSession } from "../../host/control/trading-session.ts";
import { writeSessionStart } from "../../host/control/session-records.ts";
import type { Gateway, LogonSigner } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { JournalWriter } from "../../host/journal/index.ts";
import { JournalCode } from "../../host/journal/index.ts";
import type { Clock } from "../../host/platform/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import { BinanceVenue } from "../../sim/binance/index.ts";
import type { BacktestVenue, VirtualWire } from "./backtest-venue.ts";
import { binanceOf } from "./backtest-venue.ts";
import { FrameTally } from "./frame-tally.ts";

/** After the last frame: time for cancels to come back. */
const WIND_DOWN_NS = 5e9;
const SEED = 1;

export interface BacktestParts {
  /** By venue index of the configuration. */
  readonly venues: readonly (BinanceVenue | BacktestVenue)[];
  readonly configuration: LaneConfiguration;
  readonly modules: PluginModules;
  readonly journal: JournalWriter;
  /** Signs at every Binance: the account is a simulated one. */
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
  private readonly venues: readonly BacktestVenue[];
  private readonly wires: readonly VirtualWire[];

  constructor(parts: BacktestParts) {
    this.parts = parts;
    this.clock = new VirtualClock(parts.configuration.startWallMs);
    this.timers = new VirtualTimers(this.clock);
    if (parts.venues.length !== parts.configuration.venues.length)
      throw new Error(
        `backtest: ${parts.configuration.venues.length} venues are configured and ${parts.venues.length} simulated; simulate each`,
      );
    this.venues = parts.venues.map((venue) =>
      venue instanceof BinanceVenue ? binanceOf(venue, parts.signer) : venue,
    );
    this.wires = this.venues.map((venue) => venue.openWire(this.clock));
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
    this.session.start(this.venues.map((venue, venueIndex) => this.makeGateway(venue, venueIndex)));
    this.session.rearm(TradingMode.ACTIVE, rearmOrder("backtest", "nothing but simulated money is at stake"));
    this.advance(endNs);
    this.session.cancelAll(TradingMode.CANCEL_ONLY);
    this.advance(endNs + WIND_DOWN_NS);
    this.session.stop();
    const { refusal } = this.built.lane.parts.journal;
    const code = journal.close(this.built.lane.nowNs, stateDigest(this.built));
    if (refusal !== 0)
      throw new Error(`backtest: the journal has refused with code ${refusal}; check space and device`);
    if (code < 0 && code !== JournalCode.PENDING)
      throw new Error(`backtest: the journal cannot be closed, code ${code}; check space and device`);
  }

  /** At one moment first the venues act, then their messages arrive, both in the venues' order, then timers run. */
  private advance(untilNs: number): void {
    const { venues } = this;
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

  private makeGateway(venue: BacktestVenue, venueIndex: number): Gateway {
    const instruments = this.parts.configuration.instruments.flatMap(
      ({ symbol, venueIndex: home }, instrumentIndex) =>
        home === venueIndex ? [{ instrumentIndex, symbol }] : [],
    );
    const wire = this.wires[venueIndex];
    if (wire === undefined) throw new RangeError(`backtest: no venue number ${venueIndex}`);
    const ports = {
      wire,
      timers: this.timers,
      clock: this.clock,
      random: new SeededRandom(SEED + venueIndex),
    };
    return venue.openGateway({ venueIndex, instruments }, ports, this.tally);
  }
}
