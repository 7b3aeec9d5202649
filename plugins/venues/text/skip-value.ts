import { Text } from "./text-scan";

// What lies between the keys that are read is most of a message: eight bytes of it are looked at in one word. Words are read beyond `end`;
// nothing that lies there is taken for part of the frame, since a value whose syntax has been checked closes before it.

const ONES: u64 = 0x0101010101010101;
const LOW_BITS: u64 = 0x7f7f7f7f7f7f7f7f;
const BLANKS: u64 = 0x2020202020202020;
const QUOTES: u64 = 0x2222222222222222;
const COMMAS: u64 = 0x2c2c2c2c2c2c2c2c;
const SLASHES: u64 = 0x5c5c5c5c5c5c5c5c;
/** Both kinds of brackets: they differ in the bit that is set in BLANKS. */
const OPENERS: u64 = 0x7b7b7b7b7b7b7b7b;
const CLOSERS: u64 = 0x7d7d7d7d7d7d7d7d;

/** High bits of the bytes that are zero: of those and of no others. */
class Zeros {
  @inline static of(word: u64): u64 {
    return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
  }
}

/** Skips a value of any kind, its syntax checked before. */
export function skipValue(p: usize, end: usize): usize {
  const first = load<u8>(p);
  if (first == 0x22) return Text.skip(p);
  return (first | 0x20) == 0x7b ? skipNested(p) : skipScalar(p, end);
}

/** An object or a list. Brackets count where an even number of quotation marks stands before them. */
function skipNested(start: usize): usize {
  let p = start + 1;
  let depth: u64 = 1;
  /** 1 in each byte while a text is open. */
  let inText: u64 = 0;
  while (true) {
    const word = load<u64>(p);
    if (Zeros.of(word ^ SLASHES) != 0) return skipEscaped(start);
    const texts = (((Zeros.of(word ^ QUOTES) >> 7) * ONES) & ONES) ^ inText;
    const plain = ~(texts << 7);
    const closers = Zeros.of((word | BLANKS) ^ CLOSERS) & plain;
    let brackets = (Zeros.of((word | BLANKS) ^ OPENERS) & plain) | closers;
    const count = popcnt(closers);
    if (count < depth) depth += popcnt(brackets) - 2 * count;
    else
      for (; brackets != 0; brackets &= brackets - 1) {
        if ((closers & brackets & (0 - brackets)) == 0) depth += 1;
        else depth -= 1;
        if (depth == 0) return p + <usize>(ctz(brackets) >> 3) + 1;
      }
    inText = (texts >> 56) * ONES;
    p += 8;
  }
}

/** The same a byte at a time, for a value with a backslash in it or behind it. */
function skipEscaped(p: usize): usize {
  let depth: i32 = 0;
  while (true) {
    const c = load<u8>(p);
    if (c == 0x22) {
      p = Text.skip(p);
      continue;
    }
    if (c == 0x7b || c == 0x5b) depth += 1;
    else if (c == 0x7d || c == 0x5d) depth -= 1;
    p += 1;
    if (depth == 0) return p;
  }
}

/** A number or a word, up to a comma, a closing bracket or white space, or the end. */
function skipScalar(p: usize, end: usize): usize {
  while (p < end) {
    const word = load<u64>(p);
    // A byte below 0x21 has its high bit set by the subtraction; of bytes above 0x7f there are none outside of texts.
    const marks =
      Zeros.of(word ^ COMMAS) |
      Zeros.of((word | BLANKS) ^ CLOSERS) |
      ((word - BLANKS - ONES) & ~word & ~LOW_BITS);
    if (marks != 0) return min(p + <usize>(ctz(marks) >> 3), end);
    p += 8;
  }
  return end;
}
