import { power10 } from "./power10";

const DIGITS: u64 = 0x3030303030303030;
const EIGHT: u64 = 100_000_000;

/** The eight digits of a number below 10^8 as characters, the first in the lowest byte: halves, quarters, digits, all lanes at once. */
function eightDigits(value: u32): u64 {
  const fours = <u64>(value / 10_000) | ((<u64>(value % 10_000)) << 32);
  // 10486 / 2^20 is a hundredth, exact for numbers below 10,000; 103 / 2^10 is a tenth, exact below 100.
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const twos = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((twos * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((twos - tens * 10) << 8) | DIGITS;
}

/** Writes a whole number without leading zeros and returns the place after it. Up to 7 bytes beyond become zero. */
export function writeInteger(p: usize, value: u64): usize {
  if (value >= EIGHT) {
    p = writeInteger(p, value / EIGHT);
    store<u64>(p, eightDigits(<u32>(value % EIGHT)));
    return p + 8;
  }
  const word = eightDigits(<u32>value);
  // Leading zeros are the lowest bytes that equal '0'; one digit always stays.
  const zeros = min<u64>(ctz((word ^ DIGITS) | 0x0100000000000000) >> 3, 7);
  store<u64>(p, word >> (zeros << 3));
  return p + 8 - <usize>zeros;
}

/** Writes `value` with exactly `decimals` digits after the point, at most 16; `unit` is 10 to their power. Returns the place after it. */
export function writeDecimal(p: usize, value: u64, decimals: u32, unit: u64): usize {
  p = writeInteger(p, value / unit);
  if (decimals == 0) return p;
  store<u8>(p, 0x2e);
  p += 1;
  let fraction = value % unit;
  let left = decimals;
  if (left > 8) {
    const low = power10(left - 8);
    p = writePadded(p, <u32>(fraction / low), 8);
    fraction %= low;
    left -= 8;
  }
  return writePadded(p, <u32>fraction, left);
}

/** The last `length` of eight digits, 1 to 8. */
function writePadded(p: usize, value: u32, length: u32): usize {
  store<u64>(p, eightDigits(value) >> ((8 - length) << 3));
  return p + length;
}
