import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadModule } from "../../host/engine/index.ts";
import type { ParameterValues } from "../../host/engine/index.ts";
import {
  assertRefusesDamage,
  assertSameAfterHandOver,
  encodeSnapshot,
  pluginBytes,
  PluginUnderTest,
} from "../../tools/plugin-kit/index.ts";
import { madeUpInputs } from "./made-up-inputs.ts";
import { randomSeed } from "./random-seed.ts";

const HEAD_BYTES = 24;
const FIELD_BYTES = 8;
const FOLLOWING = 1_200;
const CUTS_WITHIN = 600;
const HAND_OVERS = 6;
const FORGERIES = 200;
const INSTRUMENTS = 64;
const I64_MAX = 2n ** 63n - 1n;
/** Zero, the extremes of each type, a NaN and the infinities. */
const ODD_WORDS = [
  0n,
  1n,
  2n,
  -1n,
  65n,
  2n ** 32n,
  I64_MAX,
  -I64_MAX - 1n,
  0x7ff8n << 48n,
  0x7ffn << 52n,
  0xfffn << 52n,
];

const word = fc.oneof(fc.constantFrom(...ODD_WORDS), fc.bigInt({ min: -I64_MAX - 1n, max: I64_MAX }));
const forgery = fc.record({
  changes: fc.array(fc.tuple(fc.nat(), word), { maxLength: 4 }),
  longer: fc.integer({ min: -3, max: 3 }),
});

export interface HandOverTerms {
  readonly parameters?: ParameterValues;
  /** Instruments whose state a snapshot holds at most, where these are not all that a host can have. */
  readonly instrumentsMax?: number;
}

/** Of the state that it writes. */
function versionOf({ manifest }: PluginUnderTest): number {
  return manifest.state?.version ?? 1;
}

/** A plugin that has seen some of a made-up market. */
async function used(name: string, { parameters = {} }: HandOverTerms) {
  const bytes = await pluginBytes(name);
  const { manifest } = loadModule(bytes);
  const open = (): PluginUnderTest => new PluginUnderTest(bytes, { parameters });
  const inputs = madeUpInputs(manifest, randomSeed, CUTS_WITHIN);
  const plugin = open();
  for (const input of inputs) plugin.give(input);
  const snapshot = plugin.snapshot();
  return { bytes, open, plugin, snapshot, inputs };
}

/** The promises of a bundled plugin whose state another version can take over. */
export function testHandOver(name: string, terms: HandOverTerms = {}): void {
  const { parameters = {}, instrumentsMax = INSTRUMENTS } = terms;
  testSameAnswers(name, parameters);

  test("[H3] a snapshot that is cut, longer, or has one bit turned is refused, and changes nothing", async () => {
    const { bytes, snapshot, inputs } = await used(name, terms);
    assertRefusesDamage(bytes, snapshot, inputs, { parameters });
  });

  test(`[H3] forged fields are taken as they are or refused, never trapped on; refused ones change nothing (seed ${randomSeed})`, async () => {
    const { open, plugin: last, snapshot, inputs } = await used(name, terms);
    const version = versionOf(last);
    let refusals = 0;
    const property = fc.property(forgery, ({ changes, longer }) => {
      const forged = encodeSnapshot(version, forge(fieldsOf(snapshot), changes, longer));
      const [plugin, clean] = [open(), open()];
      const code = plugin.restore(forged);
      if (code === 0) assert.deepEqual(plugin.snapshot(), forged);
      else {
        refusals += 1;
        for (const input of inputs.slice(0, 30)) assert.deepEqual(plugin.give(input), clean.give(input));
      }
      plugin.close();
      clean.close();
    });
    fc.assert(property, { seed: randomSeed, numRuns: FORGERIES });
    assert.ok(refusals > FORGERIES / 10, `${refusals} of ${FORGERIES} were refused`);
  });

  test("[H3] a snapshot of another version is refused as that", async () => {
    const { open, snapshot } = await used(name, terms);
    const plugin = open();
    const version = versionOf(plugin);
    assert.equal(plugin.restore(encodeSnapshot(version + 1, fieldsOf(snapshot))), 3);
    assert.equal(plugin.restore(encodeSnapshot(version, fieldsOf(snapshot))), 0);
  });

  test(`the state of ${instrumentsMax} instruments fits the outbox, and takes a quarter of the gas at most`, async () => {
    const { open } = await used(name, terms);
    const [plugin, next] = [open(), open()];
    const instruments = Array.from({ length: instrumentsMax }, (_, index) => index + 1);
    for (const input of madeUpInputs(plugin.manifest, randomSeed, 40 * instrumentsMax, instruments))
      plugin.give(input);
    const snapshot = plugin.snapshot();
    assert.equal(next.restore(snapshot), 0);
    for (const { gasUsed } of [plugin, next])
      assert.ok(gasUsed !== null && gasUsed < plugin.manifest.limits.initGas / 4, `${gasUsed}`);
  });
}

/** The promise of one whose manifest has no `state`: it knows what the definitions say, and nothing else. */
export function testStateless(name: string, parameters: ParameterValues = {}): void {
  test("its manifest says that it hands over nothing", async () => {
    const plugin = new PluginUnderTest(await pluginBytes(name), { parameters });
    assert.equal(plugin.manifest.state, null);
    assert.throws(() => plugin.snapshot(), /its manifest has no "state"/);
    assert.throws(() => plugin.restore(new Uint8Array(8)), /its manifest has no "state"/);
  });
  testSameAnswers(name, parameters);
}

function testSameAnswers(name: string, parameters: ParameterValues): void {
  test(`[H1] one that takes over at any place answers as the one before would have (seed ${randomSeed})`, async () => {
    const bytes = await pluginBytes(name);
    const { manifest } = loadModule(bytes);
    const cut = fc.integer({ min: 4, max: CUTS_WITHIN });
    const property = fc.property(
      fc.integer(),
      fc.array(cut, { minLength: 2, maxLength: 4 }),
      (seed, cuts) => {
        const inputs = madeUpInputs(manifest, seed, CUTS_WITHIN + FOLLOWING);
        assert.ok(assertSameAfterHandOver(bytes, inputs, { cuts, parameters }) > FOLLOWING / 10);
      },
    );
    fc.assert(property, { seed: randomSeed, numRuns: HAND_OVERS });
  });
}

function fieldsOf(snapshot: Uint8Array): bigint[] {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.length);
  const count = (snapshot.length - HEAD_BYTES) / FIELD_BYTES;
  return Array.from({ length: count }, (_, index) =>
    view.getBigInt64(HEAD_BYTES + index * FIELD_BYTES, true),
  );
}

/** Some fields replaced, then some cut off or added at the end. */
function forge(
  fields: readonly bigint[],
  changes: readonly (readonly [number, bigint])[],
  longer: number,
): bigint[] {
  const forged = [...fields];
  for (const [place, value] of changes) forged[place % forged.length] = value;
  return longer < 0 ? forged.slice(0, longer) : [...forged, ...new Array<bigint>(longer).fill(0n)];
}
