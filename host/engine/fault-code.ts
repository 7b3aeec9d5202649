/**
 * What `invoke` returns besides the number of bytes written. −1 to −999 are the refusals of a venue codec, by
 * its own codes.
 */
export const FaultCode = {
  /** Out of gas. */
  GAS: -1001,
  /** The call depth is exhausted, or V8's own stack. */
  DEPTH: -1002,
  /** A trap: unreachable, abort, out of bounds, division by zero, bad indirect call. */
  TRAP: -1003,
  /** The returned length is impossible, or a refusal came from a kind that may not refuse. */
  OUTPUT: -1004,
  /** The slot holds no running plugin: never installed, or stopped by an earlier fault. */
  STOPPED: -1005,
  /** The plugin overwrote host-owned words of its control block. */
  GUARD: -1006,
  /** On a thread of its own: did not come back within its deadline, or the thread ended. */
  THREAD: -1007,
} as const;

export type FaultCode = (typeof FaultCode)[keyof typeof FaultCode];

/** Lowest code that a venue may refuse an input with. */
export const REFUSAL_MIN = -999;

/** Where a plugin was stopped. */
export interface FaultPlace {
  /** Template of the record that was being handled; null outside of `handle`. */
  readonly template: number | null;
  /** Byte in the verified module where it trapped, as far as the stack trace tells. */
  readonly offsetBytes: number | null;
  /**
   * Where it trapped, for people: `plugins/agents/x/index.ts:41:9 in X.onQuote` when the module's source map is at hand, else
   * `wasm offset 0x1a2b`; null when it did not trap or no trace was captured.
   */
  readonly at: string | null;
}

/** Why a plugin was stopped. */
export interface PluginFault extends FaultPlace {
  readonly code: FaultCode;
  /** Printable ASCII, at most some 1,100 characters: safe for a log and a terminal. */
  readonly reason: string;
  readonly plugin: string;
  readonly version: string;
  readonly generation: number;
}
