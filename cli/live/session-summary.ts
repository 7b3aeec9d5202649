import { FeedCounter } from "../../host/data/feeds/index.ts";
import { decimalOf } from "../../host/control/decimal.ts";
import type { SessionReplay } from "../../host/control/replay.ts";
import type { SessionEnd } from "../../host/main.ts";
import { LaneCounter } from "../../host/lane/index.ts";
import type { InstrumentResult, Percentiles } from "../backtest/backtest-report.ts";
import {
  denialsOf,
  feesOf,
  instrumentLines,
  instrumentResults,
  percentilesOf,
  realisedOf,
  unrealisedOf,
} from "../backtest/backtest-report.ts";
import { marketEvents } from "../backtest/lane-measurement.ts";
import { duration } from "../console/duration.ts";
import type { AssetComparison } from "./ledger-comparison.ts";
import type { LiveResult } from "./live-host.ts";
import type { OrderCounts } from "./order-counts.ts";
import { countOrders } from "./order-counts.ts";

const INSTRUMENT = 0;

/** How a live session went, as `--json` prints it. */
export interface SessionSummary {
  readonly agreed: boolean;
  /** What did not agree; empty when all did. */
  readonly disagreements: readonly string[];
  readonly reason: string;
  readonly seconds: number;
  readonly events: number;
  readonly bookGaps: number;
  readonly framesRefused: number;
  readonly orders: OrderCounts;
  readonly fills: number;
  readonly denials: Readonly<Record<string, number>>;
  readonly position: string;
  /** The account on each instrument, by its name; position and P&L beside it are the first one's. */
  readonly instruments: Readonly<Record<string, InstrumentResult>>;
  readonly realisedPnl: string;
  readonly unrealisedPnl: string;
  readonly pnlByAgent: Readonly<Record<string, string>>;
  readonly fees: Readonly<Record<string, string>>;
  readonly tickToOrderNs: Percentiles;
  readonly durability: string;
  /** Null without a simulated venue, whose books could be looked into. */
  readonly ledger: readonly AssetComparison[] | null;
  readonly stateHash: string;
  readonly orderHash: string;
  readonly replay: { readonly isEqual: boolean; readonly inputs: number };
  readonly journal: string;
}

export interface SummaryFacts {
  readonly result: LiveResult;
  readonly ledger: readonly AssetComparison[] | null;
  readonly replay: SessionReplay | undefined;
  readonly journal: string;
  readonly durability: string;
}

export function summaryOf(facts: SummaryFacts): SessionSummary {
  const { built, session } = facts.result.host;
  const { end, reason } = facts.result;
  const { lane, positions, configuration } = built;
  const row = positions.rowOf(positions.accountRow, INSTRUMENT);
  const disagreements = disagreementsOf(facts);
  return {
    agreed: disagreements.length === 0,
    disagreements,
    reason,
    seconds: Number(((lane.nowNs[0] ?? 0) / 1e9).toFixed(3)),
    events: marketEvents(lane),
    bookGaps: lane.parts.market.feeds.reduce((sum, feed) => sum + (feed.counters[FeedCounter.GAPS] ?? 0), 0),
    framesRefused: lane.counters[LaneCounter.FRAMES_REFUSED] ?? 0,
    orders: countOrders(built),
    fills: lane.counters[LaneCounter.FILLS] ?? 0,
    denials: denialsOf(built.gate.denials),
    position: decimalOf(
      positions.quantity[row] ?? 0,
      configuration.instruments[INSTRUMENT]?.sizeExponent ?? 0,
    ),
    instruments: instrumentResults(built),
    realisedPnl: realisedOf(built, row),
    unrealisedPnl: unrealisedOf(built, row),
    pnlByAgent: Object.fromEntries(
      configuration.agents.map(({ name }, agent) => [
        name,
        realisedOf(built, positions.rowOf(agent, INSTRUMENT)),
      ]),
    ),
    fees: feesOf(built),
    tickToOrderNs: percentilesOf(session),
    durability: facts.durability,
    ledger: facts.ledger,
    stateHash: end.stateHash,
    orderHash: end.orderHash,
    replay: {
      isEqual: facts.replay?.divergence === null && facts.replay.stateHash === end.stateHash,
      inputs: facts.replay?.inputs ?? 0,
    },
    journal: facts.journal,
  };
}

