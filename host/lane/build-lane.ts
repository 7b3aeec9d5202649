import { BOOK_TICKS, bookSizeOf, TickBook } from "../data/books/index.ts";
import { FeatureTable } from "../data/features/index.ts";
import type { Feed } from "../data/feeds/index.ts";
import { FeedKind, SequencedFeed, UpdateIdFeed } from "../data/feeds/index.ts";
import { SignalPool } from "../data/signals/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { MemoryPool } from "../engine/index.ts";
import { AgentShares, Allocator } from "../execution/allocation/index.ts";
import { Channel, LANE_VENUES_MAX, lineOf } from "../execution/gateways/index.ts";
import { bootEpoch, InstrumentTable, OrderTable } from "../execution/orders/index.ts";
import { AssetTable, BalanceBook, PositionBook, PositionHistory } from "../execution/positions/index.ts";
import { Reconciler } from "../execution/reconcile/index.ts";
import {
  ApprovalLedger,
  LastHop,
  ReferencePrices as JudgedPrices,
  RiskGate,
  RiskLimits,
  TradingModes,
} from "../execution/risk/index.ts";
import type { JournalWriter } from "../journal/index.ts";
import { AgentStage } from "./agent-stage.hot.ts";
import { defineInstruments } from "./define-instruments.ts";
import { EffectList } from "./effect-list.hot.ts";
import { EnsembleStage } from "./ensemble-stage.hot.ts";
import { FeatureStage } from "./feature-stage.hot.ts";
import { FrameIntake } from "./frame-intake.hot.ts";
import type { LaneConfiguration, PluginModules, PluginPlacement } from "./lane-configuration.ts";
import { LANE_COUNTERS } from "./lane-counters.ts";
import { LaneJournal } from "./lane-journal.hot.ts";
import { Lane, LANE_INSTRUMENTS_MAX } from "./lane.hot.ts";
import { MarketStage } from "./market-stage.hot.ts";
import type { PluginSource, SourcedPlugin } from "./load-plugins.ts";
import { loadPlugins, slotsOf, sourcesOf } from "./load-plugins.ts";
import type { OpenPort } from "./open-port.ts";
import { refusePlacement } from "./open-port.ts";
import { OpenOrderRecords } from "./open-order-records.ts";
import { OrderEvents } from "./order-events.hot.ts";
import type { OrderParts } from "./order-stage.hot.ts";
import { OrderStage } from "./order-stage.hot.ts";
import { ReconcileStage } from "./reconcile-stage.hot.ts";
import { OutcomeRecords } from "./outcome-records.hot.ts";
import { ReferencePrices } from "./reference-prices.hot.ts";
import { PlacedOutputs } from "./placed-outputs.hot.ts";
import { PaperComparison } from "./paper-comparison.hot.ts";
import { PluginChanges } from "./plugin-changes.ts";
import { RuleChain } from "./rule-chain.hot.ts";
import { agentPlugin, featureNamesOf, featurePlugins } from "./stage-plugins.ts";
import { VenueLines } from "./venue-lines.hot.ts";
import { VenueStage } from "./venue-stage.hot.ts";

const MEMORIES_MAX = 128;
const RECONCILE_EVERY_NS = 60e9;
const TRADE_IDS_MAX = 65_536;
const TRADE_IDS = 64 * TRADE_IDS_MAX;
const FILLS_MAX = 8_192;
const FILLS = 64 * FILLS_MAX;

/** For a lane beside which plugins run on threads of their own. */
export interface LanePlacement {
  readonly openPort?: OpenPort;
  /** The lane's time, where its ports stamp by it too. */
  readonly nowNs?: Float64Array;
}

/** A lane and the parts that others look into. */
export interface BuiltLane {
  readonly lane: Lane;
  readonly configuration: LaneConfiguration;
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  /** What positions were before the fills that a venue may still undo. */
  readonly history: PositionHistory;
  readonly balances: BalanceBook;
  readonly gate: RiskGate;
  readonly modes: TradingModes;
  readonly rules: RuleChain;
  readonly prices: ReferencePrices;
  readonly instruments: InstrumentTable;
  readonly assets: AssetTable;
  /** Cell 0 not zero: killed. Shared, so that another thread can set it. */
  readonly kill: Int32Array;
  /** Names of all features, by place in the feature table. */
  readonly featureNames: readonly string[];
  /** Every slot, in the order venues, features, agents, ensemble, rules. */
  readonly slots: readonly PluginSlot[];
  /** Memories for these plugins and those that may follow them. */
  readonly pool: MemoryPool;
  /** What is in each slot at first, by the slot's name. */
  readonly sources: ReadonlyMap<string, PluginSource>;
}

/**
 * Builds a lane from its configuration and the bytes of its plugins. Throws EngineError for a module that is refused, RangeError for
 * limits, instruments or parameters out of range, and for a placement without `openPort`, Error for features that nobody or two plugins write.
 */
