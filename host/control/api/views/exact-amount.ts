import { decimalOf } from "../../decimal.ts";

const PARTS_DIGITS = 8;

/**
 * The exact decimal text of `whole` mantissas and `parts` hundred-millionths of one (0 or more, also where `whole` is negative), at the
 * mantissa's exponent.
 */
export function exactAmount(whole: number, parts: number, exponent: number): string {
  const value = BigInt(whole) * 10n ** BigInt(PARTS_DIGITS) + BigInt(parts);
  const digits = (value < 0n ? -value : value).toString().padStart(PARTS_DIGITS - exponent + 1, "0");
  const split = digits.length + exponent - PARTS_DIGITS;
  const fraction = digits.slice(split).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${digits.slice(0, split)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The decimal text of a mantissa that a typed array may not have. */
export function amountOf(mantissa: number | undefined, exponent: number | undefined): string {
  return decimalOf(mantissa ?? 0, exponent ?? 0);
}
