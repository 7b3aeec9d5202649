/** Longest text that is looked up: a symbol. */
export const SHORT_TEXT_MAX: usize = 24;

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** A text of up to 24 bytes as three words, zero beyond its end: compared and hashed without a loop. */
export class ShortText {
  static word0: u64 = 0;
  static word1: u64 = 0;
  static word2: u64 = 0;

  /** Takes `length` bytes at `p`, at most SHORT_TEXT_MAX. Reads up to 24 bytes, whatever the length. */
  static take(p: usize, length: usize): void {
    ShortText.word0 = load<u64>(p) & maskOf(length);
    ShortText.word1 = length > 8 ? load<u64>(p, 8) & maskOf(length - 8) : 0;
    ShortText.word2 = length > 16 ? load<u64>(p, 16) & maskOf(length - 16) : 0;
  }

  /** A place in a table of 2 to the power of `bits`. */
  static place(bits: u64): u32 {
    const mixed = ShortText.word0 ^ rotl<u64>(ShortText.word1, 23) ^ rotl<u64>(ShortText.word2, 41);
    return <u32>((mixed * GOLDEN) >> (64 - bits));
  }
}

/** The lowest bytes of a word, up to all eight. */
function maskOf(length: usize): u64 {
  return length >= 8 ? ~(<u64>0) : ((<u64>1) << ((<u64>length) << 3)) - 1;
}
