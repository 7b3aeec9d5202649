import type { RecordName } from "./records.ts";
import { recordLayouts } from "./records.ts";

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
