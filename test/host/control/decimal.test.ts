import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decimalOf, mantissaOf } from "../../../host/control/decimal.ts";
import { randomSeed } from "../../support/random-seed.ts";

test("a decimal becomes its mantissa exactly", () => {
  assert.equal(mantissaOf("0.01", -8), 1_000_000);
  assert.equal(mantissaOf("9000", -8), 900_000_000_000);
  assert.equal(mantissaOf("0", -8), 0);
  assert.equal(mantissaOf("00.100000000000", -2), 10);
  assert.equal(mantissaOf("90071992.54740991", -8), Number.MAX_SAFE_INTEGER);
});

test("what is no decimal, too precise or too large is refused", () => {
  for (const text of ["", "-1", "+1", "1e3", ".5", "5.", "1,5", " 1", "NaN", "0x10", "1_000"]) {
    assert.throws(() => mantissaOf(text, -8), /no decimal number/, text);
  }
  assert.throws(() => mantissaOf("0.001", -2), /more than 2 decimals/);
  assert.throws(() => mantissaOf("90071992.54740992", -8), /exceeds 2\^53/);
  assert.throws(() => mantissaOf("99999999999999999999", -8), /exceeds 2\^53/);
});

test("a mantissa is written with the decimals that it needs, or more where asked", () => {
  assert.equal(decimalOf(1_000_000, -8), "0.01");
  assert.equal(decimalOf(-1, -8), "-0.00000001");
  assert.equal(decimalOf(500_000_000, -8), "5");
  assert.equal(decimalOf(500_000_000, -8, 8), "5.00000000");
  assert.equal(decimalOf(7, 0), "7");
});

test(`mantissa and text are one another's reverse (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: -12, max: 0 }), (mantissa, exponent) => {
      assert.equal(mantissaOf(decimalOf(mantissa, exponent), exponent), mantissa);
    }),
    { seed: randomSeed },
  );
});
