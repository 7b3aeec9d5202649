import { Digits } from "./digits";
import { power10 } from "./power10";
import { Refusal } from "./refusal";
import { refuse } from "./refused";

const MANTISSA_MAX: u64 = 9_007_199_254_740_991;

/** Seven digits and so many more stay below 2^53 - 1. */
const SHORT_DECIMALS_MAX: u32 = 8;

let isCut = false;

/** Whether the number that was read last has a digit other than 0 beyond those that were asked for. */
export function wasCut(): bool {
  return isCut;
}

/**
 * The mantissa of a decimal text of any length that ends at a quotation mark, with `decimals` digits after the point. Exact, or
 * refused: a sign, an exponent, a leading zero, a digit too many, more than 2^53 - 1.
 */
export function readDecimal(p: usize, decimals: u32): i64 {
  if (load<u8>(p) == 0x2d) return refuse(Refusal.NEGATIVE);
  const mantissa = readCut(p, decimals);
  return isCut ? refuse(Refusal.TOO_PRECISE) : mantissa;
}

/** What `readBounded` says of a number beyond every mantissa. */
export const BEYOND: i64 = -1;

/** The same, with BEYOND for more than 2^53 - 1, which is no fault here. 0 after noting a refusal. */
export function readBounded(p: usize, decimals: u32): i64 {
  if (load<u8>(p) == 0x2d) return refuse(Refusal.NEGATIVE);
  const mantissa = scan(p, decimals);
  if (isCut) return refuse(Refusal.TOO_PRECISE);
  return mantissa > MANTISSA_MAX ? BEYOND : <i64>mantissa;
}

/** Without a sign, cut after `decimals` digits: `wasCut` tells whether something was lost. */
export function readCut(p: usize, decimals: u32): i64 {
  const mantissa = scan(p, decimals);
  return mantissa > MANTISSA_MAX ? refuse(Refusal.OUT_OF_RANGE) : <i64>mantissa;
}

/** The digits' number, exact up to 2^53 - 1 and otherwise anything above; 0 after noting a refusal. */
function scan(p: usize, decimals: u32): u64 {
  const whole = Digits.at(p);
  const others = Digits.others(whole);
  const length = <u64>ctz(others) >> 3;
  if (decimals > SHORT_DECIMALS_MAX || others == 0 || length == 0 || ((whole & 0xff) == 0 && length != 1))
    return scanDigits(p, decimals);
  const units = Digits.value(whole << (64 - (length << 3))) * power10(decimals);
  const after = p + <usize>length;
  isCut = false;
  if (load<u8>(after) == 0x22) return units;
  const fraction = Digits.at(after + 1);
  const ends = Digits.others(fraction);
  const digits = ends == 0 ? 8 : <u64>ctz(ends) >> 3;
  const isShort = load<u8>(after) == 0x2e && digits != 0 && digits <= decimals;
  if (!isShort || load<u8>(after + 1 + <usize>digits) != 0x22) return scanDigits(p, decimals);
  return units + Digits.value(fraction << (64 - (digits << 3))) * power10(decimals - <u32>digits);
}

/** The same a digit at a time, for what is longer, or wrong. */
function scanDigits(p: usize, decimals: u32): u64 {
  const start = p;
  let mantissa: u64 = 0;
  isCut = false;
  for (; isDigit(p); p += 1) mantissa = append(mantissa, p);
  if (p == start || (p > start + 1 && load<u8>(start) == 0x30)) return refuse(Refusal.BAD_DECIMAL);
  let missing = decimals;
  if (load<u8>(p) == 0x2e) {
    p += 1;
    if (!isDigit(p)) return refuse(Refusal.BAD_DECIMAL);
    for (; isDigit(p); p += 1) {
      if (missing > 0) {
        mantissa = append(mantissa, p);
        missing -= 1;
      } else if (load<u8>(p) != 0x30) isCut = true;
    }
  }
  if (load<u8>(p) != 0x22) return refuse(Refusal.BAD_DECIMAL);
  for (; missing > 0 && mantissa <= MANTISSA_MAX; missing -= 1) mantissa *= 10;
  return mantissa;
}

function isDigit(p: usize): bool {
  return <u8>(load<u8>(p) - 0x30) < 10;
}

/** One more digit. Beyond 2^53 - 1 the number only has to stay beyond it. */
function append(mantissa: u64, p: usize): u64 {
  return mantissa > MANTISSA_MAX ? mantissa : mantissa * 10 + (<u64>load<u8>(p) - 0x30);
}
