import type { PluginKind } from "../../abi/host/index.ts";
import { memoryMapOf } from "../../abi/host/index.ts";

const idleBuffers = new Map<PluginKind, ArrayBuffer>();

/** Written to while a slot is empty, read by nobody: callers need not ask before they fill an inbox. */
export function idleBuffer(kind: PluginKind): ArrayBuffer {
  const known = idleBuffers.get(kind);
  if (known !== undefined) return known;
  const buffer = new ArrayBuffer(memoryMapOf(kind).memoryBase);
  idleBuffers.set(kind, buffer);
  return buffer;
}
