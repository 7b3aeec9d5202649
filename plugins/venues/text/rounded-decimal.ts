import { readCut, wasCut } from "./decimal";

/** Which way a number goes that has more digits than are kept. */
export namespace Rounding {
  /** To the lower number. */
  export const DOWN: u32 = 0;
  /** To the higher number. */
  export const UP: u32 = 1;
}

/** As readDecimal, of either sign, but with digits too many rounded: for amounts that are told to us, never for what we order. */
export function readRounded(p: usize, decimals: u32, rounding: u32): i64 {
  const isNegative = load<u8>(p) == 0x2d;
  const size = readCut(isNegative ? p + 1 : p, decimals);
  const isAway = wasCut() && isNegative == (rounding == Rounding.DOWN);
  const rounded = isAway ? size + 1 : size;
  return isNegative ? -rounded : rounded;
}
