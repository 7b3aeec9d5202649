import assert from "node:assert/strict";
import { test } from "node:test";
import { decimalText, exactAmount } from "../../../cli/console/amount.ts";
import { duration } from "../../../cli/console/duration.ts";

test("an amount of wholes and parts is written exactly, negative ones borrowed back", () => {
  assert.equal(exactAmount(0, 0, -8), "0.00");
  assert.equal(exactAmount(1, 50_000_000, -8), "0.000000015");
  assert.equal(exactAmount(-1, 50_000_000, -8), "-0.000000005");
  assert.equal(exactAmount(9_007_199_254_740_991, 99_999_999, -8), "90071992.5474099199999999");
});

test("decimal text keeps two decimals and every digit that counts", () => {
  assert.equal(decimalText(12_345n, -2), "123.45");
  assert.equal(decimalText(12_300n, -2), "123.00");
  assert.equal(decimalText(-5n, -4), "-0.0005");
  assert.equal(decimalText(10n ** 20n, -16), "10000.00");
});

test("durations have three digits and the unit that fits", () => {
  assert.deepEqual([0, 999, 1_500, 15_000, 150_000, 1.5e6, 2e9].map(duration), [
    "0 ns",
    "999 ns",
    "1.50 µs",
    "15.0 µs",
    "150 µs",
    "1.50 ms",
    "2.00 s",
  ]);
});
