import { Spaces } from "./json-syntax";
import { enterKey, keyNumber } from "./long-keys";
import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { skipValue } from "./skip-value";
import { Text, wasEscaped } from "./text-scan";

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

/** The object that was read last: where it begins, and the place after it. 0 while there is none. */
let lastObject: usize = 0;
let afterObject: usize = 0;

/** The place after the value at `p`, its syntax checked before. For the object that was read last it is known. */
export function afterValue(p: usize, end: usize): usize {
  return p == lastObject ? afterObject : skipValue(p, end);
}

/** Reads the object that begins at `p`, in bytes whose syntax has been checked. Forgets the object that was read before. */
export function readMembers(p: usize, end: usize): bool {
  const start = p;
  lastObject = 0;
  memory.fill(places, 0, <usize>keyCount * 4);
  p = Spaces.skip(p + 1, end);
  if (load<u8>(p) == 0x7d) return close(start, p);
  while (true) {
    const key = p + 1;
    p = Text.skip(p);
    if (wasEscaped()) return refuse(Refusal.ESCAPED_TEXT) != 0;
    const value = Spaces.skip(Spaces.skip(p, end) + 1, end);
    if (!enter(key, p - 1 - key, value)) return false;
    p = load<u8>(value) == 0x22 ? Text.skip(value) : skipValue(value, end);
    p = Spaces.skip(p, end);
    if (load<u8>(p) == 0x7d) return close(start, p);
    p = Spaces.skip(p + 1, end);
  }
}

function close(start: usize, last: usize): bool {
  lastObject = start;
  afterObject = last + 1;
  return true;
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
