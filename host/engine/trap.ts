import { FaultCode } from "./fault-code.ts";
import { readAbortMessage } from "./abort-message.ts";
import type { OffsetMap } from "./meter/offset-map.ts";
import { printableText } from "./printable-text.ts";

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
  readonly offsetBytes: number | null;
}

export interface TrapState {
  readonly gasLeft: number;
  readonly depthLeft: number;
  readonly memory: ArrayBuffer;
  readonly offsets: OffsetMap;
}

/** Classifies what a call threw: the counters tell gas and depth apart from a trap of the plugin's own. */
export function classifyTrap(error: unknown, state: TrapState): Trap {
  const offsetBytes = trapOffset(error, state.offsets);
  if (state.gasLeft < 0) return { code: FaultCode.GAS, reason: "out of gas", offsetBytes };
  if (state.depthLeft < 0) return { code: FaultCode.DEPTH, reason: "calls nested too deep", offsetBytes };
  if (error instanceof RangeError) {
    return { code: FaultCode.DEPTH, reason: "stack of the engine exhausted", offsetBytes };
  }
  const reason = trapReason(error);
  const abort = reason === "unreachable" ? readAbortMessage(state.memory) : null;
  return { code: FaultCode.TRAP, reason: abort === null ? reason : `abort: ${abort}`, offsetBytes };
}

function trapReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  for (const [pattern, reason] of reasons) if (pattern.test(text)) return reason;
  return printableText(text, 200);
}

/**
 * The first WebAssembly frame of the stack trace, led back to the verified module. Null when no trace was
 * captured.
 */
function trapOffset(error: unknown, offsets: OffsetMap): number | null {
  const stack = error instanceof Error ? error.stack : undefined;
  const frame = /wasm-function\[\d+\]:0x([0-9a-f]{1,8})/.exec(
    typeof stack === "string" ? stack.slice(0, 4_096) : "",
  );
  return frame === null ? null : offsets.originalOffset(Number.parseInt(frame[1] ?? "0", 16));
}
