import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { randomSeed } from "../../../test/support/random-seed.ts";
import {
  assertSameAfterHandOver,
  openPlugin,
  pluginBytes,
  recordedInputs,
} from "../../../tools/plugin-kit/index.ts";

const FOLLOWING = 1_000;

test("its manifest says that it hands over nothing", async () => {
  const codec = await openPlugin("binance");
  assert.equal(codec.manifest.state, null);
  assert.throws(() => codec.snapshot(), /its manifest has no "state"/);
});

test(`[H1] it keeps nothing from one message to the next but guesses that no answer shows (seed ${randomSeed})`, async () => {
  const inputs = await recordedInputs("binance", { generatedSeconds: 12 });
  const cut = fc.integer({ min: 20, max: inputs.length - FOLLOWING });
  const bytes = await pluginBytes("binance");
  const property = fc.property(fc.array(cut, { minLength: 2, maxLength: 4 }), (cuts) => {
    assert.ok(assertSameAfterHandOver(bytes, inputs, { cuts }) > FOLLOWING);
  });
  fc.assert(property, { seed: randomSeed, numRuns: 3 });
});