export function buildLane(
  configuration: LaneConfiguration,
  modules: PluginModules,
  journal: JournalWriter,
  { openPort = refusePlacement, nowNs = new Float64Array(1) }: LanePlacement = {},
): BuiltLane {
  checkVenues(configuration);
  const pool = new MemoryPool({ memoriesMax: MEMORIES_MAX });
  const loaded = loadPlugins(configuration, modules, pool, openPort);
  const { venues, features, agents, ensemble, rules } = loaded;
  const idle = ensemble.slot;
  const account = buildAccount(configuration, nowNs, rules, idle);
  const featureNames = featureNamesOf(features);
  const effects = new EffectList();
  const counters = new Float64Array(LANE_COUNTERS);
  const flow = { effects, counters, nowNs };
  const instrumentCount = configuration.instruments.length;
  const table = new FeatureTable(instrumentCount, featureNames.length, configuration.featureStaleAfterNs);
  const signals = new SignalPool(instrumentCount);
  const featureStage = new FeatureStage(featurePlugins(features), table, nowNs, idle);
  const { prices } = account;
  const laneJournal = new LaneJournal(journal, nowNs);
  const events = new OrderEvents();
  const venueStages = venues.map(({ slot }, index) => new VenueStage(slot, placesAt(configuration, index)));
  const lines = new VenueLines(effects, counters, nowNs);
  const market = new MarketStage({
    ...flow,
    feeds: buildFeeds(configuration, nowNs, lines),
    venueOf: account.instruments.venue,
    lines,
    prices,
    features: featureStage,
  });
  const wall = new Float64Array(1 + LANE_VENUES_MAX);
  wall[0] = configuration.startWallMs;
  const step = { ...flow, events, agentCount: agents.length };
  const sent = { venues: venueStages, journal: laneJournal, wall };
  const { orders, reconciler } = buildOrders(configuration, { ...account, ...step, ...sent });
  const agentPlugins = agents.map((agent) => agentPlugin(agent, featureNames));
  const openOrders = new OpenOrderRecords(account.orders, account.positions, nowNs);
  const paper = new PaperComparison({ ...account, ...step, openOrders, idle });
  const shown = { table, pool: signals, prices, nowNs };
  const agentStage = new AgentStage(agentPlugins, { ...shown, intents: orders, paper, idle });
  const ensembleStage = new EnsembleStage(ensemble.slot, signals, prices, nowNs, instrumentCount);
  const slots = slotsOf(loaded);
  defineInstruments(slots, configuration);
  const stages = { features: featureStage, agents: agentStage, ensemble: ensembleStage };
  const changes = new PluginChanges({ configuration, slots, ...stages, openOrders, featureNames });
  const intake = new FrameIntake({ ...flow, venues: venueStages, lines, market, orders, reconciler });
  const decisionAgeNs = decisionAgesOf(configuration, slots);
  const lane = new Lane({
    ...flow,
    venues: venueStages,
    lines,
    intake,
    market,
    ...stages,
    featureTable: table,
    pool: signals,
    orders,
    reconciler,
    modes: account.modes,
    events,
    journal: laneJournal,
    changes,
    placed: new PlacedOutputs({ slots, ...stages, ...flow, decisionAgeNs, changes }),
  });
  return { lane, configuration, ...account, featureNames, slots, pool, sources: sourcesOf(loaded) };
}

/** The way of orders, and what asks venues about them: the two know each other. */
function buildOrders(
  configuration: LaneConfiguration,
  parts: Omit<OrderParts, "outcomes" | "reconciler"> & { readonly assets: AssetTable },
): { readonly orders: OrderStage; readonly reconciler: Reconciler } {
  const { orders: table, positions, balances, journal, nowNs } = parts;
  const outcomes = new OutcomeRecords(table, positions, journal);
  table.witness = outcomes;
  const desk = new ReconcileStage(parts);
  const reconciler = new Reconciler({
    orders: table,
    balances,
    desk,
    nowNs,
    canBeAsked: Uint8Array.from(configuration.venues, ({ canBeAsked }) => (canBeAsked === true ? 1 : 0)),
    listsByTime: Uint8Array.from(configuration.venues, ({ asking }) =>
      asking?.listsByTime === true ? 1 : 0,
    ),
    cancelsByVenueId: Uint8Array.from(configuration.venues, ({ asking }) =>
      asking?.cancelsByVenueId === true ? 1 : 0,
    ),
    intervalNs: configuration.reconcileEveryNs ?? RECONCILE_EVERY_NS,
  });
  const orders = new OrderStage({ ...parts, outcomes, reconciler });
  desk.bind(orders, reconciler);
  return { orders, reconciler };
}

