import type { PluginKind } from "../../abi/host/index.ts";
import { memoryMapOf } from "../../abi/host/index.ts";

/** The views of a slot that nothing is installed in. */
export interface IdleViews {
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly u8: Uint8Array;
}

const idleViews = new Map<PluginKind, IdleViews>();

/** Written to while a slot is empty, read by nobody: callers need not ask before they fill an inbox. Made once: a swap allocates none. */
export function idleViewsOf(kind: PluginKind): IdleViews {
  const known = idleViews.get(kind);
  if (known !== undefined) return known;
  const buffer = new ArrayBuffer(memoryMapOf(kind).memoryBase);
  const views = { i32: new Int32Array(buffer), f64: new Float64Array(buffer), u8: new Uint8Array(buffer) };
  idleViews.set(kind, views);
  return views;
}
