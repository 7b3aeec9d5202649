import type { Configuration, HostJournal, Opening, SessionView, StartChecker } from "./control/index.ts";
import {
  admissionTrust,
  applyOpening,
  AuditLog,
  ControlApi,
  EMPTY_OPENING,
  hostTrust,
  laneConfigurationOf,
  openHostJournal,
  PlacedPlugins,
  PluginDesk,
  PositionWatch,
  raiseFloor,
  readJournalOpening,
  RestartBreaker,
  sessionPages,
  shapeOf,
  threadedChecker,
  TradingSession,
  verifyModules,
  WriteBehind,
  writeSessionStart,
} from "./control/index.ts";
import { admit, prepareAdmission } from "./engine/index.ts";
import { missingFills } from "./execution/orders/index.ts";
import { rearmOrder, TradingMode } from "./execution/risk/index.ts";
import type { SignerState } from "./execution/signer/index.ts";
import type { Recovery } from "./journal/index.ts";
import { JournalCode } from "./journal/index.ts";
import { buildLane, stateDigest } from "./lane/index.ts";
import type { Disk } from "./platform/disk/index.ts";
import type { ApiListener, HttpListener, HttpServer } from "./platform/http/index.ts";
import { armFailpoint, Failpoint, failpoint } from "./platform/failpoints/index.ts";
import type { Clock, Random, Timers, Wire } from "./platform/index.ts";
import type { Jobs } from "./platform/threads/index.ts";
import type { VenueSigners } from "./venue-gateways.ts";
import { venueGateways } from "./venue-gateways.ts";

/** How often the end asks whether every order is gone, and how often it asks the venue again to cancel what is not. */
const DRAIN_POLL_NS = 10e6;
const POLLS_A_CANCEL = 50;
const NS_PER_MS = 1e6;
const NO_HASH = new Uint8Array(0);
const NS_PER_SECOND = 1e9;

/** The world, as a host sees it. */
export interface HostPorts {
  readonly disk: Disk;
  /** Session time; `stopwatch` measures latencies and differs from it in simulations alone. */
  readonly clock: Clock;
  readonly stopwatch: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly wire: Wire;
  /** By venue name, where a venue is reached by another: one with an authority of its own. */
  readonly wires?: ReadonlyMap<string, Wire>;
  readonly http: HttpListener;
  readonly api: ApiListener;
  /** Threads on which modules are admitted. */
  readonly jobs: Jobs;
  /** Where positions are computed a second time; a thread that reads the real file system unless given. */
  readonly startChecker?: StartChecker;
}

export interface HostOptions {
  /** As read from their files: the host judges their signatures by its configuration and runs what it judged. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly signers: VenueSigners;
  /** Of the process behind `signers`, where there is one. */
  readonly signerState?: SignerState;
  /** The account begins with this start, at a venue that is simulated anew: what the journal holds is of another one, and nothing is carried over. */
  readonly isNewAccount?: boolean;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
}

/** How a session ended. */
export interface SessionEnd {
  /** Orders that were not proven closed in time; 0 after a clean end. */
  readonly openOrders: number;
  readonly stateHash: string;
  readonly orderHash: string;
  /** 0, or the code with which the journal refused to close. */
  readonly journalCode: number;
}

export interface RunningHost extends SessionView {
  readonly epoch: number;
  readonly recovery: Recovery;
  readonly httpPort: number;
  /** Where the control API is. */
  readonly controlUrl: string;
  /** Why nobody may arm yet, or at all; null where a person may. */
  readonly armRefusal: string | null;
  /** A host starts halted; a person lets it trade. Throws Error where `armRefusal` says why not. */
  arm(person: string, reason: string): void;
  /** No new order from now on, every open one canceled and its end awaited for at most `drainMaxNs`; then all is closed. Once. */
  stop(drainMaxNs: number): Promise<SessionEnd>;
}

/**
 * Composes a live host: journal, lane, gateways, session, pages. It is halted until `arm`. Rejects with DiskError "LOCKED" when another host
 * has the journal, JournalError when it must not be appended to, EngineError for a plugin that is refused, Error for a port that is taken.
 */
