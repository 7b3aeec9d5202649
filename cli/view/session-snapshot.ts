import { OrdStatus, OrderType, Side } from "../../abi/host/index.ts";
import { decimalOf } from "../../host/control/decimal.ts";
import type { Health } from "../../host/control/health.ts";
import { healthOf } from "../../host/control/health.ts";
import type { SessionView } from "../../host/control/session-view.ts";
import { BookSide } from "../../host/data/books/index.ts";
import { FEATURES_MAX } from "../../host/data/features/index.ts";
import { FeedCounter } from "../../host/data/feeds/index.ts";
import { AGENTS_MAX } from "../../host/data/signals/index.ts";
import { SlotCounter } from "../../host/engine/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { instrumentName, LaneCounter, SHOWN_CELLS } from "../../host/lane/index.ts";
import { REFERENCE_CELLS, ReferenceCell } from "../../host/lane/reference-prices.hot.ts";
import type { Percentiles } from "../backtest/backtest-report.ts";
import { feesOf, percentilesOf, realisedOf, unrealisedOf } from "../backtest/backtest-report.ts";
import { marketEvents } from "../backtest/lane-measurement.ts";
import type { OrderCounts } from "../live/order-counts.ts";
import { countOrders } from "../live/order-counts.ts";

const INSTRUMENT = 0;
const LEVELS = 8;
const ORDERS_SHOWN = 12;
const NS_PER_SECOND = 1e9;

export interface Level {
  readonly price: string;
  readonly size: number;
}

export interface AgentRow {
  readonly name: string;
  readonly isRunning: boolean;
  /** Null when no signal is alive. */
  readonly score: number | null;
  readonly confidence: number | null;
  readonly weight: number;
  readonly position: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly openOrders: number;
}

export interface OrderRow {
  readonly agent: string;
  readonly side: "BUY" | "SELL";
  readonly type: string;
  readonly price: string;
  readonly quantity: string;
  readonly filled: string;
  readonly status: string;
  readonly ageSeconds: number;
}

/** The account on one instrument, and the best prices there. */
export interface InstrumentRow {
  readonly name: string;
  /** Its book is in sync. */
  readonly isLive: boolean;
  readonly bid: string;
  readonly ask: string;
  readonly position: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly openOrders: number;
}

/** All that the view shows at one moment, as plain values. */
export interface SessionSnapshot {
  /** Of the first instrument, which the panels show; its whole name where there are others. */
  readonly symbol: string;
  readonly account: string;
  readonly isDevelopment: boolean;
  readonly epoch: number;
  readonly elapsedSeconds: number;
  readonly health: Health;
  readonly instruments: readonly InstrumentRow[];
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly gaps: number;
  readonly features: readonly { readonly name: string; readonly value: number; readonly isFresh: boolean }[];
  readonly agents: readonly AgentRow[];
  readonly accountRow: { readonly position: string; readonly realised: string; readonly unrealised: string };
  readonly combined: { readonly score: number; readonly confidence: number };
  readonly fees: Readonly<Record<string, string>>;
  readonly orders: readonly OrderRow[];
  readonly counts: OrderCounts;
  readonly latency: Percentiles;
  readonly events: number;
  readonly fills: number;
  readonly plugins: readonly {
    readonly name: string;
    readonly kind: string;
    readonly state: string;
    readonly calls: number;
    /** Whether it runs on a thread of its own. */
    readonly isPlaced: boolean;
    readonly isSigned: boolean;
  }[];
}

/** Reads a session as it is between two steps. Costs some tens of microseconds, on the trading thread's time. */
export function snapshotOf(
  view: SessionView,
  facts: { readonly account: string; readonly environment: string },
): SessionSnapshot {
  const { built, session } = view;
  const { lane, configuration, positions } = built;
  const feed = lane.parts.market.feeds[INSTRUMENT];
  const account = positions.rowOf(positions.accountRow, INSTRUMENT);
  const shown = lane.parts.ensemble.shown.subarray(INSTRUMENT * SHOWN_CELLS, (INSTRUMENT + 1) * SHOWN_CELLS);
  const counts = countOrders(built);
  return {
    symbol:
      configuration.instruments.length === 1
        ? (configuration.instruments[INSTRUMENT]?.symbol ?? "")
        : instrumentName(configuration, INSTRUMENT),
    account: facts.account,
    isDevelopment: facts.environment === "development",
    epoch: configuration.epoch,
    elapsedSeconds: (lane.nowNs[0] ?? 0) / NS_PER_SECOND,
    health: healthOf(view),
    instruments: configuration.instruments.map((_, instrument) => instrumentOf(built, instrument)),
    bids: levelsOf(built, BookSide.BID),
    asks: levelsOf(built, BookSide.ASK),
    gaps: feed?.counters[FeedCounter.GAPS] ?? 0,
    features: featuresOf(built),
    agents: configuration.agents.map((_, agent) => agentOf(built, agent, shown)),
    accountRow: {
      position: positionOf(built, account),
      realised: realisedOf(built, account),
      unrealised: unrealisedOf(built, account),
    },
    combined: { score: shown[AGENTS_MAX] ?? 0, confidence: shown[AGENTS_MAX + 1] ?? 0 },
    fees: feesOf(built),
    orders: openOrdersOf(built),
    counts,
    latency: percentilesOf(session),
    events: marketEvents(lane),
    fills: lane.counters[LaneCounter.FILLS] ?? 0,
    plugins: built.slots.map(({ name, kind, state, counters, plugin, isPlaced }) => ({
      name,
      kind,
      state,
      isPlaced,
      calls: counters[SlotCounter.CALLS] ?? 0,
      isSigned: plugin?.trust.state === "signed",
    })),
  };
}