function buildAccount(
  configuration: LaneConfiguration,
  nowNs: Float64Array,
  rules: readonly SourcedPlugin[],
  idle: PluginSlot,
) {
  const instruments = new InstrumentTable(configuration.instruments);
  const assets = new AssetTable(configuration.assets);
  const epoch = bootEpoch(configuration.epoch);
  const agentsMax = configuration.agents.length;
  const retained = {
    tradeIdsRetained: tradeIdsFor(instruments.count),
    fillsRetained: fillsFor(instruments.count),
    guardsReplace: guardsReplaceOf(configuration),
  };
  const table = { epoch, agentsMax, capacity: configuration.orderCapacity, ...retained };
  const orders = new OrderTable({ instruments, clock: nowNs, ...table });
  const positions = new PositionBook(instruments, agentsMax);
  const history = new PositionHistory(positions, instruments, agentsMax, orders.fills);
  const balances = new BalanceBook(instruments, assets, agentsMax);
  const limits = new RiskLimits(configuration.limits, instruments);
  const judged = new JudgedPrices(instruments.count);
  const prices = new ReferencePrices(instruments.count, nowNs, judged);
  const modes = new TradingModes(instruments.count, agentsMax);
  const kill = new Int32Array(new SharedArrayBuffer(4));
  const ledger = new ApprovalLedger(configuration.orderCapacity);
  const shares = new AgentShares(limits, agentsMax);
  configuration.agents.forEach(({ sharePpm }, agent) => {
    shares.set(agent, sharePpm);
  });
  const allocator = new Allocator({ orders, positions, shares, clock: nowNs });
  const ruleSlots = rules.map(({ slot }) => slot);
  const chain = new RuleChain(ruleSlots, idle);
  const gate = new RiskGate({
    orders,
    positions,
    limits,
    references: judged,
    modes,
    kill,
    rules: chain,
    allocation: allocator,
    ledger,
    clock: nowNs,
  });
  chain.bind(gate.check.words);
  const lastHop = new LastHop({
    ledger,
    kill,
    accountMode: modes.account,
    clock: nowNs,
    leaseUntilNs: Float64Array.of(Number.POSITIVE_INFINITY),
    epoch,
    budgets: configuration.limits.messageRates,
  });
  return {
    instruments,
    assets,
    orders,
    positions,
    history,
    balances,
    prices,
    modes,
    kill,
    rules: chain,
    gate,
    lastHop,
  };
}

/** By venue index. */
function guardsReplaceOf({ venues }: LaneConfiguration): Uint8Array {
  return Uint8Array.from(venues, ({ guardsReplace }) => (guardsReplace === true ? 1 : 0));
}

function decisionAgesOf(
  { features, agents, ensemble }: LaneConfiguration,
  slots: readonly PluginSlot[],
): Float64Array {
  const all: readonly PluginPlacement[] = [...features, ...agents, ensemble];
  const ages = new Map(all.map(({ name, placement }) => [name, placement?.decisionAgeMaxNs ?? 0]));
  return Float64Array.from(slots, ({ name }) => ages.get(name) ?? 0);
}

function buildFeeds(configuration: LaneConfiguration, nowNs: Float64Array, { heardNs }: VenueLines): Feed[] {
  const staleAfterNs = configuration.bookStaleAfterNs;
  return configuration.instruments.map(({ instrumentId, tickSize, venueIndex }, index) => {
    const { bufferBytes, ...size } = bookSizeOf(configuration.bookTicks?.[index] ?? BOOK_TICKS);
    const parts = { instrumentId, book: new TickBook({ tickSize, ...size }), nowNs, staleAfterNs };
    return configuration.venues[venueIndex]?.feed === FeedKind.SEQUENCED
      ? new SequencedFeed({ ...parts, heardNs, line: lineOf(venueIndex, Channel.MARKET) })
      : new UpdateIdFeed({ ...parts, bufferBytes });
  });
}

/** Executions remembered for each instrument: 2.8 MB for 65,536. Of many instruments each trades less, and 8,192 of each of 512 take as much as 65,536 of 64. */
function tradeIdsFor(instrumentCount: number): number {
  return Math.min(TRADE_IDS_MAX, Math.floor(TRADE_IDS / instrumentCount));
}

/** Fills of each instrument that a venue may still undo: 0.4 MB for 8,192, and 26 MB in all at most. */
function fillsFor(instrumentCount: number): number {
  return Math.min(FILLS_MAX, Math.floor(FILLS / instrumentCount));
}

/** By instrument of the lane: its place among those of one venue, as its codec is told of them; 0 for the others. */
function placesAt({ instruments }: LaneConfiguration, venue: number): Int32Array {
  let place = 0;
  return Int32Array.from(instruments, ({ venueIndex }) => (venueIndex === venue ? place++ : 0));
}

/** What no journal record has room for, or no codec answers for. */
function checkVenues({ venues, instruments }: LaneConfiguration): void {
  if (venues.length === 0 || venues.length > LANE_VENUES_MAX)
    throw new RangeError(
      `${venues.length} venues are configured; a lane trades on 1 to ${LANE_VENUES_MAX}, more need another host`,
    );
  if (instruments.length > LANE_INSTRUMENTS_MAX)
    throw new RangeError(
      `${instruments.length} instruments are configured; a lane takes ${LANE_INSTRUMENTS_MAX}, more need another host`,
    );
  const homeless = instruments.find(({ venueIndex }) => venueIndex >= venues.length);
  if (homeless !== undefined)
    throw new RangeError(
      `instrument ${homeless.symbol}: venue ${homeless.venueIndex} is not configured; ${venues.length} are`,
    );
}
