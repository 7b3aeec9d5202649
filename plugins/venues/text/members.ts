import { skipSpaces } from "./json-syntax";
import { enterKey, keyNumber } from "./long-keys";
import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { skipText, wasEscaped } from "./text-scan";

/**
 * The members of one object, by key. Keys of one letter have the letter's own code as their number; a codec numbers the longer ones
 * that it reads from 128 on. What other keys hold has been checked for its syntax and is not looked at again.
 */
const LETTERS: u32 = 128;
const KEYS_MAX: u32 = 256;

/** Numbers in use, so that no more is cleared for each object than can have been written. */
let keyCount: u32 = LETTERS;

/** Gives a key of several plain letters its number, 128 to 255. */
export function nameKey(key: string, number: u32): void {
  assert(number >= LETTERS && number < KEYS_MAX, "key number out of range: 128 to 255");
  enterKey(key, number);
  keyCount = max(keyCount, number + 1);
}

/** Place of each key's value, 0 where the object has no such key. */
const places: usize = heap.alloc(<usize>KEYS_MAX * 4);

/** Reads the object that begins at `p`, in bytes whose syntax has been checked. Forgets the object that was read before. */
export function readMembers(p: usize, end: usize): bool {
  memory.fill(places, 0, <usize>keyCount * 4);
  p = skipSpaces(p + 1, end);
  if (load<u8>(p) == 0x7d) return true;
  while (true) {
    const key = p + 1;
    p = skipText(p);
    if (wasEscaped()) return refuse(Refusal.ESCAPED_TEXT) != 0;
    const value = skipSpaces(skipSpaces(p, end) + 1, end);
    if (!enter(key, p - 1 - key, value)) return false;
    p = skipSpaces(skipValue(value, end), end);
    if (load<u8>(p) == 0x7d) return true;
    p = skipSpaces(p + 1, end);
  }
}

function enter(key: usize, length: usize, value: usize): bool {
  const number = length == 1 ? <u32>load<u8>(key) : keyNumber(key, length);
  if (number == 0 || (length == 1 && number >= LETTERS)) return true;
  const place = places + <usize>number * 4;
  if (load<u32>(place) != 0) return refuse(Refusal.DUPLICATE_KEY) != 0;
  store<u32>(place, <u32>value);
  return true;
}

/** Where the value of a key begins, or 0. */
export function placeOf(key: u32): usize {
  return <usize>load<u32>(places + <usize>key * 4);
}

/** Skips a value of any kind, its syntax checked before. */
export function skipValue(p: usize, end: usize): usize {
  const first = load<u8>(p);
  if (first == 0x22) return skipText(p);
  if (first != 0x7b && first != 0x5b) return skipScalar(p, end);
  let depth: i32 = 0;
  while (true) {
    const c = load<u8>(p);
    if (c == 0x22) {
      p = skipText(p);
      continue;
    }
    if (c == 0x7b || c == 0x5b) depth += 1;
    else if (c == 0x7d || c == 0x5d) depth -= 1;
    p += 1;
    if (depth == 0) return p;
  }
}

function skipScalar(p: usize, end: usize): usize {
  while (p < end) {
    const c = load<u8>(p);
    if (c == 0x2c || c == 0x7d || c == 0x5d || c <= 0x20) break;
    p += 1;
  }
  return p;
}
