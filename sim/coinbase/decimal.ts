import { formatMantissa, parseMantissa } from "../market/index.ts";

/** 10^8: from exponent -8 to exponent -16. */
const FINE_SCALE = 100_000_000n;
const FINE_DIGITS = 16;

/** A mantissa with exponent -8 as the venue writes it, without zeros at its end: `65106.54`, `0.002186`, `0`. */
export function formatDecimal(mantissa: number): string {
  return trimmed(formatMantissa(mantissa));
}

/** An amount with exponent -16, of either sign, without zeros at its end. */
export function formatAmount(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(FINE_DIGITS + 1, "0");
  const text = trimmed(`${digits.slice(0, -FINE_DIGITS)}.${digits.slice(-FINE_DIGITS)}`);
  return amount < 0n ? `-${text}` : text;
}

/** A mantissa with exponent -8 as an amount with exponent -16. */
export function amountOf(mantissa: number): bigint {
  return BigInt(mantissa) * FINE_SCALE;
}

/** total / quantity, both with exponent -16 and -8, as a decimal of at most 16 digits after the point; `0` of nothing. */
export function formatAverage(totalQuote: bigint, quantity: number): string {
  if (quantity === 0) return "0";
  return formatAmount((totalQuote * FINE_SCALE) / BigInt(quantity));
}

/** The mantissa with exponent -8 of a decimal as clients send them; null when it is none, too fine, or too large. */
export function parseDecimal(value: unknown): number | null {
  return typeof value === "string" ? parseMantissa(value) : null;
}

/** A decimal text with a point, without zeros at its end. */
export function trimmed(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  if (text.charCodeAt(end - 1) === 46) end -= 1;
  return text.slice(0, end);
}
