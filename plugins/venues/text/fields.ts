import { placeOf } from "./members";
import { readDecimal } from "./decimal";
import { Digits } from "./digits";
import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { Text, wasEscaped } from "./text-scan";
import { Word } from "./words";

// The typed values of the object that readMembers read last. Each function notes a refusal when the key is missing or its value is of
// another type, and then returns zero; whoever reads a message looks at the refusal once, after its last field.

/** Where the value of a key begins, 0 after noting that it is missing. */
export function required(key: u32): usize {
  const p = placeOf(key);
  return p != 0 ? p : refuse(Refusal.MISSING_KEY);
}

/** Where the content of a text begins, behind its quotation mark, or 0. A backslash in it is refused. */
export function textOf(key: u32): usize {
  const p = required(key);
  return p == 0 ? 0 : plainText(p);
}

/** The content of the text whose quotation mark stands at `p`. */
export function plainText(p: usize): usize {
  if (load<u8>(p) != 0x22) return refuse(Refusal.WRONG_TYPE);
  Text.skip(p);
  return wasEscaped() ? refuse(Refusal.ESCAPED_TEXT) : p + 1;
}

/** A mantissa, 0 to 2^53 - 1, from a decimal text. */
export function decimalOf(key: u32, decimals: u32): i64 {
  const p = textOf(key);
  return p == 0 ? 0 : readDecimal(p, decimals);
}

/** A whole number, 0 to 2^63 - 1. */
export function integerOf(key: u32): u64 {
  const p = required(key);
  return p == 0 ? 0 : integerAt(p);
}

let afterInteger: usize = 0;

/** The whole number at `p`, 0 to 2^63 - 1. */
export function integerAt(start: usize): u64 {
  const first = Digits.at(start);
  const others = Digits.others(first);
  const length = others == 0 ? 8 : <u64>ctz(others) >> 3;
  let value: u64 = length == 0 ? 0 : Digits.value(first << (64 - (length << 3)));
  let p = start + <usize>length;
  while (true) {
    const digit = <u64>load<u8>(p) - 0x30;
    if (digit > 9) break;
    if (value > 922337203685477580 || (value == 922337203685477580 && digit > 7))
      return refuse(Refusal.OUT_OF_RANGE);
    value = value * 10 + digit;
    p += 1;
  }
  // A point or an exponent makes it a number of another kind; a sign or a letter means that no digit came at all.
  const after = load<u8>(p) | 0x20;
  if (p == start || after == 0x2e || after == 0x65) return refuse(Refusal.WRONG_TYPE);
  afterInteger = p;
  return value;
}

/** The place after the whole number that was read last. */
export function integerEnd(): usize {
  return afterInteger;
}

/** A whole number of either sign that fits 32 bits. */
export function int32Of(key: u32): i32 {
  const p = required(key);
  if (p == 0) return 0;
  const isNegative = load<u8>(p) == 0x2d;
  const size = integerAt(isNegative ? p + 1 : p);
  if (size > 2147483647) return <i32>refuse(Refusal.OUT_OF_RANGE);
  return isNegative ? -(<i32>size) : <i32>size;
}

/** true or false. */
export function booleanOf(key: u32): bool {
  const p = required(key);
  if (p == 0) return false;
  if (Word.isTrue(p)) return true;
  if (!Word.isFalse(p)) refuse(Refusal.WRONG_TYPE);
  return false;
}
