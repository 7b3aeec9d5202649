import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { skipSequence } from "./utf8";

// Texts are most of a frame. Eight characters are looked at in one word: a character is found by a test whose lowest flag is exact,
// those above it may be too many. Words are read beyond `end`; nothing that lies there is taken for part of the frame.

const ONES: u64 = 0x0101010101010101;
const SPACES: u64 = 0x2020202020202020;
const QUOTES: u64 = 0x2222222222222222;
const SLASHES: u64 = 0x5c5c5c5c5c5c5c5c;
const HIGH_BITS: u64 = 0x8080808080808080;

/** Scans for the end of a text. */
export class Scan {
  /** High bits of the bytes that end a text or need a look: the quotation mark, the backslash. */
  @inline static marks(word: u64): u64 {
    const quotes = word ^ QUOTES;
    const slashes = word ^ SLASHES;
    return (((quotes - ONES) & ~quotes) | ((slashes - ONES) & ~slashes)) & HIGH_BITS;
  }

  /** Those, and all that is no plain character: controls, bytes outside of ASCII. */
  @inline static others(word: u64): u64 {
    return Scan.marks(word) | (((word - SPACES) | word) & HIGH_BITS);
  }
}

/** Texts, of any length. */
export class Text {
  /**
   * Checks a text from behind its opening quotation mark. Returns the place after the closing one, or 0 after noting a refusal. Most texts
   * are plain and have fewer than 16 characters: those are worth no call, whose metering would cost as much as they do.
   */
  @inline static check(p: usize, end: usize): usize {
    let others = Scan.others(load<u64>(p));
    let mark = p;
    if (others == 0) {
      mark += 8;
      others = Scan.others(load<u64>(mark));
    }
    mark += <usize>(ctz(others) >> 3);
    return others != 0 && mark < end && load<u8>(mark) == 0x22 ? mark + 1 : checkAnyText(mark, end);
  }

  /** Skips a text from its opening quotation mark, its syntax checked before. Short ones without a call, as above. */
  @inline static skip(p: usize): usize {
    let marks = Scan.marks(load<u64>(p, 1));
    let mark = p + 1;
    if (marks == 0) {
      mark += 8;
      marks = Scan.marks(load<u64>(mark));
    }
    mark += <usize>(ctz(marks) >> 3);
    isEscaped = false;
    return marks != 0 && load<u8>(mark) == 0x22 ? mark + 1 : skipAnyText(mark);
  }
}

/** The rest of a text of any length and kind. */
function checkAnyText(p: usize, end: usize): usize {
  while (p < end) {
    const others = Scan.others(load<u64>(p));
    if (others == 0) {
      p += 8;
      continue;
    }
    p += <usize>(ctz(others) >> 3);
    if (p >= end) break;
    if (load<u8>(p) == 0x22) return p + 1;
    p = checkSpecial(p, end);
    if (p == 0) return 0;
  }
  return refuse(Refusal.NOT_JSON);
}

/** A character that is no plain one. Returns the place after it. */
function checkSpecial(p: usize, end: usize): usize {
  const c = load<u8>(p);
  if (c >= 0x80) return skipSequence(p, end);
  if (c != 0x5c || p + 1 >= end) return refuse(Refusal.NOT_JSON);
  const escaped = load<u8>(p, 1);
  if (escaped == 0x75) return p + 6 <= end && isHex4(load<u32>(p, 2)) ? p + 6 : refuse(Refusal.NOT_JSON);
  return isEscape(escaped) ? p + 2 : refuse(Refusal.NOT_JSON);
}

/** One of `"\/bfnrt`: bits of the codes from 0x20 to 0x5f and from 0x60 on. */
function isEscape(c: u8): bool {
  if (c < 0x60) return c == 0x22 || c == 0x2f || c == 0x5c;
  return c < 0x80 && ((0x0014_4044 >> (c - 0x60)) & 1) != 0;
}

/** Whether four characters are hexadecimal digits. Half a surrogate pair is well-formed JSON. */
function isHex4(word: u32): bool {
  for (let i = 0; i < 4; i += 1) {
    const c = <u8>word;
    if (<u8>(c - 0x30) > 9 && <u8>((c | 0x20) - 0x61) > 5) return false;
    word >>= 8;
  }
  return true;
}

let isEscaped: bool = false;

/** The rest of a text that the word at `p` does not end, or whose next character is a backslash. */
function skipAnyText(p: usize): usize {
  while (true) {
    const marks = Scan.marks(load<u64>(p));
    if (marks == 0) {
      p += 8;
      continue;
    }
    p += <usize>(ctz(marks) >> 3);
    if (load<u8>(p) == 0x22) return p + 1;
    isEscaped = true;
    p += 2;
  }
}

/** Whether the text that was skipped last has a backslash. */
export function wasEscaped(): bool {
  return isEscaped;
}
