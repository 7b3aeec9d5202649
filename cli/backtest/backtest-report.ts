import {
  instrumentName,
  ReferenceCell,
  REFERENCE_CELLS,
  LatencyCell,
  LaneCounter,
} from "../../host/lane/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import type { TradingSession } from "../../host/control/trading-session.ts";
import type { SessionReplay } from "../../host/control/replay.ts";
import { decimalOf } from "../../host/control/decimal.ts";
import { FeedCounter } from "../../host/data/feeds/index.ts";
import { denialName } from "../../host/execution/risk/index.ts";
import { ValuationCell } from "../../host/execution/positions/index.ts";
import { exactAmount } from "../console/amount.ts";
import type { Backtest } from "./backtest.ts";
import type { LaneMeasurement } from "./lane-measurement.ts";
import { marketEvents } from "./lane-measurement.ts";

const FIRST_INSTRUMENT = 0;

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly count: number;
}

export interface InstrumentResult {
  readonly position: string;
  readonly realisedPnl: string;
  readonly unrealisedPnl: string;
}

/** Result of a backtest, as `--json` prints it. Money is decimal text in the quote currency; times in nanoseconds unless named. */
export interface BacktestReport {
  readonly frames: number;
  readonly events: number;
  readonly framesRefused: Readonly<Record<string, number>>;
  readonly bookGaps: number;
  readonly orders: number;
  readonly cancels: number;
  readonly fills: number;
  readonly rejects: number;
  readonly denials: Readonly<Record<string, number>>;
  readonly openOrdersAtEnd: number;
  readonly realisedPnl: string;
  readonly unrealisedPnl: string;
  readonly position: string;
  /** The account on each instrument, by its name; the numbers above are the first one's. */
  readonly instruments: Readonly<Record<string, InstrumentResult>>;
  readonly fees: Readonly<Record<string, string>>;
  readonly pnlByAgent: Readonly<Record<string, string>>;
  readonly stateHash: string;
  readonly orderHash: string;
  readonly replay: { readonly isEqual: boolean; readonly inputs: number; readonly intents: number };
  readonly elapsedMs: number;
  readonly framesPerSecond: number;
  readonly laneInputsPerSecond: number;
  readonly tickToOrderNs: Percentiles;
  readonly durability: string;
  readonly gcPauseMs: number;
  readonly gcCount: number;
  readonly bytesAllocatedPerMillionEvents: number | null;
  readonly journal: string | null;
  /** Plugins that the configuration places on threads, and that ran in the lane here: in virtual time nothing runs beside it. */
  readonly placedInline: readonly string[];
}

/** What was measured around a run. */
export interface RunFacts {
  readonly elapsedMs: number;
  readonly gcPauseMs: number;
  readonly gcCount: number;
  readonly durability: string;
  readonly journal: string | null;
  readonly stateHash: string;
  readonly placedInline: readonly string[];
  readonly replay: SessionReplay;
  readonly measured: LaneMeasurement;
}

export function reportOf(backtest: Backtest, facts: RunFacts): BacktestReport {
  const { built, session, tally } = backtest;
  const { lane, gate, positions } = built;
  const count = (cell: number): number => lane.counters[cell] ?? 0;
  const { elapsedMs, measured, replay } = facts;
  const row = positions.rowOf(positions.accountRow, FIRST_INSTRUMENT);
  return {
    frames: tally.frames,
    events: marketEvents(lane),
    framesRefused: Object.fromEntries([...tally.refusals].map(([code, times]) => [String(code), times])),
    bookGaps: lane.parts.market.feeds.reduce((sum, feed) => sum + (feed.counters[FeedCounter.GAPS] ?? 0), 0),
    orders: count(LaneCounter.ORDERS_SENT),
    cancels: count(LaneCounter.CANCELS_SENT),
    fills: count(LaneCounter.FILLS),
    rejects: count(LaneCounter.REJECTS),
    denials: denialsOf(gate.denials),
    openOrdersAtEnd: session.openOrders,
    realisedPnl: realisedOf(built, row),
    unrealisedPnl: unrealisedOf(built, row),
    position: decimalOf(
      positions.quantity[row] ?? 0,
      built.configuration.instruments[FIRST_INSTRUMENT]?.sizeExponent ?? 0,
    ),
    instruments: instrumentResults(built),
    fees: feesOf(built),
    pnlByAgent: Object.fromEntries(
      built.configuration.agents.map(({ name }, agent) => [
        name,
        realisedOf(built, positions.rowOf(agent, FIRST_INSTRUMENT)),
      ]),
    ),
    stateHash: facts.stateHash,
    orderHash: session.orderHash(),
    replay: { isEqual: replay.divergence === null, inputs: replay.inputs, intents: replay.intents },
    elapsedMs: Math.round(elapsedMs),
    framesPerSecond: Math.round((tally.frames / elapsedMs) * 1000),
    laneInputsPerSecond: measured.inputsPerSecond,
    tickToOrderNs: percentilesOf(session),
    durability: facts.durability,
    gcPauseMs: Number(facts.gcPauseMs.toFixed(3)),
    gcCount: facts.gcCount,
    bytesAllocatedPerMillionEvents: measured.bytesAllocatedPerMillionEvents,
    journal: facts.journal,
    placedInline: facts.placedInline,
  };
}

