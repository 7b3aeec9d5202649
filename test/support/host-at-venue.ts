import { openMarket } from "../../cli/backtest/backtest-market.ts";
import { compareLedgers } from "../../cli/live/ledger-comparison.ts";
import type { AssetComparison } from "../../cli/live/ledger-comparison.ts";
import { pluginModules } from "../../cli/plugins/plugin-modules.ts";
import {
  KeySigner,
  SIMULATED_ACCOUNT,
  SIMULATED_API_KEY,
  simulatedKeys,
} from "../../cli/simulation/simulated-account.ts";
import { VenueWire } from "../../cli/simulation/venue-wire.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { applyOpening, readJournalOpening } from "../../host/control/opening/index.ts";
import type { Opening } from "../../host/control/opening/index.ts";
import type { SessionReplay } from "../../host/control/replay.ts";
import { replayJournal } from "../../host/control/replay.ts";
import { writeSessionStart } from "../../host/control/session-records.ts";
import { TradingSession } from "../../host/control/trading-session.ts";
import { BinanceGateway } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { JournalOptions, LocalJournal } from "../../host/journal/index.ts";
import { openLocalJournal } from "../../host/journal/index.ts";
import type { BuiltLane, LaneConfiguration } from "../../host/lane/index.ts";
import { buildLane } from "../../host/lane/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import type { BinanceVenue } from "../../sim/binance/index.ts";
import { DIRECTORY, IDENTITY, journalStart } from "./journal-fixture.ts";
import { intent } from "./lane-under-test.ts";
import { order, puppetModules, puppetNames } from "./puppet-plugins.ts";
import type { FieldValues } from "./record-writer.ts";
import { sampleConfiguration } from "./short-session.ts";
import { SimDisk } from "./sim-disk.ts";
import { listedChooser } from "./sim-inode.ts";

const ADDRESSES = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3?returnRateLimits=false",
  restUrl: "http://venue",
};
const OPTIONS = { batchBytes: 1 << 20, payloadBytesMax: 1 << 20, urgentBytes: 1 << 20, reserveBytes: 0 };
const NS_PER_SECOND = 1e9;
const ASSETS = ["BTC", "USDT"];
const LATENCY_NS = 2e6;
/** Less than an order takes to the venue. */
const LOOK_SECONDS = 0.001;

/** One life of the host. */
export interface HostLife {
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly journal: LocalJournal;
  readonly opening: Opening;
  readonly epoch: number;
}

/**
 * A host of the real codec and puppet agents at a simulated Binance, in virtual time, with its journal on a disk in memory: it can die at
 * any moment and begin again, while the venue goes on.
 */
export class HostAtVenue {
  readonly venue: BinanceVenue;
  readonly clock: VirtualClock;
  readonly disk: SimDisk = new SimDisk();
  readonly notices: string[] = [];
  readonly modules: ReadonlyMap<string, Uint8Array>;
  life: HostLife;
  private timers: VirtualTimers;
  private wire: VenueWire;
  private readonly isReal: boolean;
  private readonly journalOptions: Partial<JournalOptions>;
  private readonly privateKeyPem: string;
  private readonly startWallMs: number;
  private readonly openings: readonly bigint[];
  private nameOfAnother = "";

  private constructor(
    venue: BinanceVenue,
    modules: ReadonlyMap<string, Uint8Array>,
    startWallMs: number,
    privateKeyPem: string,
    isReal: boolean,
    journalOptions: Partial<JournalOptions>,
  ) {
    this.journalOptions = { ...OPTIONS, ...journalOptions };
    this.isReal = isReal;
    this.venue = venue;
    this.modules = modules;
    this.startWallMs = startWallMs;
    this.privateKeyPem = privateKeyPem;
    this.clock = new VirtualClock(startWallMs);
    this.timers = new VirtualTimers(this.clock);
    this.wire = new VenueWire(venue, this.clock);
    this.openings = ASSETS.map((asset) => this.venueBalance(asset).free);
    this.life = this.begin();
  }

