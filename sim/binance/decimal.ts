import { formatMantissa } from "../market/index.ts";

/**
 * Binance writes every price and quantity as a decimal string with eight digits. Inside the simulator they are integer
 * mantissas with exponent -8 (numbers, at most 2^53 - 1) or, for quote amounts, bigints with exponent -16.
 */

/** Writes a non-negative mantissa (exponent -8) the way the venue does: `6183763000000` is `"61837.63000000"`. */
export { formatMantissa as formatDecimal } from "../market/index.ts";

/** Decimal digits of every price, quantity and balance. */
const DECIMAL_DIGITS = 8;
const SCALE = 100_000_000;
const SCALE_BIG = 100_000_000n;
const ZERO = "0.00000000";
/** 2^53 - 1 has 16 digits; a longer integer part cannot be a mantissa with exponent -8. */
const TEXT_LENGTH_MAX = 32;

/** Why a decimal text was refused: not a number, more than eight digits, or more than 2^53 - 1 as a mantissa. */
export type DecimalRefusal = "MALFORMED" | "PRECISION" | "OVERFLOW";
export type DecimalResult =
  | { readonly ok: true; readonly mantissa: number }
  | { readonly ok: false; readonly reason: DecimalRefusal };

const MALFORMED: DecimalResult = { ok: false, reason: "MALFORMED" };
const PRECISION: DecimalResult = { ok: false, reason: "PRECISION" };
const OVERFLOW: DecimalResult = { ok: false, reason: "OVERFLOW" };
const DECIMAL_PATTERN = /^[0-9]{1,20}(?:\.([0-9]{1,20}))?$/;

/** Writes a non-negative quote amount (exponent -16), cut to eight digits. */
export function formatQuote(amount: bigint): string {
  if (amount === 0n) return ZERO;
  const mantissa = amount / SCALE_BIG;
  if (mantissa <= 9_007_199_254_740_991n) return formatMantissa(Number(mantissa));
  const whole = mantissa / SCALE_BIG;
  return `${whole}.${String((mantissa % SCALE_BIG) + SCALE_BIG).slice(1)}`;
}

/** Reads a decimal as the venue does: digits, at most one point, no sign, no exponent, at most eight significant digits after the point. */
export function parseDecimal(text: string): DecimalResult {
  if (text.length > TEXT_LENGTH_MAX) return MALFORMED;
  const match = DECIMAL_PATTERN.exec(text);
  if (match === null) return MALFORMED;
  const point = text.indexOf(".");
  const whole = point < 0 ? text : text.slice(0, point);
  const fraction = match[1] ?? "";
  if (fraction.length > DECIMAL_DIGITS && /[1-9]/.test(fraction.slice(DECIMAL_DIGITS))) return PRECISION;
  const mantissa =
    Number(whole) * SCALE + Number(fraction.slice(0, DECIMAL_DIGITS).padEnd(DECIMAL_DIGITS, "0"));
  return Number.isSafeInteger(mantissa) ? { ok: true, mantissa } : OVERFLOW;
}