/** Counts by name of a gate's denials. */
export function denialsOf(denials: ArrayLike<number>): Record<string, number> {
  const named: Record<string, number> = {};
  for (let code = 0; code < denials.length; code++) {
    const times = denials[code] ?? 0;
    if (times > 0) named[denialName(code)] = times;
  }
  return named;
}

/** What the account holds and has won on each instrument. */
export function instrumentResults(built: BuiltLane): Record<string, InstrumentResult> {
  const { configuration, positions } = built;
  return Object.fromEntries(
    configuration.instruments.map(({ sizeExponent }, instrument) => {
      const row = positions.rowOf(positions.accountRow, instrument);
      return [
        instrumentName(configuration, instrument),
        {
          position: decimalOf(positions.quantity[row] ?? 0, sizeExponent),
          realisedPnl: realisedOf(built, row, instrument),
          unrealisedPnl: unrealisedOf(built, row, instrument),
        },
      ];
    }),
  );
}

/** A line for each instrument, where there are several. */
export function instrumentLines(
  results: Readonly<Record<string, InstrumentResult>>,
): (readonly [name: string, text: string])[] {
  const list = Object.entries(results);
  if (list.length === 1) return [];
  return list.map(([name, { position, realisedPnl, unrealisedPnl }]) => [
    "instrument",
    `${name}: position ${position}, realised ${realisedPnl}, unrealised ${unrealisedPnl}`,
  ]);
}

/** Realised P&L of a row of the position book. */
export function realisedOf(
  { positions, configuration }: BuiltLane,
  row: number,
  instrument: number = FIRST_INSTRUMENT,
): string {
  const exponent = configuration.instruments[instrument]?.quoteExponent ?? 0;
  return exactAmount(positions.realizedWhole[row] ?? 0, positions.realizedParts[row] ?? 0, exponent);
}

/** Unrealised P&L of a row at the middle of the last known prices. */
export function unrealisedOf(
  { positions, prices, configuration }: BuiltLane,
  row: number,
  instrument: number = FIRST_INSTRUMENT,
): string {
  const exponent = configuration.instruments[instrument]?.quoteExponent ?? 0;
  const cells = instrument * REFERENCE_CELLS;
  const bid = prices.cells[cells + ReferenceCell.BID_PRICE] ?? 0;
  const ask = prices.cells[cells + ReferenceCell.ASK_PRICE] ?? 0;
  if (bid === 0) return exactAmount(0, 0, exponent);
  positions.value(row, instrument, Float64Array.of(Math.floor((bid + ask) / 2)));
  const { valuation } = positions;
  return exactAmount(
    valuation[ValuationCell.UNREALIZED_WHOLE] ?? 0,
    valuation[ValuationCell.UNREALIZED_PARTS] ?? 0,
    exponent,
  );
}

/** Fees by asset, at all venues together. */
export function feesOf({ balances, configuration }: BuiltLane): Record<string, string> {
  return Object.fromEntries(
    configuration.assets.flatMap(({ code, exponent }, index) => {
      let fee = 0;
      for (let row = index; row < balances.rowCount; row += balances.assetCount)
        fee += balances.fees[row] ?? 0;
      return fee === 0 ? [] : [[code, decimalOf(fee, exponent)]];
    }),
  );
}

export function percentilesOf({ latency }: TradingSession): Percentiles {
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => Math.round(latency.percentile(share)));
  return {
    p50: p50 ?? 0,
    p99: p99 ?? 0,
    p999: p999 ?? 0,
    max: Math.round(latency.summary[LatencyCell.MAX_NS] ?? 0),
    count: latency.summary[LatencyCell.COUNT] ?? 0,
  };
}
