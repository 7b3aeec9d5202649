import assert from "node:assert/strict";
import { test } from "node:test";
import { missingRecording, recordedDepthFiles } from "../../../test/support/recorded-depth.ts";
import {
  assertSameOutputs,
  only,
  openPlugin,
  pluginBytes,
  recordedInputs,
} from "../../../tools/plugin-kit/index.ts";

const missing = missingRecording();
const skip = missing === undefined ? false : `wants ${missing}; set SANDPIT_DATA`;

test("over recorded quotes it lies within half a spread of the mid", { skip }, async () => {
  const feature = await openPlugin("microprice");
  const recordings = recordedDepthFiles.slice(0, 1);
  const inputs = await recordedInputs("microprice", { recordings, inputsMax: 20_000 });
  let quotes = 0;
  for (const input of inputs) {
    const [microprice, spread] = only(feature.give(input).outputs, "FeatureUpdate");
    if (microprice === undefined || spread === undefined) continue;
    quotes += 1;
    assert.ok(spread.value >= 1, `a spread of ${spread.value} ticks`);
    assert.ok(Math.abs(microprice.value) <= spread.value / 2, `${microprice.value} of ${spread.value}`);
  }
  assert.ok(quotes > 10_000, `${quotes} quotes`);
});

test("[P17] answers the same events in the same way, metered or not", async () => {
  const inputs = await recordedInputs("microprice");
  assert.ok(assertSameOutputs(await pluginBytes("microprice"), inputs) > 100);
});
