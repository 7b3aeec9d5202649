import { Fnv } from "./hash-text";

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
    let hash = Fnv.BASIS;
    for (let i = 0; i < word.length; i += 1) hash = Fnv.add(hash, <u8>word.charCodeAt(i));
    const entry = this.placeOf(hash);
    entry.hash = hash;
    entry.value = value;
  }

  /** What the word at `p` stands for, which ends before a quotation mark; `otherwise` for any other. */
  at(p: usize, otherwise: u32): u32 {
    let hash = Fnv.BASIS;
    for (; load<u8>(p) != 0x22; p += 1) hash = Fnv.add(hash, load<u8>(p));
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