  /** With puppets, which do what a test says; or with the agents of the default configuration, which decide by what they see, so that a journal replays. */
  static async open(
    agents: "puppets" | "real" = "puppets",
    seed = 3,
    journal: Partial<JournalOptions> = {},
  ): Promise<HostAtVenue> {
    const keys = simulatedKeys();
    const market = await openMarket({
      recordings: [],
      generatedSeconds: 1e6,
      seed,
      latencyNs: LATENCY_NS,
      publicKeyPem: keys.publicKeyPem,
    });
    const modules = new Map([...(await pluginModules(sampleConfiguration)), ...(await puppetModules())]);
    const [venue] = market.venues;
    if (venue === undefined) throw new Error("no venue");
    return new HostAtVenue(
      venue,
      modules,
      market.startWallMs,
      keys.privateKeyPem,
      agents === "real",
      journal,
    );
  }

  /** The process dies: what it had given to the system stays. The next life begins when the test says so. */
  kill(isWritten = true): void {
    if (isWritten) this.life.journal.commit();
    this.life.session.stop();
    // What the stopping gateways still said is not delivered: a process that is gone says nothing.
    this.disk.crash(listedChooser([], 0));
    this.timers = new VirtualTimers(this.clock);
    this.wire = new VenueWire(this.venue, this.clock);
  }

  restart(): HostLife {
    this.life = this.begin();
    return this.life;
  }

  /** Lets that much time pass. */
  pass(seconds: number): void {
    const untilNs = this.clock.nowNs + seconds * NS_PER_SECOND;
    for (;;) {
      const nextNs = Math.min(this.timers.nextNs, this.venue.nextNs, this.wire.nextNs);
      if (nextNs > untilNs) break;
      const timeNs = Math.max(nextNs, this.clock.nowNs);
      this.clock.set(timeNs);
      if (this.venue.nextNs <= timeNs) this.venue.advance(timeNs);
      this.wire.deliver(timeNs);
      this.timers.advance(timeNs);
    }
    this.clock.set(untilNs);
  }

  /** Lets time pass until something holds, looked at each millisecond. Throws after `secondsMax`. */
  passUntil(what: string, holds: () => boolean, secondsMax = 90): void {
    for (let passed = 0; passed < secondsMax; passed += LOOK_SECONDS) {
      if (holds()) return;
      this.pass(LOOK_SECONDS);
    }
    throw new Error(`${secondsMax} s have passed without ${what}; ${this.notices.slice(-3).join("; ")}`);
  }

  get reconcileState(): number {
    return this.life.built.lane.parts.reconciler.rounds.state[0] ?? 0;
  }

  arm(): void {
    this.passUntil("a reconciled venue", () => this.life.session.armRefusal === null);
    this.life.session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"));
    for (const [index] of this.life.built.configuration.instruments.entries())
      this.life.session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"), index);
  }

  /** Has the puppet agent ask for an order at its next call, and lets a moment pass in which it does. */
  ask(changes: FieldValues, agent = "one"): void {
    const slot = this.life.built.slots.find(({ name }) => name === agent);
    if (slot === undefined) throw new Error(`no agent ${agent}`);
    order(slot, { records: [intent(changes)], template: 21 });
  }

  /** Best bid and best ask as the lane has them, in mantissas. */
  get top(): { readonly bid: number; readonly ask: number } {
    const [feed] = this.life.built.lane.parts.market.feeds;
    const levels = new Float64Array(1);
    const sizes = new Float64Array(1);
    feed?.book.readLevels(0, levels, sizes);
    const bid = levels[0] ?? 0;
    feed?.book.readLevels(1, levels, sizes);
    return { bid, ask: levels[0] ?? 0 };
  }

  /** Somebody else trades on the account: an order of another form of id, by the host's own session. */
  askAsAnother(side: "BUY" | "SELL", price: string, quantity: string): void {
    this.nameOfAnother = `somebody-else-${side}-${price}`.replace(".", "-");
    const terms = { side, type: "LIMIT", timeInForce: "GTC", price, quantity };
    this.actAsAnother("order.place", { ...terms, newClientOrderId: this.nameOfAnother });
  }

