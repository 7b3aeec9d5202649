import { duration } from "../console/duration.ts";
import type { BacktestReport } from "./backtest-report.ts";
import { instrumentLines } from "./backtest-report.ts";

/** A backtest's report for people. */
export function backtestText(report: BacktestReport): string {
  const { tickToOrderNs: latency, replay } = report;
  const allocated = report.bytesAllocatedPerMillionEvents;
  const memory = allocated === null ? "too short to measure" : `${count(allocated)} bytes a million events`;
  const lines: readonly (readonly [string, string])[] = [
    [
      "frames",
      `${count(report.frames)} in ${(report.elapsedMs / 1000).toFixed(2)} s, ${count(report.framesPerSecond)} a second (lane alone ${count(report.laneInputsPerSecond)})`,
    ],
    ["market events", `${count(report.events)}, book gaps ${count(report.bookGaps)}`],
    ["frames refused", listOf(report.framesRefused, "code ")],
    [
      "orders",
      `${count(report.orders)} sent, ${count(report.cancels)} cancels, ${count(report.fills)} fills, ${count(report.rejects)} rejected, ${count(report.openOrdersAtEnd)} open at the end`,
    ],
    ["denied", listOf(report.denials, "")],
    ["realised P&L", `${report.realisedPnl}  (${listOf(report.pnlByAgent, "")})`],
    ["unrealised P&L", `${report.unrealisedPnl} at a position of ${report.position}`],
    ...instrumentLines(report.instruments),
    ["fees", listOf(report.fees, "")],
    [
      "tick to order",
      `p50 ${duration(latency.p50)}, p99 ${duration(latency.p99)}, p99.9 ${duration(latency.p999)}, max ${duration(latency.max)} over ${count(latency.count)} (durability ${report.durability})`,
    ],
    ["memory", `${memory}, GC ${report.gcCount} pauses, ${report.gcPauseMs.toFixed(1)} ms in all`],
    ["state hash", report.stateHash],
    ["order hash", report.orderHash],
    [
      "replay",
      `${replay.isEqual ? "equal" : "DIFFERENT"}: ${count(replay.inputs)} inputs, ${count(replay.intents)} order requests`,
    ],
    ["journal", report.journal ?? "removed; --journal DIR keeps it"],
    ...placedLine(report.placedInline),
  ];
  return `${lines.map(([name, text]) => `${name.padEnd(16)}${text}`).join("\n")}\n`;
}

function placedLine(names: readonly string[]): (readonly [string, string])[] {
  if (names.length === 0) return [];
  return [
    ["placement", `${names.join(", ")}: placed on threads, run in the lane here, since time is virtual`],
  ];
}

function listOf(counts: Readonly<Record<string, number | string>>, prefix: string): string {
  const entries = Object.entries(counts);
  if (entries.length === 0) return "none";
  return entries
    .map(([name, value]) => `${prefix}${name} ${typeof value === "number" ? count(value) : value}`)
    .join(", ");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
