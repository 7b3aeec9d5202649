import type { PluginSlot } from "../engine/index.ts";
import { ENTRY_HEADER_BYTES, FaultCode, faultTextOf } from "../engine/index.ts";

const codes: ReadonlySet<number> = new Set(Object.values(FaultCode));

/** Stops a plugin on another thread for the reason in the payload at `offset`; a code that is none of ours counts as a bad output. */
export function stopPlaced(
  slot: PluginSlot,
  code: number,
  bytes: Uint8Array,
  offset: number,
  entryBytes: number,
): void {
  const known = codes.has(code) ? (code as FaultCode) : FaultCode.OUTPUT;
  slot.stop(known, faultTextOf(bytes, offset, entryBytes - ENTRY_HEADER_BYTES));
}