function instrumentOf(built: BuiltLane, instrument: number): InstrumentRow {
  const { lane, configuration, positions, prices, orders } = built;
  const row = positions.rowOf(positions.accountRow, instrument);
  const { priceExponent = 0, sizeExponent = 0 } = configuration.instruments[instrument] ?? {};
  const cells = instrument * REFERENCE_CELLS;
  const price = (cell: number): string => decimalOf(prices.cells[cells + cell] ?? 0, priceExponent, 2);
  const { columns, open } = orders;
  const openSlots = open.slots.subarray(0, open.count);
  return {
    name: instrumentName(configuration, instrument),
    isLive: lane.parts.market.feeds[instrument]?.isValid === true,
    bid: price(ReferenceCell.BID_PRICE),
    ask: price(ReferenceCell.ASK_PRICE),
    position: decimalOf(positions.quantity[row] ?? 0, sizeExponent, 2),
    realised: realisedOf(built, row, instrument),
    unrealised: unrealisedOf(built, row, instrument),
    openOrders: openSlots.filter((slot) => columns.instrument[slot] === instrument).length,
  };
}

function levelsOf({ lane, configuration }: BuiltLane, side: number): Level[] {
  const prices = new Float64Array(LEVELS);
  const sizes = new Float64Array(LEVELS);
  const feed = lane.parts.market.feeds[INSTRUMENT];
  const instrument = configuration.instruments[INSTRUMENT];
  if (feed === undefined || instrument === undefined || !feed.isValid) return [];
  const count = feed.book.readLevels(side, prices, sizes);
  return Array.from({ length: count }, (_, level) => ({
    price: decimalOf(prices[level] ?? 0, instrument.priceExponent, 2),
    size: (sizes[level] ?? 0) * 10 ** instrument.sizeExponent,
  }));
}

function featuresOf({ lane, featureNames }: BuiltLane): SessionSnapshot["features"] {
  const { featureTable } = lane.parts;
  return featureNames.map((name, slot) => ({
    name,
    value: featureTable.values[INSTRUMENT * FEATURES_MAX + slot] ?? 0,
    isFresh: featureTable.isFresh(INSTRUMENT, slot, lane.nowNs),
  }));
}

function agentOf(built: BuiltLane, agent: number, shown: Float64Array): AgentRow {
  const { lane, positions, orders, configuration } = built;
  const { pool, agents } = lane.parts;
  const row = positions.rowOf(agent, INSTRUMENT);
  const at = INSTRUMENT * AGENTS_MAX + agent;
  const isAlive = pool.isAlive(INSTRUMENT, agent, lane.nowNs);
  return {
    name: configuration.agents[agent]?.name ?? "",
    isRunning: agents.slots[agent]?.state === "running",
    score: isAlive ? (pool.scores[at] ?? 0) : null,
    confidence: isAlive ? (pool.confidences[at] ?? 0) : null,
    weight: shown[agent] ?? 0,
    position: positionOf(built, row),
    realised: realisedOf(built, row),
    unrealised: unrealisedOf(built, row),
    openOrders: orders.open.countByAgent[agent] ?? 0,
  };
}

function positionOf({ positions, configuration }: BuiltLane, row: number): string {
  return decimalOf(positions.quantity[row] ?? 0, configuration.instruments[INSTRUMENT]?.sizeExponent ?? 0, 2);
}

function openOrdersOf({ orders, configuration, lane }: BuiltLane): OrderRow[] {
  const { columns, open } = orders;
  const slots = [...open.slots.subarray(0, open.count)].sort(
    (a, b) => (columns.submittedNs[b] ?? 0) - (columns.submittedNs[a] ?? 0),
  );
  return slots.slice(0, ORDERS_SHOWN).map((slot) => {
    const instrument = configuration.instruments[columns.instrument[slot] ?? 0];
    const decimal = (mantissa: number | undefined, exponent: number | undefined): string =>
      decimalOf(mantissa ?? 0, exponent ?? 0, 2);
    const submittedNs = columns.submittedNs[slot] ?? 0;
    return {
      agent: configuration.agents[columns.agent[slot] ?? -1]?.name ?? "host",
      side: columns.side[slot] === Side.BUY ? "BUY" : "SELL",
      type: nameIn(OrderType, columns.orderType[slot]),
      price: decimal(columns.price[slot], instrument?.priceExponent),
      quantity: decimal(columns.quantity[slot], instrument?.sizeExponent),
      filled: decimal(columns.cumQty[slot], instrument?.sizeExponent),
      status: nameIn(OrdStatus, columns.status[slot]),
      ageSeconds: Math.max(0, ((lane.nowNs[0] ?? 0) - submittedNs) / NS_PER_SECOND),
    };
  });
}

function nameIn(names: Readonly<Record<string, number>>, value: number | undefined): string {
  return Object.entries(names).find(([, known]) => known === value)?.[0] ?? "?";
}