function disagreementsOf({ result, ledger, replay }: SummaryFacts): string[] {
  const { end, host } = result;
  const found: string[] = [];
  if (end.openOrders > 0) {
    found.push(`${end.openOrders} orders were not proven closed in time; look for them at the venue`);
  }
  if (end.journalCode !== 0) {
    found.push(`the journal refused to close with code ${end.journalCode}; see its directory and disk`);
  }
  if ((host.built.lane.counters[LaneCounter.HALTS] ?? 0) > 0) {
    found.push("an instrument was halted: the venue said what cannot be believed");
  }
  for (const { name, state, lastFault } of host.built.slots) {
    if (state !== "running")
      found.push(`plugin ${name} is ${state}: ${lastFault?.reason ?? "no reason known"}`);
  }
  for (const { at, asset, host: own, venue, reported, isEqual } of ledger ?? []) {
    if (!isEqual)
      found.push(
        `${asset} at ${at}: the host has ${own}, the venue ${venue} and reported ${reported ?? "nothing"}`,
      );
  }
  const { refusal } = host.built.lane.parts.journal;
  const replayed =
    refusal === 0
      ? replayDisagreement(end, replay)
      : `the journal refused with code ${refusal}: its replay ends there, and the host went on cancel-only; see its directory and disk`;
  return replayed === null ? found : [...found, replayed];
}

function replayDisagreement(end: SessionEnd, replay: SessionReplay | undefined): string | null {
  if (replay === undefined) return "the journal does not hold the session";
  const { divergence, stateHash, orderHash } = replay;
  if (divergence !== null) return `the replay differs at record ${divergence.sequence}: ${divergence.reason}`;
  if (stateHash !== end.stateHash) return `the replay's state hash is ${stateHash}`;
  return orderHash === end.orderHash ? null : `the replay's order hash is ${orderHash}`;
}

function roundingText(feesRoundedUp: string): string {
  return Number(feesRoundedUp) === 0 ? "" : ` (the host rounded fees up by ${feesRoundedUp})`;
}

/** The summary for people. */
export function summaryText(summary: SessionSummary): string {
  const { orders, tickToOrderNs: latency, ledger } = summary;
  const list = (counts: Readonly<Record<string, number | string>>): string =>
    Object.entries(counts)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ") || "none";
  const lines: (readonly [string, string])[] = [
    [
      "session",
      `${summary.seconds.toFixed(1)} s, ended by ${summary.reason}; ${summary.events.toLocaleString("en-US")} market events, ${summary.bookGaps} book gaps, ${summary.framesRefused} frames refused`,
    ],
    [
      "orders",
      `sent ${orders.sent}, accepted ${orders.accepted}, filled ${orders.filled}, cancelled ${orders.cancelled}, expired ${orders.expired}, rejected ${orders.rejected}, denied ${orders.denied}, open ${orders.open}`,
    ],
    ["denied", list(summary.denials)],
    ["rejected", list(orders.rejections)],
    ["fills", String(summary.fills)],
    ["position", summary.position],
    ...instrumentLines(summary.instruments),
    [
      "P&L",
      `realised ${summary.realisedPnl}, unrealised ${summary.unrealisedPnl} (${list(summary.pnlByAgent)})`,
    ],
    ["fees", list(summary.fees)],
    [
      "tick to order",
      `p50 ${duration(latency.p50)}, p99 ${duration(latency.p99)}, p99.9 ${duration(latency.p999)}, max ${duration(latency.max)} over ${latency.count} (durability ${summary.durability})`,
    ],
    ...(ledger ?? []).map(
      ({ at, asset, host, venue, isEqual, feesRoundedUp }) =>
        [
          `ledger ${asset}`,
          isEqual
            ? `equal: ${venue} at ${at}${roundingText(feesRoundedUp)}`
            : `DIFFERENT at ${at}: host ${host}, venue ${venue}`,
        ] as const,
    ),
    ["state hash", summary.stateHash],
    [
      "replay",
      `${summary.replay.isEqual ? "equal" : "DIFFERENT"}, ${summary.replay.inputs.toLocaleString("en-US")} inputs`,
    ],
    ["journal", summary.journal],
    ...summary.disagreements.map((text) => ["DISAGREES", text] as const),
  ];
  return `${lines.map(([name, text]) => `${name.padEnd(16)}${text}`).join("\n")}\n`;
}
