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
    Uuid.high = 0;
    Uuid.low = 0;
    let length: usize = 0;
    while (length < 36) {
      const c = load<u8>(p + length);
      if (isDash(length)) {
        if (c != 0x2d) return false;
      } else {
        const digit = hexDigit(c);
        if (digit > 15) return false;
        Uuid.high = (Uuid.high << 4) | (Uuid.low >> 60);
        Uuid.low = (Uuid.low << 4) | digit;
      }
      length += 1;
    }
    return load<u8>(p + 36) == 0x22;
  }

  /** Writes a UUID in small letters and returns the place after it. */
  static write(p: usize, high: u64, low: u64): usize {
    for (let at: usize = 0; at < 36; at += 1) {
      if (isDash(at)) {
        store<u8>(p + at, 0x2d);
        continue;
      }
      const digit = <u8>(high >> 60);
      store<u8>(p + at, digit < 10 ? digit + 0x30 : digit + 0x57);
      high = (high << 4) | (low >> 60);
      low <<= 4;
    }
    return p + 36;
  }
}

function isDash(at: usize): bool {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

/** The value of a hexadecimal digit, above 15 for another character. */
function hexDigit(c: u8): u64 {
  if (<u8>(c - 0x30) < 10) return c - 0x30;
  const letter = <u8>((c | 0x20) - 0x61);
  return letter < 6 ? letter + 10 : 16;
}
