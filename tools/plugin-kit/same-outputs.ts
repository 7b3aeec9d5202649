import assert from "node:assert/strict";
import type { PluginOptions } from "./plugin-under-test.ts";
import { PluginUnderTest } from "./plugin-under-test.ts";

/**
 * Asserts that a module answers the same records in the same way: twice metered, each time by a fresh instance, and once as it was compiled.
 * What differs has read what is no input, such as memory that it never wrote. Returns how many records were written.
 */
export function assertSameOutputs(
  bytes: Uint8Array,
  inputs: readonly Uint8Array[],
  options: Omit<PluginOptions, "metered"> = {},
): number {
  const runs = [true, true, false].map((metered) => new PluginUnderTest(bytes, { ...options, metered }));
  let written = 0;
  for (const [index, input] of inputs.entries()) {
    const [first, ...others] = runs.map((run) => run.give(input));
    for (const other of others) assert.deepEqual(other, first, `input ${index} is answered in two ways`);
    written += first?.outputs.length ?? 0;
  }
  for (const run of runs) run.close();
  return written;
}
