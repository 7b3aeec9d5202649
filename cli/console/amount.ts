const PARTS_DIGITS = 8;

/** The exact decimal text of `whole` mantissas and `parts` hundred-millionths of one, at the mantissa's exponent. */
export function exactAmount(whole: number, parts: number, exponent: number): string {
  return decimalText(BigInt(whole) * 10n ** BigInt(PARTS_DIGITS) + BigInt(parts), exponent - PARTS_DIGITS);
}

/** The decimal text of an integer with that exponent (0 or less), without zeros at its end but for two decimals. */
export function decimalText(value: bigint, exponent: number): string {
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(1 - exponent, "0");
  const split = digits.length + exponent;
  const fraction = digits.slice(split).replace(/0+$/, "").padEnd(2, "0");
  return `${sign}${digits.slice(0, split)}.${fraction}`;
}
