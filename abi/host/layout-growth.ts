import type { RecordName } from "./records.ts";
import * as records from "./records.ts";
import { recordLayouts } from "./records.ts";

/** First lengths of the records that have grown since, in bytes. When one grows, its first length has to be written down here. */
const firstLengths: Partial<Record<RecordName, number>> = { OrderCommand: 56, ExecutionReport: 120 };

/** Length of a record's block in its first form: no module can have been built with less. */
export function firstBlockLength(name: RecordName): number {
  return firstLengths[name] ?? records[name].blockLength;
}

/** A record of a module that does not fit this host. */
export interface LayoutMismatch {
  readonly record: string;
  readonly reason: string;
}

/**
 * Compares the layouts that a module or a journal was made with against this host's. An earlier, shorter form of a record is accepted:
 * its text is then the beginning of today's. Anything else is named.
 */
export function layoutMismatches(theirs: Readonly<Record<string, unknown>>): LayoutMismatch[] {
  const mismatches: LayoutMismatch[] = [];
  for (const [record, layout] of Object.entries(theirs)) {
    const reason = mismatch(record, layout);
    if (reason !== null) mismatches.push({ record, reason });
  }
  return mismatches;
}

function mismatch(record: string, layout: unknown): string | null {
  if (typeof layout !== "string") return "its layout is not a text";
  if (!Object.hasOwn(recordLayouts, record)) return "this host knows no such record";
  const ours: string = recordLayouts[record as RecordName];
  if (ours === layout || ours.startsWith(`${layout} `)) return null;
  const fields = layout.split(" ");
  const own = ours.split(" ");
  const at = fields.findIndex((field, index) => field !== own[index]);
  return `built with "${fields[at] ?? ""}" where this host has "${own[at] ?? "nothing"}"`;
}