export async function startHost(
  configuration: Configuration,
  ports: HostPorts,
  options: HostOptions,
): Promise<RunningHost> {
  const { account, environment, journal: place } = configuration;
  const journalOptions = {
    directory: place.directory,
    identity: { account, environment },
    durability: place.durability,
    isSyncedInBackground: true,
  };
  armFailpoint(environment);
  // Before anything is opened. The stopwatch's wall clock is today's, also where the session's time is a recording's.
  const trust = hostTrust(configuration, ports.disk, ports.stopwatch.wallMs());
  const modules = verifyModules(options.modules, trust);
  const journal = await openHostJournal(ports.disk, journalOptions, ports);
  const opened: (() => Promise<unknown>)[] = [];
  try {
    const facts = { epoch: journal.epoch, startWallMs: startWallMs(ports.clock), asksVenues: true };
    const lane = laneConfigurationOf(configuration, facts);
    const placed = placedOf(lane.instruments.length, ports);
    opened.push(() => placed.end());
    const built = buildLane(lane, modules, journal.writer, placed);
    const opening = takeOver(built, ports, journal.recovery, place.directory, options);
    const { clock, stopwatch, timers } = ports;
    const { onNotice, signerState } = options;
    const writeBehind = new WriteBehind(journal.writer, timers);
    const restarts = countStart(configuration, ports, options);
    const clocks = { clock, stopwatch, timers };
    const session = new TradingSession({ built, ...clocks, onNotice, placed, writeBehind, restarts });
    const positions = watchOf(configuration, { built, session, journal }, ports, options);
    opened.push(() => positions.stop());
    const view: SessionView = { built, session, journal: journal.writer, signerState, placed, positions };
    const http = await ports.http.listen(configuration.http.port, sessionPages(view));
    opened.push(() => http.close());
    const audit = openAudit(ports, place.directory, options);
    opened.push(() => audit.close());
    const plugins = deskOf(configuration, ports, view);
    const control = await ControlApi.start({
      configuration: configuration.control,
      view,
      facts: { account, environment, links: linksOf(http) },
      audit,
      operations: plugins,
      listener: ports.api,
      timers: ports.timers,
      clock: ports.stopwatch,
      onNotice: options.onNotice,
    });
    opened.push(() => control.close());
    // Nothing is awaited from here on: a request that armed before the session's first records would be replayed before them.
    const startNs = built.lane.nowNs[0] ?? 0;
    writeSessionStart(journal.writer, { configuration: lane, modules, opening, startNs });
    failpoint(Failpoint.OPENING_WRITTEN);
    raiseFloor(modules.values(), trust);
    session.start(venueGateways(configuration, options.signers, ports, session));
    plugins.onEvent(({ slot, event, text }) => options.onNotice("warn", `plugin ${slot} ${event}: ${text}`));
    plugins.start();
    prepareAdmission(ports.jobs);
    placed.start(built, session);
    positions.start();
    return new Host(view, ports, { journal, http, control, audit, plugins, placed, positions });
  } catch (error) {
    for (const close of opened.reverse()) await close();
    journal.writer.close(new Float64Array(1), new Uint8Array(0));
    await journal.release();
    throw error;
  }
}

function placedOf(instrumentCount: number, { timers, stopwatch: clock }: HostPorts): PlacedPlugins {
  return new PlacedPlugins({ instrumentCount, timers, clock });
}

function watchOf(
  { positions, journal: { directory } }: Configuration,
  { built, session, journal }: Pick<RunningHost, "built" | "session"> & { readonly journal: HostJournal },
  { timers, clock, startChecker = threadedChecker }: HostPorts,
  { onNotice }: HostOptions,
): PositionWatch {
  const { segmentIndex, sequence } = journal.recovery;
  // A session begins a segment of its own.
  const start = { segmentIndex: segmentIndex + 1, sequence };
  const shape = shapeOf(built.configuration);
  return new PositionWatch({
    ...{ built, session, journal: journal.writer, timers, clock, onNotice },
    everyNs: positions.checkEverySeconds * NS_PER_SECOND,
    startChecker: (listener) => startChecker({ directory, start, shape }, listener),
  });
}

function deskOf(configuration: Configuration, ports: HostPorts, view: SessionView): PluginDesk {
  const { jobs, stopwatch: clock, disk, timers } = ports;
  return new PluginDesk({
    view,
    timers,
    clock,
    turn: () => new Promise((resolve) => timers.after(0, () => resolve())),
    admit: async (bytes, name) => {
      const trust = admissionTrust(configuration, disk, clock.wallMs());
      const report = await admit({ bytes, name, trust }, { jobs, clock, disk });
      prepareAdmission(jobs);
      return report;
    },
    onEstablished: (module) => raiseFloor([module], hostTrust(configuration, disk, clock.wallMs())),
  });
}

/** Seeds the lane with what earlier sessions left, and says what this configuration has no place for. */
function takeOver(
  built: RunningHost["built"],
  { disk, clock }: HostPorts,
  recovery: Recovery,
  directory: string,
  { onNotice, isNewAccount = false }: HostOptions,
): Opening {
  clock.stamp(built.lane.nowNs, 0);
  if (isNewAccount) return EMPTY_OPENING;
  const opening = readJournalOpening(disk, directory, recovery, (records) =>
    onNotice("info", `journal: ${records} records of earlier sessions read`),
  );
  failpoint(Failpoint.OPENING_FOLDED);
  for (const left of applyOpening(built, opening)) onNotice("warn", `journal: carried on: ${left}`);
  return opening;
}

