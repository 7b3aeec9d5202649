import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { Text } from "./text-scan";
import { Word } from "./words";

const DEPTH_MAX: i32 = 16;

// Each function takes the place where its token begins and returns the place after it, or 0 after noting a refusal. None reads as a
// character what lies at or beyond `end`.

/** Checks that exactly one well-formed JSON value fills the bytes. Nothing is interpreted; what reads it later trusts the syntax. */
export function checkSyntax(start: usize, end: usize): bool {
  let depth: i32 = 0;
  // Bit i tells whether the value around depth i is an object.
  let objects: u32 = 0;
  let isMember = false;
  let p = start;
  while (true) {
    if (isMember) {
      p = memberName(Spaces.skip(p, end), end);
      if (p == 0) return false;
    }
    p = Spaces.skip(p, end);
    const first = p < end ? load<u8>(p) : 0;
    if (first == 0x7b || first == 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX) return refuse(Refusal.TOO_DEEP) != 0;
      objects = first == 0x7b ? objects | (1 << depth) : objects & ~(1 << depth);
      p = Spaces.skip(p + 1, end);
      const isEmpty = p < end && load<u8>(p) == first + 2;
      if (!isEmpty) {
        isMember = first == 0x7b;
        continue;
      }
    } else {
      p = first == 0x22 ? Text.check(p + 1, end) : scalar(p, end, first);
      if (p == 0) return false;
      if (depth == 0) return isLast(p, end);
      p = Spaces.skip(p, end);
    }
    // After a value: closing brackets, then a comma or the end.
    while (p < end && depth > 0 && load<u8>(p) == ((objects >> depth) & 1 ? 0x7d : 0x5d)) {
      depth -= 1;
      p = Spaces.skip(p + 1, end);
    }
    if (depth == 0) return isLast(p, end);
    if (p >= end || load<u8>(p) != 0x2c) return refuse(Refusal.NOT_JSON) != 0;
    p += 1;
    isMember = ((objects >> depth) & 1) != 0;
  }
}

function isLast(p: usize, end: usize): bool {
  return Spaces.skip(p, end) == end || refuse(Refusal.NOT_JSON) != 0;
}

/** A key and its colon. */
function memberName(p: usize, end: usize): usize {
  if (p >= end || load<u8>(p) != 0x22) return refuse(Refusal.NOT_JSON);
  p = Text.check(p + 1, end);
  if (p == 0) return 0;
  p = Spaces.skip(p, end);
  return p < end && load<u8>(p) == 0x3a ? p + 1 : refuse(Refusal.NOT_JSON);
}

/** A number, or one of the three words. */
function scalar(p: usize, end: usize, first: u8): usize {
  if (first == 0x2d || isDigit(first)) return number(p, end);
  let after: usize = 0;
  if (first == 0x74 && Word.isTrue(p)) after = p + 4;
  else if (first == 0x66 && Word.isFalse(p)) after = p + 5;
  else if (first == 0x6e && Word.isNull(p)) after = p + 4;
  return after != 0 && after <= end ? after : refuse(Refusal.NOT_JSON);
}

function number(p: usize, end: usize): usize {
  if (load<u8>(p) == 0x2d) p += 1;
  const isZero = p < end && load<u8>(p) == 0x30;
  p = isZero ? p + 1 : digits(p, end);
  if (p != 0 && p < end && load<u8>(p) == 0x2e) p = digits(p + 1, end);
  if (p != 0 && p < end && (load<u8>(p) | 0x20) == 0x65) {
    p += 1;
    if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p += 1;
    p = digits(p, end);
  }
  return p;
}

/** One digit or more. */
function digits(p: usize, end: usize): usize {
  const start = p;
  while (p < end && isDigit(load<u8>(p))) p += 1;
  return p > start ? p : refuse(Refusal.NOT_JSON);
}

/** White space between tokens. */
export class Spaces {
  /** The place of the next byte that is no white space, at most `end`. The venues write none, so that the question is worth no call. */
  @inline static skip(p: usize, end: usize): usize {
    return load<u8>(p) > 0x20 ? p : passSpaces(p, end);
  }
}

function passSpaces(p: usize, end: usize): usize {
  while (p < end && isSpace(load<u8>(p))) p += 1;
  return p;
}

/** One of blank, tabulator, line feed, carriage return: bits of their codes. */
function isSpace(c: u8): bool {
  return c <= 0x20 && ((<u64>0x1_0000_2600 >> c) & 1) != 0;
}

function isDigit(c: u8): bool {
  return <u8>(c - 0x30) < 10;
}
