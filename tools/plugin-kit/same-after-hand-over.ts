import assert from "node:assert/strict";
import { AssetDefinition, InstrumentDefinition } from "../../abi/host/index.ts";
import type { PluginOptions } from "./plugin-under-test.ts";
import { PluginUnderTest } from "./plugin-under-test.ts";

const DEFINITIONS: readonly number[] = [InstrumentDefinition.templateId, AssetDefinition.templateId];

export interface HandOverChoice extends PluginOptions {
  /** Places in the inputs: after so many of them a fresh instance takes over. */
  readonly cuts: readonly number[];
  /** The module that takes over; the same one when left out. */
  readonly to?: Uint8Array;
}

/**
 * Asserts that an instance that takes over in the middle answers all that follows as the one before would have. It comes to what that one knows as in
 * a host: it is told the definitions, then given the snapshot; where the first module has no `state`, the definitions are all. Asserts also that
 * writing a snapshot changes nothing. Returns how many records were written after the cuts.
 */
export function assertSameAfterHandOver(
  from: Uint8Array,
  inputs: readonly Uint8Array[],
  { cuts, to = from, ...options }: HandOverChoice,
): number {
  const first = new PluginUnderTest(from, options);
  const untouched = new PluginUnderTest(from, options);
  const successors: { readonly cut: number; readonly plugin: PluginUnderTest }[] = [];
  let written = 0;
  for (const [index, input] of inputs.entries()) {
    if (cuts.includes(index))
      successors.push({
        cut: index,
        plugin: successor(first, new PluginUnderTest(to, options), inputs.slice(0, index)),
      });
    const wanted = first.give(input);
    assert.deepEqual(
      untouched.give(input),
      wanted,
      `input ${index}: writing a snapshot has changed the plugin`,
    );
    for (const { cut, plugin } of successors) {
      assert.deepEqual(
        plugin.give(input),
        wanted,
        `input ${index} is answered otherwise after a hand-over at ${cut}`,
      );
      written += wanted.outputs.length;
    }
  }
  for (const { plugin } of [{ plugin: first }, { plugin: untouched }, ...successors]) plugin.close();
  return written;
}

function successor(
  first: PluginUnderTest,
  fresh: PluginUnderTest,
  past: readonly Uint8Array[],
): PluginUnderTest {
  for (const input of past) if (DEFINITIONS.includes(templateOf(input))) fresh.give(input);
  if (first.manifest.state === null) return fresh;
  const code = fresh.restore(first.snapshot());
  assert.equal(
    code,
    0,
    `${fresh.manifest.name} refuses the snapshot after ${past.length} inputs with code ${code}`,
  );
  return fresh;
}

function templateOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset, record.length).getUint16(2, true);
}
