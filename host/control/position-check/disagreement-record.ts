import { BreakCode } from "../../execution/reconcile/index.ts";
import type { Lane } from "../../lane/index.ts";
import type { Disagreement } from "./compare-positions.ts";

const PARTS = 100_000_000n;

/** As the payload of an input: exact, and with what the lane does not need and a reader wants. */
export function writeDisagreement(disagreement: Disagreement, sequence: number): Buffer {
  return Buffer.from(JSON.stringify({ ...disagreement, sequence }), "utf8");
}

/** Gives a lane the input that the payload of a record is. */
export function giveDisagreement(lane: Lane, record: Uint8Array): void {
  const text = Buffer.from(record).toString("utf8");
  const { code, venue, instrument, asset, ours, theirs } = JSON.parse(text) as Disagreement;
  const about = Int32Array.of(code, venue, instrument, asset);
  lane.onDisagreement(about, Float64Array.of(mantissas(ours), mantissas(theirs)), record);
}

/** A journal that cannot be read back is about no instrument, and so about all: there is nothing left to compare with. */
export const UNREADABLE: Disagreement = {
  code: BreakCode.JOURNAL_UNREADABLE,
  venue: 0,
  instrument: -1,
  asset: -1,
  holder: "account",
  ours: "0",
  theirs: "0",
};

/** Divided before it becomes a double: an amount of 2^53 mantissas has more parts than a double can tell apart. */
function mantissas(parts: string): number {
  const amount = BigInt(parts);
  return Number(amount / PARTS) + Number(amount % PARTS) / Number(PARTS);
}
