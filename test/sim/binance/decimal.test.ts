import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatDecimal, formatQuote, parseDecimal } from "../../../sim/binance/decimal.ts";

describe("decimals", () => {
  it("writes and reads every mantissa as the same number", () => {
    const mantissa = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(mantissa, (value) => {
        const text = formatDecimal(value);
        assert.match(text, /^[0-9]+\.[0-9]{8}$/);
        assert.deepEqual(parseDecimal(text), { ok: true, mantissa: value });
      }),
      { verbose: true },
    );
  });

  it("writes quote amounts with eight digits, cutting what is finer", () => {
    assert.equal(formatQuote(0n), "0.00000000");
    assert.equal(formatQuote(123_456_789n), "0.00000001");
    assert.equal(formatQuote(30_000_005n * 10n ** 13n), "30000.00500000");
    assert.equal(formatQuote(10n ** 32n + 5n * 10n ** 8n), "10000000000000000.00000005");
  });

  it("says why it refuses a text", () => {
    const cases: [string, string][] = [
      ["", "MALFORMED"],
      ["-1", "MALFORMED"],
      ["1e3", "MALFORMED"],
      [".5", "MALFORMED"],
      ["1.", "MALFORMED"],
      ["NaN", "MALFORMED"],
      ["1".repeat(33), "MALFORMED"],
      ["0.123456789", "PRECISION"],
      ["90071993", "OVERFLOW"],
    ];
    for (const [text, reason] of cases) assert.deepEqual(parseDecimal(text), { ok: false, reason }, text);
    assert.deepEqual(parseDecimal("0.1234567800"), { ok: true, mantissa: 12_345_678 });
  });
});
