/** Calls a plugin: bytes written to the outbox, a venue's refusal (−1 to −999) or a FaultCode. */
export type Invoke = (template: number, lengthBytes: number) => number;

/** What the wrapper leaves to the slot; none of it runs in an ordinary call. */
export interface InvokeSlowPaths {
  readonly call: Invoke;
  /** Calls, output bytes, then whether a second plugin runs beside; the counts as wrapping 32-bit integers: adding to a double would allocate until the wrapper is compiled. */
  readonly ticks: Int32Array;
  readonly trapped: (error: unknown, template: number) => number;
  readonly settle: (written: number, template: number) => number;
  readonly sample: (written: number, template: number, lengthBytes: number) => number;
  /** Called with an input longer than usual: throws where the inbox does not hold it. */
  readonly longInput: (lengthBytes: number) => void;
  /** The whole call, while the third of `ticks` is not zero: a second plugin is called on the same input. */
  readonly shadowed: Invoke;
}

let slotsMade = 0;

/**
 * Generates the wrapper of one slot. V8 shares type feedback between functions of identical source text, and
 * a call site that has seen several targets is twice as slow (22 against 40 ns); so every slot gets a text of
 * its own, which differs in the name and the constants. The text contains no word of a plugin or a
 * configuration.
 */
export function createInvoke(usualBytes: number, outboxCapacity: number, paths: InvokeSlowPaths): Invoke {
  slotsMade += 1;
  const source = `"use strict";
return function invokeSlot${slotsMade}(template, lengthBytes) {
  if (lengthBytes >>> 0 > ${usualBytes}) longInput(lengthBytes);
  if (ticks[2] !== 0) return shadowed(template, lengthBytes);
  const calls = (ticks[0] + 1) | 0;
  ticks[0] = calls;
  let written = 0;
  try {
    written = call(template, lengthBytes);
  } catch (error) {
    return trapped(error, template);
  }
  if (written >>> 0 > ${outboxCapacity} || (written & 7) !== 0) return settle(written, template);
  ticks[1] = (ticks[1] + written) | 0;
  return (calls & 1023) === 0 ? sample(written, template, lengthBytes) : written;
};`;
  const build = new Function(
    "call",
    "ticks",
    "trapped",
    "settle",
    "sample",
    "longInput",
    "shadowed",
    source,
  ) as (...parts: unknown[]) => Invoke;
  const { call, ticks, trapped, settle, sample, longInput, shadowed } = paths;
  return build(call, ticks, trapped, settle, sample, longInput, shadowed);
}
