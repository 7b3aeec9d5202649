import { Scale, power10 } from "./instruments";
import { Refusal } from "./refusal";
import { refuse } from "./refused";

const ZEROS: u64 = 0x3030303030303030;
const ABOVE_NINE: u64 = 0x7676767676767676;
const HIGH_BITS: u64 = 0x8080808080808080;
/** Bits above 2^53 - 1: for the caller of `Digits`, who may join many mantissas by OR and look once. */
export const MANTISSA_EXCESS: u64 = 0xffe0_0000_0000_0000;
const MANTISSA_MAX: u64 = 9_007_199_254_740_991;

/** Decimal texts to mantissas. The static methods are inlined: a depth frame has about ninety such texts. */
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

  /**
   * A text such as 61737.63000000: as many digits as guessed, a point, eight digits. Stores the mantissa and returns the place after
   * the text, or 0 when it has another form: that is for `guessAgain` and readDecimal to tell. What ends the text, and that the
   * mantissa has no more than 53 bits, is the caller's to check: here it would make the next text wait for the multiplications.
   */
  @inline static decimal(
    p: usize,
    out: usize,
    drop: u64,
    shift: u64,
    unit: u64,
    mask: u64,
    lead: u64,
    length: usize,
  ): usize {
    const whole = Digits.at(p);
    const fraction = Digits.at(p + length + 1);
    const others = ((((whole + ABOVE_NINE) | whole) & mask) | (fraction + ABOVE_NINE) | fraction) & HIGH_BITS;
    if ((others | (fraction & drop) | (<u64>load<u8>(p + length) ^ 0x2e)) != 0) return 0;
    let integer = whole & 0xff;
    if (length != 1) {
      if (integer == 0) return 0;
      integer = Digits.value(whole << lead);
    }
    store<u64>(out, integer * unit + Digits.value(fraction << shift));
    return p + length + 9;
  }

  /** The same with the scale in memory, and with another guess where the first was wrong. */
  @inline static scaled(p: usize, out: usize, scale: Scale): usize {
    const after = Digits.decimal(
      p,
      out,
      scale.drop,
      scale.shift,
      scale.unit,
      scale.mask,
      scale.lead,
      scale.length,
    );
    return after != 0 ? after : guessAgain(p, out, scale);
  }
}

/** Looks how many digits stand before the point and reads the text. The second deviation of one kind becomes the guess. */
export function guessAgain(p: usize, out: usize, scale: Scale): usize {
  const length = <usize>(ctz(Digits.others(Digits.at(p))) >> 3);
  if (length == 0 || length == scale.length) return 0;
  if (length == scale.other) scale.guess(length);
  scale.other = length;
  const lead = 64 - ((<u64>length) << 3);
  return Digits.decimal(p, out, scale.drop, scale.shift, scale.unit, ~(<u64>0) >> lead, lead, length);
}

/** How long the whole numbers of one field are: 9 to 16 digits, guessed as in Scale. */
@unmanaged
class Width {
  power: u64;
  mask: u64;
  lead: u64;
  length: usize;
}

/** Whole numbers such as ids and stamps: one guess of their length for each use. */
export class Integers {
  static readonly updateId: Width = newWidth();
  static readonly tradeId: Width = newWidth();
  static readonly stamp: Width = newWidth();

  /** Stores a number of 1 to 16 digits and returns the place after it, or 0 for another form. */
  @inline static read(p: usize, out: usize, width: Width): usize {
    const first = Digits.at(p);
    const second = Digits.at(p + 8);
    const isGuessed =
      (Digits.others(first) | (Digits.others(second) & width.mask)) == 0 && (first & 0xff) != 0;
    if (!isGuessed || <u8>(load<u8>(p + width.length) - 0x30) < 10) return readOther(p, out, width);
    store<u64>(out, Digits.value(first) * width.power + Digits.value(second << width.lead));
    return p + width.length;
  }
}

function newWidth(): Width {
  const width = changetype<Width>(heap.alloc(offsetof<Width>()));
  setWidth(width, 13);
  return width;
}

function setWidth(width: Width, length: usize): void {
  width.length = length;
  width.power = power10(<u32>length - 8);
  width.lead = 64 - ((<u64>(length - 8)) << 3);
  width.mask = ~(<u64>0) >> width.lead;
}

function readOther(p: usize, out: usize, width: Width): usize {
  const first = Digits.at(p);
  let length = <usize>(ctz(Digits.others(first)) >> 3);
  if (length == 0 || ((first & 0xff) == 0 && length != 1)) return 0;
  if (length < 8) {
    store<u64>(out, Digits.value(first << (64 - ((<u64>length) << 3))));
    return p + length;
  }
  const second = Digits.at(p + 8);
  length = <usize>(ctz(Digits.others(second)) >> 3);
  if (length == 0) {
    store<u64>(out, Digits.value(first));
    return p + 8;
  }
  setWidth(width, 8 + length);
  store<u64>(out, Digits.value(first) * width.power + Digits.value(second << width.lead));
  return p + 8 + length;
}

/**
 * The mantissa of a decimal text of any length that ends at a quotation mark, with `decimals` digits after the point. Exact, or
 * refused: a sign, an exponent, a leading zero, a digit too many, more than 2^53 - 1.
 */
export function readDecimal(p: usize, decimals: u32): i64 {
  if (load<u8>(p) == 0x2d) return refuse(Refusal.NEGATIVE);
  const start = p;
  let mantissa: u64 = 0;
  for (; isDigit(p); p += 1) mantissa = append(mantissa, p);
  if (p == start || (p > start + 1 && load<u8>(start) == 0x30)) return refuse(Refusal.BAD_DECIMAL);
  let missing = decimals;
  let isTooPrecise = false;
  if (load<u8>(p) == 0x2e) {
    p += 1;
    if (!isDigit(p)) return refuse(Refusal.BAD_DECIMAL);
    for (; isDigit(p); p += 1) {
      if (missing > 0) {
        mantissa = append(mantissa, p);
        missing -= 1;
      } else if (load<u8>(p) != 0x30) isTooPrecise = true;
    }
  }
  if (load<u8>(p) != 0x22) return refuse(Refusal.BAD_DECIMAL);
  for (; missing > 0 && mantissa <= MANTISSA_MAX; missing -= 1) mantissa *= 10;
  if (mantissa > MANTISSA_MAX) return refuse(Refusal.OUT_OF_RANGE);
  if (isTooPrecise) return refuse(Refusal.TOO_PRECISE);
  return <i64>mantissa;
}

function isDigit(p: usize): bool {
  return <u8>(load<u8>(p) - 0x30) < 10;
}

/** One more digit. Beyond 2^53 - 1 the number only has to stay beyond it. */
function append(mantissa: u64, p: usize): u64 {
  return mantissa > MANTISSA_MAX ? mantissa : mantissa * 10 + (<u64>load<u8>(p) - 0x30);
}
