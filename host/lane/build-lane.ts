import { recordLayouts } from "../../abi/host/index.ts";
import type { RecordName } from "../../abi/host/index.ts";
import * as records from "../../abi/host/index.ts";
import { TickBook } from "../data/books/index.ts";
import { FeatureTable } from "../data/features/index.ts";
import { UpdateIdFeed } from "../data/feeds/index.ts";
import { AGENTS_MAX, SignalPool } from "../data/signals/index.ts";
import type { LoadedPlugin, Manifest } from "../engine/index.ts";
import { loadModule, MemoryPool, PluginSlot } from "../engine/index.ts";
import { AgentShares, Allocator } from "../execution/allocation/index.ts";
import { bootEpoch, InstrumentTable, OrderTable } from "../execution/orders/index.ts";
import { AssetTable, BalanceBook, PositionBook } from "../execution/positions/index.ts";
import {
  ApprovalLedger,
  LastHop,
  ReferencePrices as JudgedPrices,
  RiskGate,
  RiskLimits,
  TradingModes,
} from "../execution/risk/index.ts";
import type { JournalWriter } from "../journal/index.ts";
import type { AgentPlugin } from "./agent-stage.hot.ts";
import { AgentStage } from "./agent-stage.hot.ts";
import { defineInstruments } from "./define-instruments.ts";
import { EffectList } from "./effect-list.hot.ts";
import { EnsembleStage } from "./ensemble-stage.hot.ts";
import type { FeaturePlugin } from "./feature-stage.hot.ts";
import { FeatureStage } from "./feature-stage.hot.ts";
import type { LaneConfiguration, PluginModules, PluginPlacement } from "./lane-configuration.ts";
import { LANE_COUNTERS } from "./lane-counters.ts";
import { LaneJournal } from "./lane-journal.hot.ts";
import { Lane } from "./lane.hot.ts";
import { MarketStage } from "./market-stage.hot.ts";
import { OrderEvents } from "./order-events.hot.ts";
import { OrderStage } from "./order-stage.hot.ts";
import { ReferencePrices } from "./reference-prices.hot.ts";
import { RuleChain } from "./rule-chain.hot.ts";
import { VenueStage } from "./venue-stage.hot.ts";

const MEMORIES_MAX = 128;
/** Slots of FeatureVector.values. */
const VALUES_MAX = 16;

/** A lane and the parts that others look into. */
export interface BuiltLane {
  readonly lane: Lane;
  readonly configuration: LaneConfiguration;
  readonly orders: OrderTable;
  readonly positions: PositionBook;
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
  /** Every slot, in the order venue, features, agents, ensemble, rules. */
  readonly slots: readonly PluginSlot[];
}

interface Loaded {
  readonly slot: PluginSlot;
  readonly manifest: Manifest;
}

/**
 * Builds a lane from its configuration and the bytes of its plugins. Throws EngineError for a module that is refused, RangeError for
 * limits, instruments or parameters out of range, Error for features that nobody or two plugins write.
 */
export function buildLane(
  configuration: LaneConfiguration,
  modules: PluginModules,
  journal: JournalWriter,
): BuiltLane {
  const nowNs = new Float64Array(1);
  const { venue, features, agents, ensemble, rules } = loadPlugins(configuration, modules);
  const account = buildAccount(configuration, nowNs, rules, venue.slot);
  const featureNames = namesOf(features);
  const effects = new EffectList();
  const counters = new Float64Array(LANE_COUNTERS);
  const instrumentCount = configuration.instruments.length;
  const table = new FeatureTable(instrumentCount, featureNames.length, configuration.featureStaleAfterNs);
  const signals = new SignalPool(instrumentCount);
  const featureStage = new FeatureStage(featurePlugins(features), table, nowNs, venue.slot);
  const { prices } = account;
  const laneJournal = new LaneJournal(journal, nowNs);
  const events = new OrderEvents();
  const venueStage = new VenueStage(venue.slot);
  const market = new MarketStage({
    feeds: buildFeeds(configuration, nowNs),
    prices,
    features: featureStage,
    effects,
    counters,
    nowNs,
  });
  const orders = new OrderStage({
    ...account,
    venue: venueStage,
    effects,
    journal: laneJournal,
    events,
    counters,
    nowNs,
    wall: Float64Array.of(configuration.startWallMs, 0),
    agentCount: agents.length,
  });
  const agentPlugins = agents.map((agent) => agentPlugin(agent, featureNames));
  const agentStage = new AgentStage(agentPlugins, {
    table,
    pool: signals,
    prices,
    nowNs,
    intents: orders,
    idle: venue.slot,
  });
  const ensembleStage = new EnsembleStage(ensemble.slot, signals, prices, nowNs, instrumentCount);
  const slots = [venue, ...features, ...agents, ensemble, ...rules].map(({ slot }) => slot);
  defineInstruments(slots, configuration);
  const lane = new Lane({
    venue: venueStage,
    market,
    features: featureStage,
    featureTable: table,
    agents: agentStage,
    pool: signals,
    ensemble: ensembleStage,
    orders,
    modes: account.modes,
    events,
    effects,
    journal: laneJournal,
    counters,
    nowNs,
  });
  return { lane, configuration, ...account, featureNames, slots };
}

