/** Digits that a mantissa within 2^53 can have. */
const DIGITS_MAX = 16;

/** The mantissa of a decimal text at an exponent, exactly: "0.01" at -8 is 1000000. Throws when the text has more decimals or is too large. */
export function mantissaOf(text: string, exponent: number): number {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is no decimal number; write it as in 0.01`);
  const [, whole = "", fraction = ""] = match;
  const decimals = fraction.replace(/0+$/, "");
  if (decimals.length > -exponent) throw new RangeError(`"${text}" has more than ${-exponent} decimals`);
  const digits = `${whole}${decimals.padEnd(-exponent, "0")}`.replace(/^0+(?=\d)/, "");
  const mantissa = Number(digits);
  if (digits.length > DIGITS_MAX || !Number.isSafeInteger(mantissa))
    throw new RangeError(`"${text}" is too large: its mantissa at exponent ${exponent} exceeds 2^53`);
  return mantissa;
}

/** The decimal text of a mantissa, exactly, with `decimalsMin` digits after the point at least. */
export function decimalOf(mantissa: number, exponent: number, decimalsMin = 0): string {
  const sign = mantissa < 0 ? "-" : "";
  const digits = String(Math.abs(mantissa)).padStart(1 - exponent, "0");
  const split = digits.length + exponent;
  const fraction = digits.slice(split).replace(/0+$/, "").padEnd(decimalsMin, "0");
  return `${sign}${digits.slice(0, split)}${fraction === "" ? "" : `.${fraction}`}`;
}
