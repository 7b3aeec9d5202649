import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertSameOutputs,
  only,
  openPlugin,
  pluginBytes,
  PluginStoppedError,
  recordedInputs,
} from "../../../tools/plugin-kit/index.ts";

const SECONDS = 30;

test("of a whole host's orders it approves all with wide limits, and none with the narrowest", async () => {
  const inputs = await recordedInputs("order-size", { generatedSeconds: SECONDS });
  for (const [quantityMax, isApproved] of [
    [9_000_000_000_000_000, true],
    [1, false],
  ] as const) {
    const rule = await openPlugin("order-size", { parameters: { quantityMax } });
    const verdicts = inputs.flatMap((input) => only(rule.give(input).outputs, "RiskVerdict"));
    assert.ok(verdicts.length > 0);
    assert.ok(verdicts.every(({ code }) => (code === 0) === isApproved));
  }
});

test("[P13] exponents that it cannot bridge stop it, with the line of its source", async () => {
  const rule = await openPlugin("order-size");
  const definition = { instrumentId: 1, priceExponent: 100 };
  assert.throws(
    () => rule.feed("InstrumentDefinition", definition),
    (error) =>
      error instanceof PluginStoppedError &&
      error.abortMessage === "exponents out of range" &&
      /^plugins\/risk\/order-size\/index\.ts:\d+:\d+ in OrderSize\.onInstrument$/.test(error.at ?? ""),
  );
});

test("[P17] answers the same checks in the same way, metered or not", async () => {
  const inputs = await recordedInputs("order-size", { generatedSeconds: SECONDS });
  assert.ok(assertSameOutputs(await pluginBytes("order-size"), inputs) > 0);
});