  /** Somebody else cancels the order that it asked for last. */
  cancelAsAnother(): void {
    this.actAsAnother("order.cancel", { origClientOrderId: this.nameOfAnother });
  }

  private actAsAnother(method: string, fields: Readonly<Record<string, string>>): void {
    const session = this.venue.sessions.find(({ api }) => api !== null);
    if (session === undefined) throw new Error("no order session");
    const timestamp = this.startWallMs + Math.floor(this.clock.nowNs / 1e6);
    const params = { symbol: "BTCUSDT", ...fields, timestamp };
    this.venue.receive(session, JSON.stringify({ id: 998, method, params }), this.clock.nowNs);
  }

  /** Ends the life in order and replays every one of the journal's sessions. Returns what differs. */
  replay(): SessionReplay[] {
    this.life.journal.commit();
    return replayJournal(this.disk, DIRECTORY, IDENTITY);
  }

  /** The venue's ledger beside the host's positions and fees, to the last digit. */
  compare(): AssetComparison[] {
    const ledger = ASSETS.map((asset, index) => ({
      venueIndex: 0,
      asset,
      opening: this.openings[index] ?? 0n,
      ...this.venueBalance(asset),
    }));
    return compareLedgers(this.life.built, ledger);
  }

  /** Status, by client order id, of every order that the host knows. */
  statusOf(epoch: number, sequence: number): number {
    const { orders } = this.life.built;
    const slot = orders.findById(epoch, sequence);
    return slot < 0 ? -1 : (orders.columns.status[slot] ?? -1);
  }

  private venueBalance(asset: string): { free: bigint; locked: bigint } {
    const { free, locked } = this.venue.balance(SIMULATED_ACCOUNT, asset);
    return { free, locked };
  }

  private configuration(epoch: number): LaneConfiguration {
    const { startWallMs } = this;
    const base = laneConfigurationOf(sampleConfiguration, { epoch, startWallMs, asksVenues: true });
    const puppet = (name: string, plugin: string) => ({ name, plugin, parameters: {} });
    const reconcileEveryNs = 10 * NS_PER_SECOND;
    if (this.isReal) return { ...base, reconcileEveryNs };
    return {
      ...base,
      features: [puppet("feature", puppetNames.feature)],
      agents: [{ ...puppet("one", puppetNames.agent), sharePpm: 1_000_000 }],
      ensemble: puppet("ensemble", puppetNames.ensemble),
      rules: [puppet("rule", puppetNames.risk)],
      reconcileEveryNs,
    };
  }

  private begin(): HostLife {
    const { disk, modules, timers, clock, wire } = this;
    const { journal, prepared } = openLocalJournal(
      disk,
      journalStart({ options: this.journalOptions }),
      "process",
    );
    const { epoch } = prepared.session;
    const configuration = this.configuration(epoch);
    const built = buildLane(configuration, modules, journal);
    clock.stamp(built.lane.nowNs, 0);
    const opening = readJournalOpening(disk, DIRECTORY, prepared.recovery);
    applyOpening(built, opening);
    const onNotice = (level: string, text: string): void => void this.notices.push(`${level}: ${text}`);
    const session = new TradingSession({ built, clock, stopwatch: clock, timers, onNotice });
    writeSessionStart(journal, { configuration, modules, opening, startNs: built.lane.nowNs[0] ?? 0 });
    const ports = { wire, timers, clock, random: new SeededRandom(epoch) };
    const gateway = new BinanceGateway(
      {
        venueIndex: 0,
        addresses: ADDRESSES,
        instruments: configuration.instruments.map(({ symbol }, instrumentIndex) => ({
          symbol,
          instrumentIndex,
        })),
        snapshotLevels: 1000,
        signer: new KeySigner(SIMULATED_API_KEY, this.privateKeyPem),
      },
      ports,
      session,
    );
    session.start([gateway]);
    return { built, session, journal, opening, epoch };
  }
}
