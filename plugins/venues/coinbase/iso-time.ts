import { Digits } from "../text/digits";
import { textOf } from "../text/fields";
import { power10 } from "../text/power10";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";

// Times are texts such as 2026-08-09T21:05:48.506659391Z: UTC, a fraction of one to nine digits or none (RFC 3339).

/** What is plausible: 2017 to 2099. A stamp outside is a mistake of somebody's, and no time to reckon with. */
const YEAR_MIN: u32 = 2017;
const YEAR_MAX: u32 = 2099;
const NOT_A_NUMBER: u32 = 100;
/** `Z"` */
const ZULU: u16 = 0x225a;

/** Two digits, or NOT_A_NUMBER. */
function two(p: usize): u32 {
  const high = load<u8>(p) - 0x30;
  const low = load<u8>(p, 1) - 0x30;
  return high > 9 || low > 9 ? NOT_A_NUMBER : <u32>high * 10 + low;
}

/** Days since 1970-01-01 in the Gregorian calendar, by counting from March so that the leap day comes last. */
function daysOf(year: u32, month: u32, day: u32): u32 {
  const y = month > 2 ? year : year - 1;
  const fromMarch = month > 2 ? month - 3 : month + 9;
  return y * 365 + y / 4 - y / 100 + y / 400 + (fromMarch * 153 + 2) / 5 + day - 1 - 719468;
}

function daysIn(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && year % 100 != 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Nanoseconds since 1970 of the time whose text begins at `p` and ends before a quotation mark; 0 for what is none, or not plausible. */
export function isoNs(p: usize): i64 {
  const arePlaced = (load<u64>(p, 4) & 0xff0000ff0000ff) == 0x5400002d00002d;
  if (!arePlaced || load<u8>(p, 13) != 0x3a || load<u8>(p, 16) != 0x3a) return 0;
  const year = two(p) * 100 + two(p + 2);
  const month = two(p + 5);
  const day = two(p + 8);
  if (year < YEAR_MIN || year > YEAR_MAX || month - 1 > 11 || day - 1 >= daysIn(year, month)) return 0;
  const hour = two(p + 11);
  const minute = two(p + 14);
  const second = two(p + 17);
  if (hour > 23 || minute > 59 || second > 59) return 0;
  const seconds = ((<i64>daysOf(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  const fraction = fractionNs(p + 19);
  return fraction < 0 ? 0 : seconds * 1_000_000_000 + fraction;
}

/** Nanoseconds of `.506659391Z"` or `Z"`, -1 for anything else. */
function fractionNs(p: usize): i64 {
  if (load<u8>(p) != 0x2e) return load<u16>(p) == ZULU ? 0 : -1;
  const fraction = Digits.at(p + 1);
  const ends = Digits.others(fraction);
  const length = ends == 0 ? 8 : <u64>ctz(ends) >> 3;
  if (length == 0) return -1;
  let ns = Digits.value(fraction << (64 - (length << 3))) * power10(9 - <u32>length);
  p += 1 + <usize>length;
  const ninth = load<u8>(p) - 0x30;
  if (ninth < 10) {
    ns += ninth;
    p += 1;
  }
  return load<u16>(p) == ZULU ? <i64>ns : -1;
}

/** The time of a key in nanoseconds since 1970. */
export function timeOf(key: u32): i64 {
  const p = textOf(key);
  if (p == 0) return 0;
  const ns = isoNs(p);
  if (ns == 0) refuse(Refusal.BAD_STAMP);
  return ns;
}
