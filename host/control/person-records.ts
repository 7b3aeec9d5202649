import type { RearmOrder, TradingMode } from "../execution/risk/index.ts";

/** What the journal holds of a re-arm, in JSON: a replay reads it back. */
export function rearmRecord(
  mode: TradingMode,
  { person, reason }: RearmOrder,
  instrument: number | null,
): Buffer {
  return Buffer.from(JSON.stringify({ mode, person, reason, instrument }), "utf8");
}

/** What the journal holds of an accepted break. */
export function acceptRecord(id: number, { person, reason }: RearmOrder): Buffer {
  return Buffer.from(JSON.stringify({ break: id, person, reason }), "utf8");
}
