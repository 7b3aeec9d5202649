import { Instrument, Scale } from "../definitions/instruments";
import { Digits } from "../text/digits";
import { power10 } from "../text/power10";
import { Scan } from "../text/text-scan";
import { BookContext, Levels } from "./book-writer";
import { Match } from "./literals";

// The venue writes a level with the same keys in the same order, without white space: this takes that form and no other, and
// level2.ts reads by the rules of JSON what differs. A snapshot has 46,000 levels.

const TIME_BYTES_MAX: usize = 40;
const MANTISSA_MAX: u64 = 9_007_199_254_740_991;
const level: usize = heap.alloc(16);

/**
 * Reads the level at `p` and lays it in the book. Returns the place after it, or 0 for another form, or one that is not complete before
 * `end`: `p` only grows, so that what an earlier message has left behind `end` is never taken.
 */
export function fastLevel(p: usize, end: usize, book: BookContext, instrument: Instrument): usize {
  if (instrument.plain == 0) return 0;
  const isBid = Match.bidHead(p);
  if (!isBid && !Match.offerHead(p)) return 0;
  const time = p + (isBid ? 28 : 30);
  p = endOfTime(time);
  if (p == 0 || !Match.priceKey(p)) return 0;
  p = Amount.read(p + 17, level, instrument.price);
  if (p == 0 || !Match.quantityKey(p)) return 0;
  p = Amount.read(p + 18, level + 8, instrument.size);
  if (p == 0 || load<u16>(p) != 0x7d22 || p + 2 > end) return 0;
  // Not before the level is known to be taken: a place may cost a record, and level2.ts may leave the level out.
  const out = Levels.next(book, isBid);
  if (out == 0) return 0;
  store<u64>(out, load<u64>(level));
  store<u64>(out, load<u64>(level, 8), 8);
  Levels.take(isBid, time);
  return p + 2;
}

/** The quotation mark that ends the time at `p`, or 0 where no plain text ends in reach. The venue's have 24 to 31 characters. */
function endOfTime(p: usize): usize {
  const others = Scan.others(load<u64>(p)) | Scan.others(load<u64>(p, 8)) | Scan.others(load<u64>(p, 16));
  const last = Scan.others(load<u64>(p, 24));
  if (others != 0 || last == 0) return endOfOtherTime(p);
  p += 24 + <usize>(ctz(last) >> 3);
  return load<u8>(p) == 0x22 ? p : 0;
}

function endOfOtherTime(p: usize): usize {
  const limit = p + TIME_BYTES_MAX;
  while (p < limit) {
    const flags = Scan.others(load<u64>(p));
    if (flags != 0) {
      p += <usize>(ctz(flags) >> 3);
      return load<u8>(p) == 0x22 ? p : 0;
    }
    p += 8;
  }
  return 0;
}

/** Decimals of up to seven digits before the point and up to eight after it, as prices and quantities have. */
class Amount {
  /** Stores the mantissa and returns the place after the text, or 0 for another form. */
  @inline static read(p: usize, out: usize, scale: Scale): usize {
    const whole = Digits.at(p);
    const others = Digits.others(whole);
    const length = ctz(others) >> 3;
    if (others == 0 || length == 0 || ((whole & 0xff) == 0 && length != 1)) return 0;
    let mantissa = Digits.value(whole << (64 - (length << 3))) * scale.unit;
    p += <usize>length;
    if (load<u8>(p) == 0x2e) {
      const fraction = Digits.at(p + 1);
      const ends = Digits.others(fraction);
      const digits = ends == 0 ? 8 : ctz(ends) >> 3;
      if (digits == 0 || digits > scale.decimals) return 0;
      mantissa += Digits.value(fraction << (64 - (digits << 3))) * power10(scale.decimals - <u32>digits);
      p += 1 + <usize>digits;
    }
    store<u64>(out, mantissa);
    return mantissa <= MANTISSA_MAX ? p : 0;
  }
}
