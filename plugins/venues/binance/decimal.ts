import { Scale } from "../definitions/instruments";
import { Digits } from "../text/digits";
import { power10 } from "../text/power10";

const ABOVE_NINE: u64 = 0x7676767676767676;
const HIGH_BITS: u64 = 0x8080808080808080;
/** Bits above 2^53 - 1: for the caller of `Digits`, who may join many mantissas by OR and look once. */
export const MANTISSA_EXCESS: u64 = 0xffe0_0000_0000_0000;

/** Decimal texts to mantissas. The static methods are inlined: a depth frame has about ninety such texts. */
export class Decimals {
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
    const after = Decimals.decimal(
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
  return Decimals.decimal(p, out, scale.drop, scale.shift, scale.unit, ~(<u64>0) >> lead, lead, length);
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
