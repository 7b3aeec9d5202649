import { Fnv } from "./hash-text";

const QUOTES: u64 = 0x2222222222222222;
const ONES: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;
const MIXER: u64 = 0x9e3779b97f4a7c15;
const WORD_BYTES_MAX: i32 = 56;
/** A word with its quotation mark, as `hashOf` wants it. */
const scratch: usize = heap.alloc(<usize>WORD_BYTES_MAX + 8);

const PLACES: u32 = 256;

/** One word: the hash of its letters, and what it stands for. */
@unmanaged
class Entry {
  hash: u64;
  value: u32;
  padding: u32;
}

/**
 * A closed list of words and what each stands for. A word is told by 64 bits of hash: that two words of a protocol agree in all of
 * them is out of the question, and a made-up one could only pass for a word that the venue might have sent as well.
 */
export class WordTable {
  private readonly table: usize = heap.alloc(<usize>PLACES * offsetof<Entry>());
  private count: u32 = 0;

  constructor() {
    memory.fill(this.table, 0, <usize>PLACES * offsetof<Entry>());
  }

  /** Enters a word of plain letters. */
  add(word: string, value: u32): void {
    assert(this.count < PLACES / 2, "too many words");
    this.count += 1;
    assert(word.length < WORD_BYTES_MAX, "word too long");
    for (let i = 0; i < word.length; i += 1) store<u8>(scratch + <usize>i, <u8>word.charCodeAt(i));
    store<u8>(scratch + <usize>word.length, 0x22);
    const hash = hashOf(scratch);
    const entry = this.placeOf(hash);
    entry.hash = hash;
    entry.value = value;
  }

  /** What the word at `p` stands for, which ends before a quotation mark; `otherwise` for any other. */
  at(p: usize, otherwise: u32): u32 {
    const hash = hashOf(p);
    const entry = this.placeOf(hash);
    return entry.hash == hash ? entry.value : otherwise;
  }

  private placeOf(hash: u64): Entry {
    let place = <u32>hash;
    while (true) {
      place &= PLACES - 1;
      const entry = changetype<Entry>(this.table + <usize>place * offsetof<Entry>());
      if (entry.hash == hash || entry.hash == 0) return entry;
      place += 1;
    }
  }
}

/** Eight letters at a time, the last ones zero beyond the word's end: no text has a byte that is zero. Never 0. */
function hashOf(p: usize): u64 {
  let hash = Fnv.BASIS;
  while (true) {
    const word = load<u64>(p);
    const quotes = word ^ QUOTES;
    const marks = (quotes - ONES) & ~quotes & HIGH_BITS;
    const used = marks == 0 ? ~(<u64>0) : ((<u64>1) << (ctz(marks) & 56)) - 1;
    hash = (hash ^ (word & used)) * MIXER;
    hash ^= hash >> 29;
    if (marks != 0) return hash == 0 ? 1 : hash;
    p += 8;
  }
}
