const ZEROS: u64 = 0x3030303030303030;
const ABOVE_NINE: u64 = 0x7676767676767676;
const HIGH_BITS: u64 = 0x8080808080808080;

/** Digits eight at a time. The static methods are inlined: a book has tens of thousands of them. */
export class Digits {
  /** High bit of each byte of eight that is no digit. The lowest one set is right, those above it may be too many. */
  @inline static others(word: u64): u64 {
    return ((word + ABOVE_NINE) | word) & HIGH_BITS;
  }

  /** Eight characters with 0x30 taken away: the first digit in the lowest byte. */
  @inline static at(p: usize): u64 {
    return load<u64>(p) ^ ZEROS;
  }

  /** The number of eight digits: pairs, then fours, then all of them, each step in all lanes at once. */
  @inline static value(word: u64): u64 {
    const pairs = word * 10 + (word >> 8);
    return (
      ((pairs & 0x000000ff000000ff) * 0x000f424000000064 +
        ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
      32
    );
  }
}
