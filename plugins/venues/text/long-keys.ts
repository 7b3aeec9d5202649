import { SHORT_TEXT_MAX, ShortText } from "./short-text";

/** The keys of more than one letter that are read, by their words: a lookup costs the same whichever key it is. */
@unmanaged
class Entry {
  word0: u64;
  word1: u64;
  word2: u64;
  number: u32;
  padding: u32;
}

const PLACE_BITS: u64 = 7;
const PLACES: u32 = 128;
const table: usize = heap.alloc(<usize>PLACES * offsetof<Entry>());
memory.fill(table, 0, <usize>PLACES * offsetof<Entry>());

function entryAt(place: u32): Entry {
  return changetype<Entry>(table + <usize>(place & (PLACES - 1)) * offsetof<Entry>());
}

/** Gives a key of plain letters its number, above 0. */
export function enterKey(key: string, number: u32): void {
  const scratch = heap.alloc(SHORT_TEXT_MAX);
  for (let i = 0; i < key.length; i += 1) store<u8>(scratch + <usize>i, <u8>key.charCodeAt(i));
  ShortText.take(scratch, <usize>key.length);
  let place = ShortText.place(PLACE_BITS);
  while (entryAt(place).number != 0) place += 1;
  const entry = entryAt(place);
  entry.word0 = ShortText.word0;
  entry.word1 = ShortText.word1;
  entry.word2 = ShortText.word2;
  entry.number = number;
}

/** The number of the key at `p`, 0 when it is none that is read. */
export function keyNumber(p: usize, length: usize): u32 {
  if (length > SHORT_TEXT_MAX) return 0;
  ShortText.take(p, length);
  let place = ShortText.place(PLACE_BITS);
  while (true) {
    const entry = entryAt(place);
    const difference =
      (entry.word0 ^ ShortText.word0) | (entry.word1 ^ ShortText.word1) | (entry.word2 ^ ShortText.word2);
    if (difference == 0 || entry.number == 0) return entry.number;
    place += 1;
  }
}
