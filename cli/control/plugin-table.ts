import type { PluginView } from "../../host/control/api/index.ts";
import { textTable } from "./text-table.ts";

type Beside = NonNullable<PluginView["beside"]>;

const HEAD = ["slot", "kind", "plugin", "trust", "state", "calls", "fault, or comparison"] as const;

/** Every slot with its plugin and, in a row below, what runs beside it and how the outputs of both compare. */
export function pluginTable(plugins: readonly PluginView[]): string {
  const rows = plugins.flatMap((view) => {
    const { slot, kind, trust, state, placement, fault, beside, waiting, counters } = view;
    const where = placement === "thread" ? `${state}, thread` : state;
    const row = [slot, kind, called(view), trust ?? "", where, countText(counters.calls), fault ?? ""];
    return [
      row,
      ...(beside === null ? [] : [besideRow(beside)]),
      ...(waiting === null ? [] : [waitingRow(waiting)]),
    ];
  });
  return textTable(HEAD, rows);
}

function besideRow(beside: Beside): string[] {
  const { role, state, calls, fault, isParted } = beside;
  const text = [
    comparisonText(beside),
    ...(isParted ? ["on paper"] : []),
    ...(fault === null ? [] : [fault]),
  ].join("; ");
  return ["  beside", role, called(beside), "", state, countText(calls), text];
}

/** Deployed, and shown nothing yet. */
function waitingRow(waiting: NonNullable<PluginView["waiting"]>): string[] {
  return ["  waiting", "candidate", called(waiting), waiting.trust, "", "", "shadow, promote or drop it"];
}

/** How often the outputs of two plugins on the same input were equal, and how not. */
export function comparisonText({ equal, missing, extra, different }: Beside): string {
  const counts = Object.entries({ equal, missing, extra, different });
  return counts.map(([name, count]) => `${countText(count)} ${name}`).join(", ");
}

/** The first call of each slot in which what runs beside it wrote something else, and what an agent's intents came to on paper; nothing where all was equal. */
export function differencesText(plugins: readonly PluginView[]): string {
  return plugins
    .flatMap(({ slot, beside }) => {
      const [first] = beside?.differences ?? [];
      if (beside === null || first === undefined) return [];
      return [
        `${slot}: call ${countText(first.call)} is the first that differs`,
        ...outputLines("live", first.live),
        ...outputLines(beside.role, first.beside),
        ...beside.paper.flatMap(({ symbol, ...sides }) => [
          paperLine(symbol, "live", sides.live),
          paperLine(symbol, beside.role, sides.beside),
        ]),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

function outputLines(name: string, lines: readonly string[]): string[] {
  const shown = lines.length === 0 ? ["(nothing)"] : lines;
  return shown.map((line, index) => `  ${(index === 0 ? name : "").padEnd(12)}${line}`);
}

/** What the intents would have come to. */
function paperLine(
  symbol: string,
  name: string,
  { orders, fills, resting, position, profit }: Beside["paper"][number]["live"],
): string {
  const counts = `${countText(orders)} orders, ${countText(fills)} fills, ${countText(resting)} resting`;
  const worth = profit === null ? "no price" : `profit ${cents(profit)}`;
  return `  on paper    ${symbol} ${name}: ${counts}, position ${position}, ${worth}`;
}

/** Without a minus before nothing. */
function cents(value: number): string {
  return (Math.round(value * 100) / 100 || 0).toFixed(2);
}

function called({ plugin, version }: Pick<PluginView, "plugin" | "version">): string {
  return plugin === null ? "(empty)" : `${plugin} ${version ?? ""}`;
}

function countText(count: number): string {
  return count.toLocaleString("en-US");
}
