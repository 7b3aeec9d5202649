const ONES: u64 = 0x0101010101010101;
const NIBBLES: u64 = 0x0f0f0f0f0f0f0f0f;
const HIGH_BITS: u64 = 0x8080808080808080;

/** Hexadecimal digits eight at a time, the first in the lowest byte. */
class Hex {
  /** High bits of the bytes that are letters from a to f, small or capital, in a word without bytes above 0x7f. */
  @inline static letters(word: u64): u64 {
    const small = word | (ONES * 0x20);
    return (small + ONES * 0x1f) & ~(small + ONES * 0x19) & HIGH_BITS;
  }

  /** High bits of the bytes that are no hexadecimal digits, or stand beside a byte above 0x7f: 0 where all eight are. */
  @inline static others(word: u64): u64 {
    const digits = (word + ONES * 0x50) & ~(word + ONES * 0x46);
    return (~(digits | Hex.letters(word)) | word) & HIGH_BITS;
  }

  /** The number of eight digits: pairs, then fours, then all of them. */
  @inline static value(word: u64): u64 {
    const digits = (word & NIBBLES) + (Hex.letters(word) >> 7) * 9;
    const pairs = ((digits << 4) | (digits >> 8)) & 0x00ff00ff00ff00ff;
    const fours = ((pairs << 8) | (pairs >> 16)) & 0x0000ffff0000ffff;
    return ((fours << 16) | (fours >> 32)) & 0xffffffff;
  }

  /** The eight digits of a number below 2^32, in small letters. */
  @inline static text(value: u64): u64 {
    const fours = ((value >> 16) | (value << 32)) & 0x0000ffff0000ffff;
    const pairs = ((fours >> 8) | (fours << 16)) & 0x00ff00ff00ff00ff;
    const digits = ((pairs >> 4) | (pairs << 8)) & NIBBLES;
    return digits + ONES * 0x30 + (((digits + ONES * 6) >> 4) & ONES) * 0x27;
  }
}

/**
 * A UUID as two words, as its text reads: `high` holds the first 16 hexadecimal digits, `low` the others.
 *
 * ```
 *   a1b2c3d4-e5f6-7890-abcd-ef1234567890
 *   └───── high ─────┘ └────── low ─────┘
 * ```
 */
export class Uuid {
  static high: u64 = 0;
  static low: u64 = 0;

  /** Reads the text that begins at `p` and ends before a quotation mark. False: it is no UUID. */
  static parse(p: usize): bool {
    const first = load<u64>(p);
    const second = <u64>load<u32>(p, 9) | ((<u64>load<u32>(p, 14)) << 32);
    const third = <u64>load<u32>(p, 19) | ((<u64>load<u32>(p, 24)) << 32);
    const fourth = load<u64>(p, 28);
    const others = Hex.others(first) | Hex.others(second) | Hex.others(third) | Hex.others(fourth);
    const areDashes =
      load<u8>(p, 8) == 0x2d && load<u8>(p, 13) == 0x2d && load<u8>(p, 18) == 0x2d && load<u8>(p, 23) == 0x2d;
    const isUuid = others == 0 && areDashes && load<u8>(p, 36) == 0x22;
    Uuid.high = isUuid ? (Hex.value(first) << 32) | Hex.value(second) : 0;
    Uuid.low = isUuid ? (Hex.value(third) << 32) | Hex.value(fourth) : 0;
    return isUuid;
  }

  /** Writes a UUID in small letters and returns the place after it. */
  static write(p: usize, high: u64, low: u64): usize {
    const second = Hex.text(high & 0xffffffff);
    const third = Hex.text(low >> 32);
    store<u64>(p, Hex.text(high >> 32));
    store<u8>(p, 0x2d, 8);
    store<u32>(p, <u32>second, 9);
    store<u8>(p, 0x2d, 13);
    store<u32>(p, <u32>(second >> 32), 14);
    store<u8>(p, 0x2d, 18);
    store<u32>(p, <u32>third, 19);
    store<u8>(p, 0x2d, 23);
    store<u32>(p, <u32>(third >> 32), 24);
    store<u64>(p, Hex.text(low & 0xffffffff), 28);
    return p + 36;
  }
}
