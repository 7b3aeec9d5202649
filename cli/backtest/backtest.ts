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
  readonly venue: BinanceVenue;
  readonly configuration: LaneConfiguration;
  readonly modules: PluginModules;
  readonly journal: JournalWriter;
  readonly signer: LogonSigner;
  readonly stopwatch: Clock;
  /** Session time at which no further market data comes. */
  readonly endNs: number;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
  /** Called after each step that took a frame. */
  readonly onStep?: (built: BuiltLane) => void;
}

/** A host and a venue in one process on one virtual clock, from the first frame to the last cancel. */
export class Backtest {
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly tally: FrameTally;
  private readonly parts: BacktestParts;
  private readonly clock: VirtualClock;
  private readonly timers: VirtualTimers;
  private readonly wire: VenueWire;

  constructor(parts: BacktestParts) {
    this.parts = parts;
    this.clock = new VirtualClock(parts.configuration.startWallMs);
    this.timers = new VirtualTimers(this.clock);
    this.wire = new VenueWire(parts.venue, this.clock);
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
    this.session.start(this.makeGateway());
    this.session.rearm(TradingMode.ACTIVE, rearmOrder("backtest", "nothing but simulated money is at stake"));
    this.advance(endNs);
    this.session.cancelAll(TradingMode.CANCEL_ONLY);
    this.advance(endNs + WIND_DOWN_NS);
    this.session.stop();
    const code = journal.close(this.built.lane.nowNs, stateDigest(this.built));
    if (code < 0 && code !== JournalCode.PENDING)
      throw new Error(`backtest: the journal cannot be closed, code ${code}; check space and device`);
  }

  /** At one moment first the venue acts, then its messages arrive, then timers run. */
  private advance(untilNs: number): void {
    const { venue } = this.parts;
    for (;;) {
      const nextNs = Math.min(venue.nextNs, this.wire.nextNs, this.timers.nextNs);
      if (nextNs > untilNs) break;
      const timeNs = Math.max(nextNs, this.clock.nowNs);
      this.clock.set(timeNs);
      if (venue.nextNs <= timeNs) venue.advance(timeNs);
      this.wire.deliver(timeNs);
      this.timers.advance(timeNs);
    }
    this.clock.set(untilNs);
  }

  private makeGateway(): BinanceGateway {
    const { configuration, signer } = this.parts;
    const symbols = configuration.instruments.map(({ symbol }) => symbol);
    const ports = { wire: this.wire, timers: this.timers, clock: this.clock, random: new SeededRandom(SEED) };
    return new BinanceGateway(
      { addresses: ADDRESSES, symbols, snapshotLevels: SNAPSHOT_LEVELS, signer },
      ports,
      this.tally,
    );
  }
}
