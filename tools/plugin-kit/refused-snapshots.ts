import assert from "node:assert/strict";
import type { PluginOptions } from "./plugin-under-test.ts";
import { PluginUnderTest } from "./plugin-under-test.ts";

const FIELD_BYTES = 8;
const BITS = 8;

/**
 * Asserts that a module refuses a snapshot of its own that was cut at any byte, made longer, or has any one bit turned, with a code and without a
 * trap; and that an instance to which all of that was given answers the inputs as one that never saw it.
 */
export function assertRefusesDamage(
  bytes: Uint8Array,
  snapshot: Uint8Array,
  inputs: readonly Uint8Array[],
  options: PluginOptions = {},
): void {
  const plugin = new PluginUnderTest(bytes, options);
  const clean = new PluginUnderTest(bytes, options);
  const refused = (damaged: Uint8Array, title: string): void => {
    assert.ok(plugin.restore(damaged) > 0, `${plugin.manifest.name} takes a snapshot ${title}`);
  };
  for (let length = 0; length < snapshot.length; length++)
    refused(snapshot.subarray(0, length), `cut to ${length} bytes`);
  for (const more of [1, FIELD_BYTES]) {
    const longer = new Uint8Array(snapshot.length + more);
    longer.set(snapshot);
    refused(longer, `with ${more} bytes more`);
  }
  for (let bit = 0; bit < snapshot.length * BITS; bit++) {
    const turned = snapshot.slice();
    turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    refused(turned, `whose bit ${bit} is turned`);
  }
  for (const [index, input] of inputs.entries())
    assert.deepEqual(
      plugin.give(input),
      clean.give(input),
      `a refused snapshot changes the answer to input ${index}`,
    );
  for (const used of [plugin, clean]) used.close();
}