/** [C11] Counts this start. An account that begins with it is simulated: there is nothing to protect, and whoever tries it out starts it often. */
function countStart(
  { journal, restarts }: Configuration,
  { disk, stopwatch }: HostPorts,
  { onNotice, isNewAccount = false }: HostOptions,
): RestartBreaker | null {
  if (isNewAccount) return null;
  const breaker = RestartBreaker.count(disk, journal.directory, restarts, stopwatch.wallMs());
  if (breaker.refusal !== null) onNotice("error", `halted: ${breaker.refusal}`);
  return breaker;
}

/** The audit log lies in the journal's folder: one lock holds both. */
function openAudit({ disk }: HostPorts, directory: string, { onNotice }: HostOptions): AuditLog {
  const audit = AuditLog.open(disk, `${directory}/audit`);
  const { verdict, message } = audit.examination;
  onNotice(verdict === "TORN_TAIL" ? "warn" : "info", `audit: ${message}`);
  return audit;
}

function linksOf({ port }: HttpServer): { readonly metrics: string; readonly health: string } {
  const address = `http://127.0.0.1:${port}`;
  return { metrics: `${address}/metrics`, health: `${address}/healthz` };
}

/** The wall clock at session time 0, which may lie back: order stamps are made from it and the session's time. */
function startWallMs(clock: Clock): number {
  const cells = new Float64Array(1);
  clock.stamp(cells, 0);
  return clock.wallMs() - Math.floor((cells[0] ?? 0) / NS_PER_MS);
}

interface OpenedParts {
  readonly journal: HostJournal;
  readonly http: HttpServer;
  readonly control: ControlApi;
  readonly audit: AuditLog;
  readonly plugins: PluginDesk;
  readonly placed: PlacedPlugins;
  readonly positions: PositionWatch;
}

class Host implements RunningHost {
  readonly placed: PlacedPlugins;
  readonly positions: PositionWatch;
  readonly built: RunningHost["built"];
  readonly session: TradingSession;
  readonly journal: RunningHost["journal"];
  readonly epoch: number;
  readonly recovery: Recovery;
  readonly httpPort: number;
  readonly controlUrl: string;
  private readonly ports: HostPorts;
  private readonly opened: OpenedParts;

  constructor(view: SessionView, ports: HostPorts, opened: OpenedParts) {
    this.built = view.built;
    this.session = view.session;
    this.journal = view.journal;
    this.placed = opened.placed;
    this.positions = opened.positions;
    this.epoch = opened.journal.epoch;
    this.recovery = opened.journal.recovery;
    this.httpPort = opened.http.port;
    this.controlUrl = opened.control.url;
    this.ports = ports;
    this.opened = opened;
  }

  get armRefusal(): string | null {
    return this.session.armRefusal;
  }

  arm(person: string, reason: string): void {
    this.session.rearm(TradingMode.ACTIVE, rearmOrder(person, reason));
  }

  async stop(drainMaxNs: number): Promise<SessionEnd> {
    const { session, built, journal } = this;
    const { http, control, audit, plugins } = this.opened;
    control.beginEnd();
    plugins.end();
    session.cancelAll(TradingMode.CANCEL_ONLY);
    await this.drained(drainMaxNs);
    await control.close();
    const { openOrders } = session;
    session.stop();
    await this.positions.stop();
    await this.opened.placed.end();
    const hash = stateDigest(built);
    // What a journal that has refused holds does not come to this state: it is closed without one.
    const isWhole = built.lane.parts.journal.refusal === 0;
    const code = journal.close(built.lane.nowNs, isWhole ? hash : NO_HASH);
    await audit.close();
    await http.close();
    await this.opened.journal.release();
    const journalCode = code < 0 && code !== JournalCode.PENDING ? code : 0;
    return {
      openOrders,
      stateHash: Buffer.from(hash).toString("hex"),
      orderHash: session.orderHash(),
      journalCode,
    };
  }

  /** Resolves when no order is open and no fill is missing, or the time is over. An order whose acceptance was still awaited is canceled by a later round. */
  private drained(drainMaxNs: number): Promise<void> {
    const { session, ports } = this;
    let polls = 0;
    return new Promise((resolve) => {
      const look = (): void => {
        const unsettled = session.openOrders + missingFills(this.built.orders.columns);
        if (unsettled === 0 || polls * DRAIN_POLL_NS >= drainMaxNs) {
          resolve();
          return;
        }
        polls += 1;
        if (polls % POLLS_A_CANCEL === 0) session.cancelAll(TradingMode.CANCEL_ONLY);
        ports.timers.after(DRAIN_POLL_NS, look);
      };
      look();
    });
  }
}
