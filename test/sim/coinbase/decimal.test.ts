import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAmount, formatAverage, formatDecimal, parseDecimal } from "../../../sim/coinbase/decimal.ts";

test("numbers are written as in the recording: no zeros at their end, no point alone", () => {
  const table: readonly (readonly [number, string])[] = [
    [0, "0"],
    [1, "0.00000001"],
    [6_510_654_000_000, "65106.54"],
    [218_600, "0.002186"],
    [192_500_000_000, "1925"],
    [10_000_000_000_000_000 / 10, "10000000"],
  ];
  for (const [mantissa, text] of table) assert.equal(formatDecimal(mantissa), text);
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (mantissa) => {
      assert.equal(parseDecimal(formatDecimal(mantissa)), mantissa);
    }),
  );
});

test("amounts have sixteen digits and a sign", () => {
  assert.equal(formatAmount(-379_324_055_666_004n), "-0.0379324055666004");
  assert.equal(formatAmount(10n ** 16n), "1");
  assert.equal(formatAverage(3n * 10n ** 16n, 700_000_000), "0.4285714285714285");
  assert.equal(formatAverage(0n, 0), "0");
});

test("numbers that are not texts, too fine or malformed are not read", () => {
  for (const value of [1, null, "", "1.", ".5", "-1", "1e3", "0.000000001", "NaN", "99999999999999999"])
    assert.equal(parseDecimal(value), null, String(value));
});
