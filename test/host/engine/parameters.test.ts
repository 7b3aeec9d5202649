import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "../../../host/engine/index.ts";
import { resolveParameters, writeParameters } from "../../../host/engine/parameters.ts";
import { refusal } from "./refusal.ts";
import { sampleManifest } from "./sample-module.ts";

const manifest = parseManifest(
  new TextEncoder().encode(
    JSON.stringify(
      sampleManifest({
        parameters: [
          { name: "gain", type: "f64", default: 1.5, min: -2, max: 10, description: "" },
          {
            name: "size",
            type: "i64",
            default: -5,
            min: -9_007_199_254_740_991,
            max: 9_007_199_254_740_991,
            description: "",
          },
        ],
      }),
    ),
  ),
);
const outOfRange = (text: RegExp): ((error: unknown) => boolean) =>
  refusal("SANDPIT_ENGINE_PARAMETER_RANGE", text);

test("a parameter that is not given has its default", () => {
  assert.deepEqual(resolveParameters(manifest, {}), [1.5, -5]);
  assert.deepEqual(resolveParameters(manifest, { size: 7 }), [1.5, 7]);
  assert.deepEqual(resolveParameters(manifest, { gain: -2, size: 0 }), [-2, 0]);
});

test("an unknown name is refused with its path and the names there are", () => {
  assert.throws(
    () => resolveParameters(manifest, { gian: 1 }),
    refusal("SANDPIT_ENGINE_PARAMETER_UNKNOWN", /sample\.parameters\.gian.*gain, size/),
  );
  const none = { ...manifest, parameters: [] };
  assert.throws(
    () => resolveParameters(none, { gain: 1 }),
    refusal("SANDPIT_ENGINE_PARAMETER_UNKNOWN", /has none/),
  );
});

test("[P9] NaN, infinities and values out of range are refused", () => {
  for (const gain of [Number.NaN, Number.POSITIVE_INFINITY, -2.01, 10.01, 1e300]) {
    assert.throws(
      () => resolveParameters(manifest, { gain }),
      outOfRange(/sample\.parameters\.gain is .* from -2 to 10/),
    );
  }
  for (const size of [Number.NaN, 1.5, 2 ** 53]) {
    assert.throws(() => resolveParameters(manifest, { size }), outOfRange(/an integer/));
  }
});

test("parameters lie in slots of eight bytes from 256, little endian, in the manifest's order", () => {
  const memory = new ArrayBuffer(1_024);
  writeParameters(memory, manifest, [2.25, -9_007_199_254_740_991]);
  const view = new DataView(memory);
  assert.equal(view.getFloat64(256, true), 2.25);
  assert.equal(view.getBigInt64(264, true), -9_007_199_254_740_991n);
});