interface LoadedPlugins {
  readonly venue: Loaded;
  readonly features: readonly Loaded[];
  readonly agents: readonly Loaded[];
  readonly ensemble: Loaded;
  readonly rules: readonly Loaded[];
}

function loadPlugins(configuration: LaneConfiguration, modules: PluginModules): LoadedPlugins {
  if (configuration.agents.length > AGENTS_MAX) {
    throw new RangeError(
      `${configuration.agents.length} agents are configured; the pool of one lane holds the signals of ${AGENTS_MAX}`,
    );
  }
  const pool = new MemoryPool({ memoriesMax: MEMORIES_MAX });
  const load = (placement: PluginPlacement, kind: Manifest["kind"]): Loaded =>
    loadPlugin(placement, kind, modules, pool);
  return {
    venue: load(configuration.venue, "venue"),
    features: configuration.features.map((placement) => load(placement, "feature")),
    agents: configuration.agents.map((placement) => load(placement, "agent")),
    ensemble: load(configuration.ensemble, "ensemble"),
    rules: configuration.rules.map((placement) => load(placement, "risk")),
  };
}

function loadPlugin(
  placement: PluginPlacement,
  kind: Manifest["kind"],
  modules: PluginModules,
  pool: MemoryPool,
): Loaded {
  const bytes = modules.get(placement.plugin);
  if (bytes === undefined)
    throw new Error(
      `plugin ${placement.plugin} is configured and its module was not found; build it with \`sandpit plugin build\``,
    );
  const plugin: LoadedPlugin = loadModule(bytes).instantiate(pool, placement.parameters);
  const slot = new PluginSlot(placement.name, kind);
  slot.install(plugin);
  return { slot, manifest: plugin.manifest };
}

function buildAccount(
  configuration: LaneConfiguration,
  nowNs: Float64Array,
  rules: readonly Loaded[],
  idle: PluginSlot,
) {
  const instruments = new InstrumentTable(configuration.instruments);
  const assets = new AssetTable(configuration.assets);
  const epoch = bootEpoch(configuration.epoch);
  const agentsMax = configuration.agents.length;
  const orders = new OrderTable({
    instruments,
    epoch,
    agentsMax,
    clock: nowNs,
    capacity: configuration.orderCapacity,
  });
  const positions = new PositionBook(instruments, agentsMax);
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
  const chain = new RuleChain(
    rules.map(({ slot }) => slot),
    idle,
  );
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
    balances,
    prices,
    modes,
    kill,
    rules: chain,
    gate,
    lastHop,
  };
}

function buildFeeds(configuration: LaneConfiguration, nowNs: Float64Array): UpdateIdFeed[] {
  return configuration.instruments.map(({ instrumentId, tickSize }) => {
    const book = new TickBook({ tickSize });
    return new UpdateIdFeed({ instrumentId, book, nowNs, staleAfterNs: configuration.bookStaleAfterNs });
  });
}

/** Names of all features. Throws when two plugins write the same: an agent could not say which it reads. */
function namesOf(features: readonly Loaded[]): string[] {
  const names = features.flatMap(({ manifest }) => manifest.outputs);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`two configured plugins write the feature "${twice}"; configure one of them`);
  return names;
}

function featurePlugins(features: readonly Loaded[]): FeaturePlugin[] {
  let firstSlot = 0;
  return features.map(({ slot, manifest }) => {
    const plugin = {
      slot,
      reads: templatesOf(manifest.reads),
      firstSlot,
      outputCount: manifest.outputs.length,
      outputsMax: manifest.limits.outputs,
    };
    firstSlot += manifest.outputs.length;
    return plugin;
  });
}

function agentPlugin({ slot, manifest }: Loaded, featureNames: readonly string[]): AgentPlugin {
  if (manifest.features.length > VALUES_MAX) {
    throw new RangeError(
      `agent ${slot.name} reads ${manifest.features.length} features; a FeatureVector holds ${VALUES_MAX}`,
    );
  }
  const featureSlots = Int32Array.from(manifest.features, (name) => {
    const place = featureNames.indexOf(name);
    if (place < 0)
      throw new Error(
        `agent ${slot.name} reads the feature "${name}", which no configured feature plugin writes; configure one that does`,
      );
    return place;
  });
  return { slot, reads: templatesOf(manifest.reads), featureSlots, outputsMax: manifest.limits.outputs };
}

/** Template ids of records by name. */
function templatesOf(names: readonly string[]): number[] {
  return names.map((name) => {
    if (!Object.hasOwn(recordLayouts, name))
      throw new Error(
        `a manifest reads the record "${name}", which this host does not know; docs/abi.md lists them`,
      );
    return records[name as RecordName].templateId;
  });
}
