import { appendFileSync, writeSync } from "node:fs";

/** Where `sandpit test` wants the tallies of a test file's process: a file that they are appended to, one JSON object a line. */
export const TALLY_FILE_VARIABLE = "SANDPIT_KIT_TALLIES";

const STANDARD_OUTPUT = 1;

/** What a plugin's calls with one record cost, in all tests of a file together. */
export interface CallTally {
  readonly plugin: string;
  readonly record: string;
  readonly calls: number;
  /** Instructions of the dearest call. */
  readonly gasMax: number;
  /** The largest part of its budget that a call used. */
  readonly budgetPart: number;
  /** Median and longest, by the machine's clock; the first calls of a module are slow. */
  readonly p50Ns: number;
  readonly maxNs: number;
}

/** What one call cost. */
export interface CallCost {
  readonly timeNs: number;
  readonly gas: number;
  readonly gasBudget: number;
}

interface Tally {
  calls: number;
  gasMax: number;
  budgetPart: number;
  readonly timesNs: number[];
}

/** Durations that are kept of each record, for the median. */
const TIMES_MAX = 100_000;

const tallies = new Map<string, Map<string, Tally>>();

/** Notes one call of a metered plugin. */
export function tallyCall(plugin: string, record: string, cost: CallCost): void {
  if (tallies.size === 0) process.once("exit", reportTallies);
  const byRecord = tallies.get(plugin) ?? new Map<string, Tally>();
  tallies.set(plugin, byRecord);
  const tally = byRecord.get(record) ?? { calls: 0, gasMax: 0, budgetPart: 0, timesNs: [] };
  byRecord.set(record, tally);
  tally.calls += 1;
  tally.gasMax = Math.max(tally.gasMax, cost.gas);
  tally.budgetPart = Math.max(tally.budgetPart, cost.gas / cost.gasBudget);
  if (tally.timesNs.length < TIMES_MAX) tally.timesNs.push(cost.timeNs);
}

/** All that was noted so far in this process. */
export function callTallies(): CallTally[] {
  return [...tallies].flatMap(([plugin, byRecord]) =>
    [...byRecord].map(([record, { calls, gasMax, budgetPart, timesNs }]) => {
      const sorted = timesNs.toSorted((one, other) => one - other);
      const [p50Ns = 0, maxNs = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
      return { plugin, record, calls, gasMax, budgetPart, p50Ns, maxNs };
    }),
  );
}

/** A table for people: what a call costs, by plugin and record. */
export function talliesText(list: readonly CallTally[]): string {
  return list
    .map(({ plugin, record, calls, gasMax, budgetPart, p50Ns, maxNs }) => {
      const part = budgetPart.toLocaleString("en-US", { style: "percent", maximumFractionDigits: 1 });
      const gas = `gas ${gasMax.toLocaleString("en-US")} at most (${part} of its budget)`;
      const count = `${calls.toLocaleString("en-US")} ${calls === 1 ? "call" : "calls"}`;
      return `${plugin} ${record}: ${count}, ${gas}, p50 ${micros(p50Ns)}, max ${micros(maxNs)}\n`;
    })
    .join("");
}

function micros(ns: number): string {
  return `${(ns / 1_000).toFixed(1)} µs`;
}

// At the very end of the process, where streams are no longer written out.
function reportTallies(): void {
  const path = process.env[TALLY_FILE_VARIABLE];
  const list = callTallies();
  if (path === undefined) writeSync(STANDARD_OUTPUT, talliesText(list));
  else appendFileSync(path, list.map((tally) => `${JSON.stringify(tally)}\n`).join(""));
}
