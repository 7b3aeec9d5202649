const DECIMAL = /^(\d{1,16})(?:\.(\d{1,8}))?$/;
const FRACTION_DIGITS = 8;

/** The mantissa with exponent -8 of an unsigned decimal string, or null when it is none, is too fine or is unsafe. */
export function parseMantissa(text: string): number | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const mantissa = Number((match[1] ?? "") + (match[2] ?? "").padEnd(FRACTION_DIGITS, "0"));
  return Number.isSafeInteger(mantissa) ? mantissa : null;
}

/** The decimal string with eight fraction digits, as Binance writes it. The mantissa is a safe integer, not negative. */
export function formatMantissa(mantissa: number): string {
  const digits = String(mantissa).padStart(FRACTION_DIGITS + 1, "0");
  return `${digits.slice(0, -FRACTION_DIGITS)}.${digits.slice(-FRACTION_DIGITS)}`;
}
