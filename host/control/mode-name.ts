import { TradingMode } from "../execution/risk/index.ts";

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(TradingMode).map(([name, mode]) => [mode, name]),
);

/** A trading mode's name for people. */
export function modeName(mode: number): string {
  return names.get(mode) ?? `UNLISTED_${mode}`;
}
