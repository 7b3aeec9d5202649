import { FaultCode } from "./fault-code.ts";
import { readAbortMessage } from "./abort-message.ts";
import type { OffsetMap } from "./meter/offset-map.ts";
import { printableText } from "./printable-text.ts";
import type { SourcePositions } from "./source-positions.ts";

/** V8's texts, which no standard fixes, and ours. An unknown text is shown as it is, escaped. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/unreachable/, "unreachable"],
  [/memory access out of bounds|data segment/, "memory access out of bounds"],
  [/divide by zero|remainder by zero/, "integer division by zero"],
  [/divide result unrepresentable/, "integer overflow in division"],
  [/float unrepresentable/, "float not representable as an integer"],
  [/table index|table access|element segment/, "table access out of bounds"],
  [/null function|signature mismatch|dereferencing a null/, "indirect call of a wrong function"],
];

/** What stopped a call. */
export interface Trap {
  readonly code: FaultCode;
  readonly reason: string;
  /** Byte in the verified module where it trapped; null when no trace was captured. */
  readonly offsetBytes: number | null;
  /** Where in the source; where in the module when its source map is not at hand; null when neither is known. */
  readonly at: string | null;
}

export interface TrapState {
  readonly gasLeft: number;
  readonly depthLeft: number;
  readonly memory: ArrayBuffer;
  readonly offsets: OffsetMap;
  /** Null when no source map of the module is in keeping. */
  readonly positions: SourcePositions | null;
}

/** Only so much of a stack trace is looked at: ten frames of V8 have less than 1,000 characters. */
const STACK_UNITS_MAX = 4_096;

const NEAR = "near ";

const framePattern = /(wasm:\/\/\S+?:)?wasm-function\[\d+\]:0x([0-9a-f]{1,8})/g;

/** How an abort message ends; readAbortMessage has written it. */
const abortPlacePattern = / at (\S+):(\d+):(\d+)$/;

/**
 * Classifies what a call threw: the counters tell gas and depth apart from a trap of the plugin's own. Cold: it runs once in an
 * instance's life, as it ends.
 */
export function classifyTrap(error: unknown, state: TrapState): Trap {
  const trace = traceOf(error, state.offsets);
  const offsetBytes = trace[0] ?? null;
  const at = placeOf(trace, state.positions);
  const told = (code: FaultCode, reason: string): Trap => ({
    code,
    reason: at === null ? reason : `${reason} ${at.startsWith(NEAR) ? "" : "at "}${at}`,
    offsetBytes,
    at,
  });
  if (state.gasLeft < 0) return told(FaultCode.GAS, "out of gas");
  if (state.depthLeft < 0) return told(FaultCode.DEPTH, "calls nested too deep");
  if (error instanceof RangeError) return told(FaultCode.DEPTH, "stack of the engine exhausted");
  const reason = trapReason(error);
  const abort = reason === "unreachable" ? readAbortMessage(state.memory) : null;
  if (abort === null) return told(FaultCode.TRAP, reason);
  return abortTrap(abort, trace, state.positions);
}

/** An abort tells its place itself; where that is in a library, the plugin's own place comes with it. */
function abortTrap(abort: string, trace: readonly number[], positions: SourcePositions | null): Trap {
  const trap = { code: FaultCode.TRAP, offsetBytes: trace[0] ?? null };
  const [, source = "", line = "", column = ""] = abortPlacePattern.exec(abort) ?? [];
  const place = positions?.describe(source, Number(line), Number(column)) ?? null;
  if (positions === null || place === null || source === "")
    return { ...trap, reason: `abort: ${abort}`, at: placeOf(trace, positions) };
  if (place.isOwn) return { ...trap, reason: `abort: ${abort}`, at: place.text };
  const own = ownPlace(trace, positions);
  return { ...trap, reason: `abort: ${abort}${own}`, at: `${place.text}${own}` };
}

function trapReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  for (const [pattern, reason] of reasons) if (pattern.test(text)) return reason;
  return printableText(text, 200);
}

/**
 * The frames of the plugin in the stack trace, innermost first, led back to the verified module. Those of other modules, such as the
 * trampoline, and of code that the metering added are left out.
 */
function traceOf(error: unknown, offsets: OffsetMap): number[] {
  const stack = error instanceof Error ? error.stack : undefined;
  if (typeof stack !== "string") return [];
  const frames = [...stack.slice(0, STACK_UNITS_MAX).matchAll(framePattern)];
  const module = frames[0]?.[1];
  return frames.flatMap(([, url, offset = "0"]) => {
    const original = url === module ? offsets.originalOffset(Number.parseInt(offset, 16)) : null;
    return original === null ? [] : [original];
  });
}

/** Where one instruction is that trapped elsewhere, on a thread that has no source map. */
export function trapPlace(offsetBytes: number, positions: SourcePositions | null): string | null {
  return placeOf([offsetBytes], positions);
}

/** Where the innermost frame is, with the plugin's own place where that is a library's. */
function placeOf(trace: readonly number[], positions: SourcePositions | null): string | null {
  const [innermost] = trace;
  if (innermost === undefined) return null;
  const place = positions?.find(innermost) ?? null;
  if (positions !== null && place !== null)
    return place.isOwn ? place.text : `${place.text}${ownPlace(trace, positions)}`;
  // An instruction that the optimiser made anew has no line; its operands, which stand before it, mostly have.
  const near = positions?.findOwnBefore(innermost) ?? null;
  return near === null ? `wasm offset 0x${innermost.toString(16)}` : `${NEAR}${near.text}`;
}

/** The innermost place of the plugin's own source, as a continuation of a text; empty where the trace has none. */
function ownPlace(trace: readonly number[], positions: SourcePositions): string {
  for (const offset of trace) {
    const place = positions.find(offset);
    if (place?.isOwn === true) return `, called from ${place.text}`;
    const near = positions.findOwnBefore(offset);
    if (near !== null) return `, ${NEAR}${near.text}`;
  }
  return "";
}
