import type { PluginSlot } from "../engine/index.ts";
import { ENTRY_HEADER_BYTES, FaultCode, toldFaultOf } from "../engine/index.ts";

const codes: ReadonlySet<number> = new Set(Object.values(FaultCode));
/** How an instance without its source map names a place. */
const OFFSET_PLACE = /wasm offset 0x[0-9a-f]+/;

/**
 * Stops a plugin that runs on another thread, or its stand-in, for the reason in the payload at `offset`; a code that is none of ours counts as a bad output. The
 * source maps are here, so it is here that a place gets its line.
 */
export function stopPlaced(
  slot: PluginSlot,
  code: number,
  bytes: Uint8Array,
  offset: number,
  entryBytes: number,
): void {
  const known = codes.has(code) ? (code as FaultCode) : FaultCode.OUTPUT;
  const { reason, template, offsetBytes } = toldFaultOf(bytes, offset, entryBytes - ENTRY_HEADER_BYTES);
  const at = slot.plugin?.placeOf(offsetBytes) ?? null;
  const text = at === null ? reason : reason.replace(OFFSET_PLACE, () => at);
  slot.stopAt(known, text, { template, offsetBytes, at });
}
